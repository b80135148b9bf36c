// Plain blocks of a text: what every word processor has. Names, attributes and contents are those of schema.json.
import { Node, mergeAttributes, textblockTypeInputRule, wrappingInputRule } from "@tiptap/core";
import { CodeBlock as TiptapCodeBlock } from "@tiptap/extension-code-block";
import { HardBreak } from "@tiptap/extension-hard-break";
import { HorizontalRule } from "@tiptap/extension-horizontal-rule";

export const Paragraph = Node.create({
  name: "paragraph",
  priority: 1000, // the block that ProseMirror makes where any block will do
  group: "block",
  content: "inline*",
  parseHTML: () => [{ tag: "p" }],
  renderHTML: () => ["p", 0],
  addKeyboardShortcuts() {
    return { "Mod-Alt-0": () => this.editor.commands.setNode("paragraph") };
  },
});

export const Document = Node.create({ name: "doc", topNode: true, content: "block+" });

export const Text = Node.create({ name: "text", group: "inline" });

/** The levels that an article offers. Others may stand in what was imported; they are kept as they are. */
export const HEADING_LEVELS = [2, 3, 4] as const;

export const Heading = Node.create({
  name: "heading",
  group: "block",
  content: "inline*",
  defining: true,
  addAttributes() {
    return { level: { default: 1, rendered: false } };
  },
  parseHTML: () => [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level } })),
  renderHTML: ({ node }) => [`h${Math.min(Math.max(Math.round(node.attrs["level"] as number), 1), 6)}`, 0],
  addKeyboardShortcuts() {
    return Object.fromEntries(
      HEADING_LEVELS.map((level) => [`Mod-Alt-${level}`, () => this.editor.commands.toggleNode("heading", "paragraph", { level })]),
    );
  },
  addInputRules() {
    // The title is the only heading of level 1, so one mark and two mean the same.
    return [
      textblockTypeInputRule({
        find: /^(#{1,4})\s$/,
        type: this.type,
        getAttributes: (match: RegExpMatchArray) => ({ level: Math.max(match[1]?.length ?? 2, 2) }),
      }),
    ];
  },
});

export const Blockquote = Node.create({
  name: "blockquote",
  group: "block",
  content: "block+",
  defining: true,
  parseHTML: () => [{ tag: "blockquote" }],
  renderHTML: () => ["blockquote", 0],
  addKeyboardShortcuts() {
    return { "Mod-Shift-b": () => this.editor.commands.toggleWrap("blockquote") };
  },
  addInputRules() {
    return [wrappingInputRule({ find: /^\s*>\s$/, type: this.type })];
  },
});

export const CodeBlock = TiptapCodeBlock.extend({
  renderHTML({ node, HTMLAttributes }) {
    const language = node.attrs["language"] as string | null;
    return ["pre", mergeAttributes(HTMLAttributes), ["code", language ? { class: `language-${language}` } : {}, 0]];
  },
});

export { HardBreak, HorizontalRule };
