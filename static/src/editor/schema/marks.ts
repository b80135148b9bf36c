// Marks: what a run of text can be besides text. Their order here is their order in a stored document.
import { InputRule, Mark, markInputRule } from "@tiptap/core";
import { cleanLink, meantAddress } from "../addresses";

const TYPED_ADDRESS = /(?:^|\s)((?:https?:\/\/|www\.)[^\s<>"']*[^\s<>"'.,;:!?)])(\s)$/;

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
      return typed.map((find) => markInputRule({ find, type: this.type }));
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
