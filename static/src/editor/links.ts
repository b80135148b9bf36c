// The dialog of a link: an address, or the title of an article that is found as one types.
import type { Editor } from "@tiptap/core";
import { getMarkRange } from "@tiptap/core";
import type { MarkType, Node as ProseNode } from "@tiptap/pm/model";
import { say } from "../page";
import { focusNow } from "./focus";
import { cleanLink, meantAddress } from "./addresses";
import { merged } from "./changes";
import { KeptRange } from "./ranges";
import type { Range } from "./ranges";
import { articlesLike } from "./sources";
import type { Suggested } from "./sources";
import { text } from "./words";

const WAIT_MS = 90;

export class LinkDialog {
  private readonly dialog = document.getElementById("link-dialog") as HTMLDialogElement;
  private readonly address = document.getElementById("link-address") as HTMLInputElement;
  private readonly words = document.getElementById("link-words") as HTMLInputElement;
  private readonly problem = document.getElementById("link-problem") as HTMLElement;
  private readonly remove = this.dialog.querySelector("[data-link-remove]") as HTMLButtonElement;
  private readonly follow = this.dialog.querySelector("[data-link-open]") as HTMLAnchorElement;
  private readonly finder: Finder;
  /** What the link is about: others write on while one looks for an address. */
  private range: KeptRange | null = null;
  private opened = ""; // its words then

  constructor(private readonly editor: Editor) {
    this.finder = new Finder(this.address, (found) => {
      this.address.value = `/articles/${found.id}/`;
      if (!this.words.value.trim() && !this.dialog.querySelector<HTMLElement>("[data-link-words]")?.hidden) this.words.value = found.title;
      say(found.title);
    });
    this.dialog.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.set();
    });
    this.remove.addEventListener("click", () => {
      const range = this.range?.now();
      this.dialog.close();
      if (range) editor.chain().focus().setTextSelection(range).unsetMark("link").run();
    });
    this.dialog.addEventListener("close", () => {
      this.range?.release();
      this.range = null;
      focusNow(editor);
    });
  }

  open(): void {
    const { editor } = this;
    const { selection, schema, doc } = editor.state;
    const type = schema.marks["link"] as MarkType;
    const there = editor.isActive("link") ? getMarkRange(selection.$from, type) ?? null : null;
    const { from, to }: Range = there && selection.empty ? there : selection;
    this.range?.release();
    this.range = new KeptRange(editor, { from, to });
    const href = String(editor.getAttributes("link")["href"] ?? "");
    this.address.value = href;
    this.words.value = this.opened = wordsOf(doc, { from, to });
    const holdsMore = from !== to && !doc.resolve(from).sameParent(doc.resolve(to));
    (this.dialog.querySelector("[data-link-words]") as HTMLElement).hidden = holdsMore;
    this.remove.hidden = !there;
    this.follow.hidden = !cleanLink(href);
    if (href) this.follow.href = cleanLink(href) ?? "";
    this.tell("");
    this.finder.close();
    this.dialog.showModal();
    this.address.select();
  }

  private tell(problem: string): void {
    this.problem.textContent = problem;
    this.problem.hidden = problem === "";
    this.address.toggleAttribute("aria-invalid", problem !== "");
  }

  private set(): void {
    const href = meantAddress(this.address.value, location.origin);
    if (!href) {
      this.tell(text("not-an-address"));
      this.address.focus();
      return;
    }
    const range = this.range?.now();
    if (!range) return this.tell(text("link-words-gone"));
    this.dialog.close();
    this.put(range, href);
  }

  /** Words that were not changed here stay as they are now, with what others wrote in them. */
  private put(range: Range, href: string): void {
    const { editor } = this;
    const now = wordsOf(editor.state.doc, range);
    const typed = this.words.value.trim();
    const words = typed && typed !== this.opened.trim() ? merged(this.opened, typed, now).trim() : now.trim() || href;
    const mark = { type: "link", attrs: { href, title: null } };
    const chain = editor.chain().focus();
    if (words === now.trim()) chain.setTextSelection(range).setMark("link", mark.attrs).setTextSelection(range.to);
    else chain.insertContentAt(range, { type: "text", text: words, marks: [mark] });
    chain.unsetMark("link").run();
  }
}

function wordsOf(doc: ProseNode, { from, to }: Range): string {
  return doc.textBetween(from, to, " ", "");
}

/** Titles under a field, as a combobox. */
class Finder {
  private readonly list = document.createElement("ul");
  private found: Suggested[] = [];
  private marked = -1;
  private timer = 0;

  constructor(private readonly field: HTMLInputElement, private readonly chosen: (found: Suggested) => void) {
    this.list.className = "suggestions";
    this.list.id = `${field.id}-found`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", text("articles-list"));
    field.after(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id,
    })) field.setAttribute(name, value);
    field.addEventListener("input", () => this.askSoon());
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take([...this.list.children].indexOf((event.target as Element).closest("li") as Element)));
  }

  close(): void {
    clearTimeout(this.timer);
    this.found = [];
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  private askSoon(): void {
    clearTimeout(this.timer);
    const words = this.field.value.trim();
    if (words.length < 2 || /^(\/|www\.|[a-z]+:)/i.test(words)) return this.close();
    this.timer = window.setTimeout(async () => {
      const found = await articlesLike(words);
      if (this.field.value.trim() === words && document.activeElement === this.field) this.show(found ?? []);
    }, WAIT_MS);
  }

  private show(found: Suggested[]): void {
    this.found = found;
    this.list.replaceChildren(
      ...found.map((one, index) => {
        const row = document.createElement("li");
        row.id = `${this.list.id}-${index}`;
        row.setAttribute("role", "option");
        const title = document.createElement("span");
        title.textContent = one.title;
        const where = document.createElement("small");
        where.textContent = one.category;
        row.append(title, " ", where);
        return row;
      }),
    );
    this.list.hidden = found.length === 0;
    this.field.setAttribute("aria-expanded", String(found.length > 0));
    this.mark(-1);
    if (found.length) say(text("results", { count: found.length }));
  }

  private mark(index: number): void {
    this.marked = index;
    [...this.list.children].forEach((row, at) => {
      row.setAttribute("aria-selected", String(at === index));
      if (at === index) row.scrollIntoView({ block: "nearest" });
    });
    if (index < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
  }

  private onKey(event: KeyboardEvent): void {
    const count = this.found.length;
    if (count === 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.mark(event.key === "ArrowDown" ? (this.marked + 1) % count : (this.marked < 1 ? count : this.marked) - 1);
    } else if (event.key === "Enter" && this.marked >= 0) {
      event.preventDefault();
      this.take(this.marked);
    } else if (event.key === "Escape") {
      event.preventDefault(); // the list goes, the dialog stays
      event.stopPropagation();
      this.close();
    }
  }

  private take(index: number): void {
    const one = this.found[index];
    this.close();
    if (one) this.chosen(one);
  }
}
