// Lists that open while one types: blocks after "/", articles after "[[". The text keeps the focus; arrow keys choose,
// Enter or Tab takes, Escape leaves what was typed. What is marked is told to those who listen.
import { Extension } from "@tiptap/core";
import type { Editor } from "@tiptap/core";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import type { EditorState } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { say } from "../page";
import { placeBelow } from "./popup";
import { text } from "./words";

export interface Choice {
  label: string;
  hint?: string;
  icon?: Node | null;
  take(editor: Editor, from: number, to: number): void;
}

export interface Source {
  /** Finds what opens the list at the end of the text before the cursor; its first group is what is looked for. */
  pattern: RegExp;
  label: string;
  /** The choices for these words; `null` closes the list. Called again for every letter; only the last answer counts. */
  find(words: string): Choice[] | null | Promise<Choice[] | null>;
  /** Shown when there is nothing to choose from. Without it the list closes. */
  nothing?(words: string): string;
  waitMs?: number;
}

interface Match {
  source: Source;
  from: number;
  to: number;
  words: string;
  before: string; // what stands before the words in their block: it stays the same when others write elsewhere
}

const LONGEST = 80;

/** What of the sources stands before the cursor; null inside code, or where something is marked. */
function matchIn(state: EditorState, sources: Source[]): Match | null {
  const { $from, empty } = state.selection;
  if (!empty || !$from.parent.isTextblock || $from.parent.type.spec.code || $from.marks().some((mark) => mark.type.spec.code)) return null;
  const before = $from.parent.textBetween(Math.max(0, $from.parentOffset - LONGEST), $from.parentOffset, undefined, "\ufffc");
  for (const source of sources) {
    const found = source.pattern.exec(before);
    if (!found) continue;
    const words = found[1] ?? "";
    const opener = found[0].trimStart().length;
    return { source, from: $from.pos - opener, to: $from.pos, words, before: before.slice(0, before.length - words.length) };
  }
  return null;
}

class List {
  private readonly box = document.createElement("div");
  private readonly list = document.createElement("ul");
  private choices: Choice[] = [];
  private marked = 0;
  private match: Match | null = null;
  private left: string | null = null; // before what a list was left with Escape: it stays closed there
  private asked = 0;
  private timer = 0;

  constructor(private readonly editor: Editor, private readonly sources: Source[]) {
    this.box.className = "suggestions choices";
    this.box.hidden = true;
    this.list.id = "editor-choices";
    this.list.setAttribute("role", "listbox");
    this.box.append(this.list);
    document.body.append(this.box);
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
    this.box.addEventListener("click", (event) => {
      const row = (event.target as Element).closest("li[role=option]");
      if (row) this.take([...this.list.children].indexOf(row));
    });
  }

  update(view: EditorView): void {
    const match = view.hasFocus() && view.editable ? matchIn(view.state, this.sources) : null;
    if (!match) {
      if (this.left !== null) this.left = null;
      return this.close();
    }
    if (match.before === this.left) return;
    this.left = null;
    if (this.match?.words === match.words && this.match.from === match.from && this.match.source === match.source) return;
    this.match = match;
    clearTimeout(this.timer);
    const asked = ++this.asked;
    const ask = async (): Promise<void> => {
      const choices = await match.source.find(match.words);
      if (asked === this.asked && this.match === match) this.show(match, choices);
    };
    if (match.source.waitMs && match.words) this.timer = window.setTimeout(() => void ask(), match.source.waitMs);
    else void ask();
  }

  private show(match: Match, choices: Choice[] | null): void {
    const nothing = choices && choices.length === 0 ? match.source.nothing?.(match.words) : undefined;
    if (!choices || (choices.length === 0 && !nothing)) return this.hide();
    this.choices = choices;
    this.list.setAttribute("aria-label", match.source.label);
    this.list.replaceChildren(...(nothing ? [note(nothing)] : choices.map(row)));
    this.box.hidden = false;
    const start = this.editor.view.coordsAtPos(match.from);
    placeBelow(this.box, new DOMRect(start.left, start.top, 0, start.bottom - start.top));
    const { dom } = this.editor.view;
    dom.setAttribute("aria-controls", this.list.id);
    dom.setAttribute("aria-autocomplete", "list");
    this.mark(0);
    say(nothing ?? text("results", { count: choices.length }));
  }

  private mark(index: number): void {
    this.marked = index;
    [...this.list.children].forEach((one, at) => {
      if (one.getAttribute("role") !== "option") return;
      one.setAttribute("aria-selected", String(at === index));
      if (at === index) one.scrollIntoView({ block: "nearest" });
    });
    if (this.choices.length) this.editor.view.dom.setAttribute("aria-activedescendant", `editor-choice-${index}`);
    else this.editor.view.dom.removeAttribute("aria-activedescendant");
  }

  onKey(event: KeyboardEvent): boolean {
    if (this.box.hidden || event.isComposing) return false;
    if (event.key === "Escape") {
      this.left = this.match?.before ?? null;
      this.close();
      return true;
    }
    const count = this.choices.length;
    if (count === 0) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.mark((this.marked + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
      return true;
    }
    if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) {
      this.take(this.marked);
      return true;
    }
    return false;
  }

  private take(index: number): void {
    const { match } = this;
    const choice = this.choices[index];
    if (!match || !choice) return;
    const to = this.editor.state.selection.from;
    this.close();
    choice.take(this.editor, match.from, to);
  }

  private hide(): void {
    if (this.box.hidden) return;
    this.box.hidden = true;
    for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant"]) this.editor.view.dom.removeAttribute(name);
  }

  close(): void {
    if (!this.match && this.box.hidden) return;
    this.match = null;
    this.asked++;
    clearTimeout(this.timer);
    this.hide();
  }

  remove(): void {
    clearTimeout(this.timer);
    this.box.remove();
  }
}

function row(choice: Choice, index: number): HTMLLIElement {
  const made = document.createElement("li");
  made.id = `editor-choice-${index}`;
  made.setAttribute("role", "option");
  const label = document.createElement("span");
  if (choice.icon) label.append(choice.icon, " ");
  label.append(choice.label);
  made.append(label);
  if (choice.hint) {
    const hint = document.createElement("small");
    hint.textContent = choice.hint;
    made.append(" ", hint);
  }
  return made;
}

function note(words: string): HTMLLIElement {
  const made = document.createElement("li");
  made.className = "nothing";
  made.setAttribute("role", "presentation");
  made.textContent = words;
  return made;
}

export const Choices = Extension.create<{ sources: Source[] }>({
  name: "choices",
  priority: 1_100, // its keys come before those of lists and tables
  addOptions: () => ({ sources: [] }),
  addProseMirrorPlugins() {
    const { editor } = this;
    const { sources } = this.options;
    let list: List | undefined;
    return [
      new Plugin({
        key: new PluginKey("choices"),
        view: (view) => {
          list = new List(editor, sources);
          const close = (): void => list?.close();
          view.dom.addEventListener("blur", close);
          return {
            update: (now) => list?.update(now),
            destroy: () => {
              view.dom.removeEventListener("blur", close);
              list?.remove();
              list = undefined;
            },
          };
        },
        props: { handleKeyDown: (_view, event) => list?.onKey(event) ?? false },
      }),
    ];
  },
});

