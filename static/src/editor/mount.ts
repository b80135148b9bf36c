// One editor in one element: over a draft that many write, or over a text of one's own that a form sends.
import { Editor } from "@tiptap/core";
import type { AnyExtension, JSONContent } from "@tiptap/core";
import { Collaboration } from "@tiptap/extension-collaboration";
import { Dropcursor, Gapcursor, UndoRedo } from "@tiptap/extensions";
import type { Draft } from "../drafting/draft";
import { Hint, PageKeys, WatchOnly } from "./behaviour";
import { turnBox, unwrap, around, wrap } from "./blocks";
import { Carets } from "./carets";
import { Choices } from "./choices";
import type { Source } from "./choices";
import type { Desk } from "./commands";
import { FindBar, Search } from "./find";
import { LinkDialog } from "./links";
import { Paste } from "./paste";
import { ImageDialog, PictureDrop, Pictures, takeDrops } from "./pictures";
import { RolesDialog } from "./roles";
import { schemaExtensions } from "./schema";
import { articleSource, blockSource } from "./sources";
import { Toolbar } from "./toolbar";
import { text } from "./words";

export interface Mounting {
  /** What shows the text now; the editor takes its place, its id and its label. */
  element: HTMLElement;
  /** The draft that is written; without one the text is this editor's own. */
  draft?: Draft;
  /** The text to begin with, where there is no draft. */
  startDocument?: JSONContent;
  /** The tools (templates/articles/_toolbar.html). */
  tools?: HTMLElement | null;
  /** The address that pictures are sent to; without one there are no pictures. */
  pictures?: string;
  /** What Ctrl+S does. */
  save?(): void;
  extensions?: AnyExtension[];
}

export interface Mounted {
  editor: Editor;
  destroy(): void;
}

/** Resolved when the text is on the page. With a draft that is when the draft is in step with the server. */
export async function mountEditor(mounting: Mounting): Promise<Mounted> {
  const { element, draft, tools } = mounting;
  await draft?.synced;
  const page = new Page(mounting);
  const mount = document.createElement("div");
  const made = new Editor({
    element: { mount },
    injectCSS: false,
    editable: !draft || draft.rights === "edit",
    ...(draft ? {} : { content: mounting.startDocument ?? null }),
    extensions: [...schemaExtensions, ...page.extensions(), ...(mounting.extensions ?? [])],
    editorProps: { attributes: labelled(element, !draft || draft.rights === "edit") },
  });
  page.editor = made;
  if (draft) await new Promise(requestAnimationFrame); // the binding draws the draft in a task of its own
  element.replaceWith(mount);
  page.start(tools ?? null);
  draft?.on("rights", () => made.setEditable(draft.rights === "edit"));
  return {
    editor: made,
    destroy: () => {
      made.destroy();
      mount.remove();
    },
  };
}

/** What is only watched is a document, not a field. */
function labelled(element: HTMLElement, mayWrite: boolean): Record<string, string> {
  const field: Record<string, string> = mayWrite ? { role: "textbox", "aria-multiline": "true", spellcheck: "true" } : { role: "document", tabindex: "0" };
  const given: Record<string, string> = { class: element.className, "aria-label": text("text-label"), ...field };
  for (const name of ["id", "lang", "aria-label", "aria-labelledby", "aria-describedby"]) {
    const value = element.getAttribute(name);
    if (value) given[name] = value;
  }
  return given;
}

/** The editor and what stands around it: tools, dialogs, lists that open while one types. */
class Page implements Desk {
  editor!: Editor;
  private links: LinkDialog | null = null;
  private images: ImageDialog | null = null;
  private roles: RolesDialog | null = null;
  private find: FindBar | null = null;
  private toolbar: Toolbar | null = null;
  private readonly pictures: Pictures | null;

  constructor(private readonly mounting: Mounting) {
    this.pictures = mounting.pictures ? new Pictures(mounting.pictures, () => this.images) : null;
  }

  extensions(): AnyExtension[] {
    const { draft, tools } = this.mounting;
    const sources: Source[] = [articleSource(), ...(tools ? [blockSource(tools, this)] : [])];
    return [
      ...(draft
        ? [Collaboration.configure({ fragment: draft.fragment }), Carets.configure({ awareness: draft.awareness }), WatchOnly]
        : [UndoRedo]),
      Dropcursor.configure({ color: false, width: 2, class: "drop-place" }),
      Gapcursor,
      Choices.configure({ sources }),
      PageKeys.configure({
        keys: {
          link: () => this.editLink(),
          find: () => this.find?.open(),
          save: () => this.mounting.save?.(),
          toolbar: () => this.toolbar?.focus(),
        },
      }),
      Hint.configure({ words: text("placeholder") }),
      Paste,
      PictureDrop.configure({ pictures: this.pictures }),
      Search,
    ];
  }

  start(tools: HTMLElement | null): void {
    const { editor } = this;
    takeDrops(editor, this.pictures);
    if (document.getElementById("link-dialog")) this.links = new LinkDialog(editor);
    if (document.getElementById("image-dialog")) this.images = new ImageDialog(editor);
    if (document.getElementById("roles-dialog")) this.roles = new RolesDialog(editor);
    if (!tools) return;
    const form = tools.querySelector<HTMLFormElement>("form.find");
    if (form) this.find = new FindBar(form, tools.querySelector("[data-command=find]"), editor);
    this.toolbar = new Toolbar(tools, editor, this);
    const files = tools.querySelector<HTMLInputElement>("input[type=file]");
    files?.addEventListener("change", () => {
      this.pictures?.take(editor, [...(files.files ?? [])], editor.state.selection.from);
      files.value = "";
    });
  }

  editLink(): void {
    if (this.editor.isEditable && !this.editor.isActive("codeBlock")) this.links?.open();
  }

  editImage(pos: number): void {
    this.images?.open(pos);
  }

  editRoles(): void {
    const { editor } = this;
    const passage = around(editor, ["passage"]);
    const given: unknown = passage?.node.attrs["roles"];
    this.roles?.open(Array.isArray(given) ? given.map(String) : [], passage !== null, (chosen) => {
      if (chosen === null) {
        const there = around(editor, ["passage"]);
        if (there) unwrap(editor, there);
      } else if (around(editor, ["passage"])) turnBox(editor, "passage", { roles: chosen });
      else wrap(editor, "passage", { roles: chosen });
    });
  }

  choosePictures(): void {
    this.mounting.tools?.querySelector<HTMLInputElement>("input[type=file]")?.click();
  }

  toggleFind(): void {
    this.find?.toggle();
  }
}
