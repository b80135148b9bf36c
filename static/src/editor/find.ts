// Find and replace in the text, over prosemirror-search. The bar floats above the text, so that nothing moves.
import { Extension } from "@tiptap/core";
import type { Editor } from "@tiptap/core";
import { Fragment, Slice } from "@tiptap/pm/model";
import { TextSelection } from "@tiptap/pm/state";
import type { EditorState } from "@tiptap/pm/state";
import { SearchQuery, findNextNoWrap, findPrevNoWrap, getMatchHighlights, replaceAll, replaceCurrent, search, setSearchState } from "prosemirror-search";
import type { SearchResult } from "prosemirror-search";
import { say } from "../page";
import { focusNow } from "./focus";
import { text } from "./words";

export const Search = Extension.create({ name: "find", addProseMirrorPlugins: () => [search()] });

/** What is typed is meant as it stands: the library reads $1 and $& as patterns, also where it is to be literal. */
class AsTyped extends SearchQuery {
  override getReplacements({ doc, schema }: EditorState, { from, to }: SearchResult): { from: number; to: number; insert: Slice }[] {
    const marks = doc.resolve(from).marksAcross(doc.resolve(to));
    return [{ from, to, insert: new Slice(this.replace ? Fragment.from(schema.text(this.replace, marks)) : Fragment.empty, 0, 0) }];
  }
}

export class FindBar {
  private readonly field: HTMLInputElement;
  private readonly replacement: HTMLInputElement;
  private readonly byCase: HTMLInputElement;
  private readonly count: HTMLOutputElement;

  constructor(private readonly form: HTMLFormElement, private readonly opener: HTMLElement | null, private readonly editor: Editor) {
    this.field = form.elements.namedItem("find") as HTMLInputElement;
    this.replacement = form.elements.namedItem("replace") as HTMLInputElement;
    this.byCase = form.elements.namedItem("case") as HTMLInputElement;
    this.count = form.querySelector("[data-find-count]") as HTMLOutputElement;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.step(1);
    });
    form.addEventListener("input", () => this.look());
    form.addEventListener("keydown", (event) => this.onKey(event));
    form.addEventListener("click", (event) => this.clicked((event.target as Element).closest<HTMLElement>("[data-find]")?.dataset["find"]));
    editor.on("transaction", ({ transaction }) => transaction.docChanged && !this.form.hidden && this.tell());
  }

  toggle(): void {
    if (this.form.hidden) this.open();
    else this.close();
  }

  open(): void {
    const { from, to } = this.editor.state.selection;
    const marked = this.editor.state.doc.textBetween(from, to, "\n");
    if (marked && marked.length < 100 && !marked.includes("\n")) this.field.value = marked;
    this.show(true);
    this.field.select();
    this.look();
  }

  private close(): void {
    this.show(false);
    this.query(new SearchQuery({ search: "" }));
    focusNow(this.editor);
  }

  private show(shown: boolean): void {
    this.form.hidden = !shown;
    this.opener?.setAttribute("aria-expanded", String(shown));
    if (shown) this.field.focus();
  }

  private query(query: SearchQuery): void {
    this.editor.view.dispatch(setSearchState(this.editor.state.tr, query));
  }

  /** What is typed is looked for at once, from where the cursor is. */
  private look(): void {
    this.query(new AsTyped({ search: this.field.value, replace: this.replacement.value, caseSensitive: this.byCase.checked, literal: true }));
    if (this.field.value) this.step(0);
    else this.tell();
  }

  /** To the next (1) or the previous (-1), round the end; 0 stays where something is found already. */
  private step(by: -1 | 0 | 1): void {
    const { editor } = this;
    const all = this.found();
    const { from, to } = editor.state.selection;
    if (by === 0 && all.some((one) => one.from === from && one.to === to)) return this.tell();
    const move = by === -1 ? findPrevNoWrap : findNextNoWrap;
    if (by === 0) editor.view.dispatch(editor.state.tr.setSelection(TextSelection.near(editor.state.doc.resolve(from))));
    if (!move(editor.state, editor.view.dispatch) && all.length) {
      const one = (by === -1 ? all.at(-1) : all[0]) as { from: number; to: number };
      editor.view.dispatch(editor.state.tr.setSelection(TextSelection.create(editor.state.doc, one.from, one.to)));
    }
    this.showPlace();
    this.tell();
  }

  /** The focus is in the field, so the browser does not scroll to the selection by itself. */
  private showPlace(): void {
    const { node } = this.editor.view.domAtPos(this.editor.state.selection.from);
    const element = node instanceof Element ? node : node.parentElement;
    element?.scrollIntoView({ block: "center" });
  }

  private found(): { from: number; to: number }[] {
    return this.field.value ? getMatchHighlights(this.editor.state).find() : [];
  }

  private clicked(name: string | undefined): void {
    if (name === "close") this.close();
    else if (name === "previous") this.step(-1);
    else if (name === "replace") {
      this.look();
      if (replaceCurrent(this.editor.state, this.editor.view.dispatch)) this.step(1);
    } else if (name === "all") {
      this.look();
      const { length } = this.found();
      replaceAll(this.editor.state, this.editor.view.dispatch);
      this.count.textContent = text("replaced", { count: length });
      say(this.count.textContent);
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && event.target === this.field) {
      event.preventDefault();
      this.step(event.shiftKey ? -1 : 1);
    } else if (event.key === "Enter" && event.target === this.replacement) {
      event.preventDefault();
      this.clicked("replace");
    }
  }

  private tell(): void {
    const all = this.found();
    const { from } = this.editor.state.selection;
    const at = all.findIndex((one) => one.from === from) + 1;
    this.count.textContent = !this.field.value ? "" : all.length ? text("found", { at: at || "–", count: all.length }) : text("found-none");
  }
}
