// Pictures by paste, drop and choice: sent at once, with progress where they will stand, then asked what they show.
import { Extension } from "@tiptap/core";
import type { Editor, MappablePosition } from "@tiptap/core";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { csrfToken } from "../csrf";
import { askBeforeLeaving } from "../leaving";
import { say } from "../page";
import { focusNow } from "./focus";
import { cleanLink, meantAddress } from "./addresses";
import { text } from "./words";

const KINDS = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const SHOWN_MS = 12_000; // how long a line about what went wrong stays
let underway = 0; // in all editors of the page

interface Sent {
  url: string;
  width: number;
  height: number;
}

/** A picture on its way. Its place is kept as Yjs keeps places: what others write replaces whole blocks for ProseMirror. */
interface Underway {
  id: object;
  place: MappablePosition;
  element: HTMLElement;
}

type Change = { add: Underway } | { remove: object };
const key = new PluginKey<Underway[]>("pictures");

export class Pictures {
  private readonly queue: { pos: () => number | null }[] = [];

  constructor(private readonly address: string, private readonly dialog: () => ImageDialog | null) {
    askBeforeLeaving(() => underway > 0);
  }

  edit(pos: number): void {
    this.dialog()?.open(pos);
  }

  /** Send these files and put them where `at` is. */
  take(editor: Editor, files: File[], at: number): void {
    for (const file of files) {
      const name = file.name || "?";
      if (!KINDS.includes(file.type)) this.tell(editor, text("image-kind", { name }));
      else if (file.size > Number(text("image-max-bytes"))) this.tell(editor, `${name}: ${text("image-too-large")}`);
      else void this.send(editor, file, at);
    }
  }

  private async send(editor: Editor, file: File, at: number): Promise<void> {
    const id = {};
    const name = file.name || "image.png";
    const { element, bar } = progress(text("image-sending", { name }));
    editor.view.dispatch(editor.state.tr.setMeta(key, { add: { id, place: editor.utils.createMappablePosition(at), element } } satisfies Change));
    say(text("image-sending", { name }));
    underway += 1;
    try {
      const sent = await upload(this.address, file, name, (part) => (bar.value = part));
      const where = find(editor, id);
      drop(editor, id);
      if (where === null) return;
      this.put(editor, sent, where);
      say(text("image-sent", { name }));
    } catch (problem) {
      drop(editor, id);
      this.tell(editor, problem instanceof Refused ? `${name}: ${problem.message}` : text("image-failed", { name }));
    } finally {
      underway -= 1;
    }
  }

  private put(editor: Editor, sent: Sent, where: number): void {
    const image = editor.schema.nodes["image"]!.create({ src: sent.url, width: sent.width || null, height: sent.height || null });
    const $where = editor.state.doc.resolve(where);
    if (!$where.parent.inlineContent || !$where.parent.canReplaceWith($where.index(), $where.index(), image.type)) {
      return this.tell(editor, text("image-not-here"));
    }
    editor.view.dispatch(editor.state.tr.insert(where, image).scrollIntoView());
    // Which of the pictures is meant is looked up when it is asked about: others may write meanwhile.
    this.queue.push({ pos: () => positionOf(editor, sent.url) });
    this.askNext(editor);
  }

  private askNext(editor: Editor): void {
    const dialog = this.dialog();
    if (!dialog || document.querySelector("dialog[open]")) return;
    const pos = this.queue.shift()?.pos();
    if (pos !== null && pos !== undefined) dialog.open(pos, () => this.askNext(editor));
  }

  private tell(editor: Editor, words: string): void {
    showProblem(editor, words);
  }
}

/** A line under the text that says what went wrong; also what was left out of a paste. */
export function showProblem(editor: Editor, words: string): void {
  const line = document.createElement("p");
  line.className = "notice danger editor-problem";
  line.setAttribute("role", "alert");
  line.textContent = words;
  const place = editor.view.dom.parentElement;
  place?.querySelectorAll(":scope > .editor-problem").forEach((old) => old.remove());
  place?.append(line);
  setTimeout(() => line.remove(), SHOWN_MS);
}

class Refused extends Error {}

/** With XMLHttpRequest: fetch does not tell how far an upload is. */
function upload(address: string, file: File, name: string, shown: (part: number) => void): Promise<Sent> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && shown(event.loaded / event.total));
    request.addEventListener("error", () => failed(new Error()));
    request.addEventListener("load", () => {
      const answer = request.response as (Sent & { error?: { message?: string } }) | null;
      if (request.status < 300 && answer) done(answer);
      else failed(answer?.error?.message ? new Refused(answer.error.message) : new Error());
    });
    const body = new FormData();
    body.append("file", file, name);
    request.send(body);
  });
}

function progress(words: string): { element: HTMLElement; bar: HTMLProgressElement } {
  const element = document.createElement("span");
  element.className = "sending";
  const bar = document.createElement("progress");
  bar.className = "progress";
  bar.setAttribute("aria-label", words);
  element.append(words, bar);
  return { element, bar };
}

function find(editor: Editor, id: object): number | null {
  return key.getState(editor.state)?.find((one) => one.id === id)?.place.position ?? null;
}

function drop(editor: Editor, id: object): void {
  editor.view.dispatch(editor.state.tr.setMeta(key, { remove: id } satisfies Change));
}

/** Where a picture stands; of several with the same bytes the first of which nobody has said what it shows. */
function positionOf(editor: Editor, src: string): number | null {
  let first: number | null = null;
  let untold: number | null = null;
  editor.state.doc.descendants((node, pos) => {
    if (node.type.name === "image" && node.attrs["src"] === src) {
      first ??= pos;
      if (!node.attrs["alt"]) untold ??= pos;
    }
    return untold === null;
  });
  return untold ?? first;
}

function filesOf(transfer: DataTransfer | null): File[] {
  return [...(transfer?.files ?? [])];
}

/** A file dropped beside the text, too: the browser would open it, in the place of the page or over it. */
export function takeDrops(editor: Editor, pictures: Pictures | null): void {
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const files = filesOf(event.dataTransfer);
    if (files.length === 0 || event.defaultPrevented || editor.isDestroyed) return;
    event.preventDefault();
    if (editor.isEditable) pictures?.take(editor, files, editor.state.selection.from);
  });
}

export const PictureDrop = Extension.create<{ pictures: Pictures | null }>({
  name: "pictureDrop",
  addOptions: () => ({ pictures: null }),
  addProseMirrorPlugins() {
    const { editor } = this;
    const { pictures } = this.options;
    return [
      new Plugin<Underway[]>({
        key,
        state: {
          init: () => [],
          apply: (tr, old) => {
            const change = tr.getMeta(key) as Change | undefined;
            if (change && "add" in change) return [...old, change.add];
            if (change) return old.filter((one) => one.id !== change.remove);
            if (old.length === 0 || !tr.docChanged) return old;
            return old.map((one) => ({ ...one, place: editor.utils.getUpdatedPosition(one.place, tr).position }));
          },
        },
        props: {
          decorations: (state) => {
            const underway = key.getState(state) ?? [];
            if (underway.length === 0) return null;
            return DecorationSet.create(state.doc, underway.map(({ id, place, element }) => Decoration.widget(place.position, element, { id })));
          },
          handlePaste: (view, event) => {
            // Word and Excel put a picture of the text beside the text: then the text is meant.
            const hasText = event.clipboardData?.types.includes("text/html") && /<(p|table|li|h\d)\b/i.test(event.clipboardData.getData("text/html"));
            const files = hasText ? [] : filesOf(event.clipboardData).filter((file) => file.type.startsWith("image/"));
            if (files.length === 0 || !pictures || !view.editable) return false;
            pictures.take(editor, files, view.state.selection.from);
            return true;
          },
          handleDrop: (view, event) => {
            const files = filesOf(event.dataTransfer);
            if (files.length === 0 || !pictures || !view.editable) return false;
            event.preventDefault();
            const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? view.state.selection.from;
            pictures.take(editor, files, at);
            return true;
          },
          handleDoubleClickOn: (_view, _pos, node, nodePos) => {
            if (node.type.name !== "image") return false;
            pictures?.edit(nodePos);
            return pictures !== null;
          },
        },
      }),
    ];
  },
});

/** What a picture shows, and where it leads. */
export class ImageDialog {
  private readonly dialog = document.getElementById("image-dialog") as HTMLDialogElement;
  private readonly alt = document.getElementById("image-alt") as HTMLTextAreaElement;
  private readonly link = document.getElementById("image-link") as HTMLInputElement;
  private readonly shown = document.getElementById("image-shown") as HTMLImageElement;
  private readonly problem = document.getElementById("image-problem") as HTMLElement;
  private source = "";
  private at = 0;
  private after: (() => void) | undefined;

  constructor(private readonly editor: Editor) {
    this.dialog.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.set();
    });
    this.dialog.querySelector("[data-image-remove]")?.addEventListener("click", () => {
      const pos = this.where();
      if (pos !== null) editor.view.dispatch(editor.state.tr.delete(pos, pos + 1));
      this.dialog.close();
    });
    this.dialog.addEventListener("close", () => {
      focusNow(editor);
      const { after } = this;
      this.after = undefined;
      after?.();
    });
    this.alt.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault(); // an alternative text is one line
      this.set();
    });
  }

  open(pos: number, after?: () => void): void {
    const node = this.editor.state.doc.nodeAt(pos);
    if (node?.type.name !== "image") return after?.();
    this.after = after;
    this.at = pos;
    this.source = String(node.attrs["src"] ?? "");
    this.shown.src = this.source;
    this.alt.value = String(node.attrs["alt"] ?? "");
    this.link.value = String(node.attrs["href"] ?? "");
    this.problem.hidden = true;
    this.dialog.showModal();
    this.alt.focus();
  }

  /** Where the picture is now: others may have written before it. */
  private where(): number | null {
    const { doc } = this.editor.state;
    const isThere = this.at < doc.content.size && doc.nodeAt(this.at)?.attrs["src"] === this.source;
    return isThere ? this.at : positionOf(this.editor, this.source);
  }

  private set(): void {
    const typed = this.link.value.trim();
    const href = typed ? meantAddress(typed, location.origin) : null;
    if (typed && (!href || !cleanLink(href))) {
      this.problem.textContent = text("not-an-address");
      this.problem.hidden = false;
      this.link.focus();
      return;
    }
    const pos = this.where();
    const node = pos === null ? null : this.editor.state.doc.nodeAt(pos);
    if (pos !== null && node) {
      const alt = this.alt.value.replace(/\s+/g, " ").trim();
      this.editor.view.dispatch(this.editor.state.tr.setNodeMarkup(pos, null, { ...node.attrs, alt: alt || null, href }));
    }
    this.dialog.close();
  }
}
