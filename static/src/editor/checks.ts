// What an author should mend before readers get the text: the rules of articles/documents/findings.py, as one writes.
// Each finding leads to its place.
import type { Editor } from "@tiptap/core";
import type { Node as ProseNode } from "@tiptap/pm/model";
import { NodeSelection, TextSelection } from "@tiptap/pm/state";
import { icon } from "../page";
import { isStored } from "./addresses";
import { text } from "./words";

const WAIT_MS = 700;
const EXCERPT = 60;
const SAYS_NOTHING = new Set([
  "here", "click here", "this", "this link", "this page", "link", "the link", "read more", "more", "see here",
  "här", "klicka här", "denna", "denna länk", "denna sida", "länk", "länken", "läs mer", "mer", "se här", "hit",
]);

export interface Finding {
  message: string;
  where: string;
  from: number;
  to: number;
}

/** Everything that is found, in the order of the text. */
export function findings(doc: ProseNode): Finding[] {
  const found: Finding[] = [];
  let last = 1; // the title of the article
  let hasContent = false;
  doc.descendants((node, pos) => {
    if (node.isText ? node.text?.trim() : node.type.name === "image") hasContent = true;
    if (node.type.name === "heading") last = heading(node, pos, last, found);
    else if (node.type.name === "image") picture(node, pos, found);
    else if (node.type.name === "table" && !hasHeaders(node)) {
      add(found, "table-header", pos + 3, pos + 3, node.textBetween(0, node.content.size, " ").trim());
    }
    if (node.inlineContent) links(node, pos, found);
    return true;
  });
  if (!hasContent) found.unshift({ message: text("check-empty"), where: "", from: 1, to: 1 });
  return found;
}

function add(found: Finding[], kind: string, from: number, to: number, where: string, values: Record<string, number> = {}): void {
  const short = where.length > EXCERPT ? `${where.slice(0, EXCERPT - 1).trimEnd()}…` : where;
  found.push({ message: text(`check-${kind}`, values), where: short, from, to });
}

/** Gives the level that the next heading is compared with. */
function heading(node: ProseNode, pos: number, last: number, found: Finding[]): number {
  const level = Number(node.attrs["level"]);
  const words = node.textContent.trim();
  if (!words) {
    add(found, "empty-heading", pos + 1, pos + 1, "");
    return last;
  }
  if (level > last + 1) add(found, "heading-order", pos + 1, pos + 1, words, { level, last });
  return level;
}

function picture(node: ProseNode, pos: number, found: Finding[]): void {
  const source = String(node.attrs["src"] ?? "");
  if (!isStored(source)) add(found, "absent-image", pos, pos + 1, source);
  if (!String(node.attrs["alt"] ?? "").trim()) add(found, "missing-alt", pos, pos + 1, source.split("/").at(-1) ?? "");
}

function hasHeaders(table: ProseNode): boolean {
  const rows = table.children.map((row) => row.children);
  const isHeader = (cell: ProseNode | undefined): boolean => cell?.type.name === "tableHeader";
  return (rows[0]?.length ?? 0) > 0 && rows[0]!.every(isHeader) || rows.every((row) => isHeader(row[0]));
}

/** Links whose words say nothing; one link may go over several runs of text. */
function links(block: ProseNode, pos: number, found: Finding[]): void {
  let run: { href: string; words: string; from: number; to: number } | null = null;
  const end = (): void => {
    const words = run?.words.trim() ?? "";
    if (run && words && SAYS_NOTHING.has(words.replace(/^[\s.:»>→]+|[\s.:»>→]+$/g, "").toLowerCase())) {
      add(found, "link-text", run.from, run.to, `${words} (${run.href})`);
    }
    run = null;
  };
  block.forEach((child, offset) => {
    const href = child.marks.find((mark) => mark.type.name === "link")?.attrs["href"] as string | undefined;
    const from = pos + 1 + offset;
    if (run && run.href !== href) end();
    if (!href) return;
    run = { href, words: (run?.words ?? "") + (child.text ?? ""), from: run?.from ?? from, to: from + child.nodeSize };
  });
  end();
}

/** The title, which stands outside of the text: emptied, the article keeps the one it has. */
export interface TitleField {
  field: HTMLTextAreaElement;
  given: string;
}

/** Keeps the list in the rail; never between a key and its letter. */
export class Checks {
  private timer = 0;
  private shown = "";

  constructor(
    private readonly list: HTMLElement, private readonly nothing: HTMLElement | null, private readonly editor: Editor,
    private readonly title: TitleField | null = null,
  ) {
    list.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLButtonElement>("button");
      if (button) this.go(Number(button.dataset["at"]));
    });
    editor.on("update", () => this.soon());
    this.run();
  }

  soon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.run(), WAIT_MS);
  }

  private run(): void {
    if (this.editor.isDestroyed) return;
    const found = this.found();
    const now = JSON.stringify(found.map(({ message, where }) => [message, where]));
    if (now !== this.shown) this.list.replaceChildren(...found.map(entry));
    this.shown = now;
    this.list.hidden = found.length === 0;
    if (this.nothing) this.nothing.hidden = found.length > 0;
  }

  private found(): Finding[] {
    const found = findings(this.editor.state.doc);
    if (this.title && !this.title.field.value.trim()) found.unshift({ message: text("check-title"), where: this.title.given, from: -1, to: -1 });
    return found;
  }

  /** To the place as it is now: the text may have moved on since the list was made. */
  private go(index: number): void {
    const { editor } = this;
    const one = this.found()[index];
    if (!one) return this.run();
    if (one.from < 0) return this.title?.field.focus();
    const { doc, tr } = editor.state;
    const isNode = doc.nodeAt(one.from)?.type.name === "image";
    const selection = isNode ? NodeSelection.create(doc, one.from) : TextSelection.between(doc.resolve(one.from), doc.resolve(one.to));
    editor.view.dispatch(tr.setSelection(selection));
    const { node } = editor.view.domAtPos(one.from);
    (node instanceof Element ? node : node.parentElement)?.scrollIntoView({ block: "center" });
    editor.view.focus();
  }
}

function entry(finding: Finding, index: number): HTMLLIElement {
  const row = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.dataset["at"] = String(index);
  const words = document.createElement("span");
  words.textContent = finding.message;
  button.append(icon("triangle-alert"), words);
  if (finding.where) {
    const where = document.createElement("q");
    where.textContent = finding.where;
    words.append(" ", where);
  }
  row.append(button);
  return row;
}
