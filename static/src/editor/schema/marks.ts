// Marks: what a run of text can be besides text. Their order here is their order in a stored document.
import { InputRule, Mark, markInputRule } from "@tiptap/core";
import type { Mark as ProseMark } from "@tiptap/pm/model";
import type { Transaction } from "@tiptap/pm/state";
import { cleanLink, meantAddress } from "../addresses";

const TYPED_ADDRESS = /(?:^|\s)((?:https?:\/\/|www\.)[^\s<>"']*[^\s<>"'.,;:!?)])(\s)$/;
const LINK_IN_BRACKETS = /\[([^[\]]+)\]\(((?:https?:\/\/|www\.|mailto:|tel:|\/)[^\s()]+)\)$/;
const BOLD_AND_ITALIC = /(?:^|\s)\*{3}([^\s*](?:[^*]*[^\s*])?)\*{3}$/;

/** Of what was typed from `from` to `to`, keep the words at `at`, and mark them; what is typed next has no such mark. */
function keepMarked(tr: Transaction, from: number, to: number, at: number, words: string, marks: ProseMark[]): void {
  tr.delete(at + words.length, to).delete(from, at);
  for (const mark of marks) tr.addMark(from, from + words.length, mark);
  for (const mark of marks) tr.removeStoredMark(mark);
}

export const Link = Mark.create({
  name: "link",
  priority: 1000, // the outermost element, as in rendered articles
  inclusive: false,
  addAttributes() {
    return {
      href: { default: null, parseHTML: (element: HTMLElement) => cleanLink(element.getAttribute("href") ?? "") },
      title: { default: null },
    };
  },
  parseHTML: () => [
    { tag: "a[href]", getAttrs: (element) => (cleanLink(element.getAttribute("href") ?? "") ? null : false) },
  ],
  // What somebody else wrote into the draft is not trusted either.
  renderHTML: ({ HTMLAttributes }) => ["a", { ...HTMLAttributes, href: cleanLink(String(HTMLAttributes["href"] ?? "")) ?? "" }, 0],
  addInputRules() {
    // An address that was typed is a link as soon as a space follows it.
    return [
      new InputRule({
        find: TYPED_ADDRESS,
        handler: ({ state, range, match }) => {
          const href = meantAddress(match[1] ?? "", "");
          if (!href || state.doc.rangeHasMark(range.from, range.to, this.type)) return null;
          const from = range.to - (match[1]?.length ?? 0);
          state.tr.addMark(from, range.to, this.type.create({ href })).removeStoredMark(this.type).insertText(match[2] ?? " ", range.to);
          return undefined;
        },
      }),
      new InputRule({
        find: LINK_IN_BRACKETS,
        handler: ({ state, range: { from, to }, match: [, words = "", address = ""] }) => {
          const href = meantAddress(address, location.origin);
          if (!href) return null;
          keepMarked(state.tr, from, to, from + 1, words, [this.type.create({ href })]);
          return undefined;
        },
      }),
    ];
  },
});

interface Look {
  name: string;
  tag: string;
  parse: string[];
  keys: string[];
  typed?: RegExp[];
  style?: { property: string; matches: (value: string) => boolean };
}

const boldAndItalic = new InputRule({
  find: BOLD_AND_ITALIC,
  handler: ({ state: { tr, schema }, range, match: [typed, words = ""] }) => {
    const from = range.from + typed.search(/\S/);
    keepMarked(tr, from, range.to, from + 3, words, [schema.marks["bold"]!.create(), schema.marks["italic"]!.create()]);
  },
});

function look({ name, tag, parse, keys, typed = [], style }: Look) {
  return Mark.create({
    name,
    ...(name === "code" ? { code: true } : {}),
    parseHTML: () => [
      ...parse.map((one) => ({ tag: one })),
      ...(style ? [{ style: style.property, getAttrs: (value: string) => (style.matches(value) ? null : false) }] : []),
    ],
    renderHTML: () => [tag, 0],
    addKeyboardShortcuts() {
      return Object.fromEntries(keys.map((key) => [key, () => this.editor.commands.toggleMark(name)]));
    },
    addInputRules() {
      const rules = typed.map((find) => markInputRule({ find, type: this.type }));
      return name === "bold" ? [...rules, boldAndItalic] : rules;
    },
  });
}

export const Bold = look({
  name: "bold", tag: "strong", parse: ["strong", "b"], keys: ["Mod-b", "Mod-B"],
  typed: [/(?:^|\s)(\*\*(?!\s+\*\*)((?:[^*]+))\*\*(?!\s+\*\*))$/, /(?:^|\s)(__(?!\s+__)((?:[^_]+))__(?!\s+__))$/],
  style: { property: "font-weight", matches: (value) => /^(bold(er)?|[6-9]\d{2})$/.test(value) },
});
export const Code = look({
  name: "code", tag: "code", parse: ["code", "kbd", "samp", "tt"], keys: ["Mod-e"],
  typed: [/(?:^|[^`])(`(?!\s+`)((?:[^`]+))`(?!`))$/],
});
export const Italic = look({
  name: "italic", tag: "em", parse: ["em", "i"], keys: ["Mod-i", "Mod-I"],
  typed: [/(?:^|\s)(\*(?!\s+\*)((?:[^*]+))\*(?!\s+\*))$/, /(?:^|\s)(_(?!\s+_)((?:[^_]+))_(?!\s+_))$/],
  style: { property: "font-style", matches: (value) => value === "italic" },
});
export const Strike = look({
  name: "strike", tag: "s", parse: ["s", "del", "strike"], keys: ["Mod-Shift-s"],
  typed: [/(?:^|\s)(~~(?!\s+~~)((?:[^~]+))~~(?!\s+~~))$/],
  style: { property: "text-decoration", matches: (value) => value.includes("line-through") },
});
export const Subscript = look({
  name: "subscript", tag: "sub", parse: ["sub"], keys: ["Mod-,"],
  style: { property: "vertical-align", matches: (value) => value === "sub" },
});
export const Superscript = look({
  name: "superscript", tag: "sup", parse: ["sup"], keys: ["Mod-."],
  style: { property: "vertical-align", matches: (value) => value === "super" },
});
export const Underline = look({
  name: "underline", tag: "u", parse: ["u"], keys: ["Mod-u", "Mod-U"],
  style: { property: "text-decoration", matches: (value) => value.includes("underline") },
});
