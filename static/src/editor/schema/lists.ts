// Lists, and the numbered steps of a procedure, which are a list of their own kind.
import { Node, wrappingInputRule } from "@tiptap/core";

export const BulletList = Node.create({
  name: "bulletList",
  group: "block list",
  content: "listItem+",
  parseHTML: () => [{ tag: "ul" }],
  renderHTML: () => ["ul", 0],
  addKeyboardShortcuts() {
    return { "Mod-Shift-8": () => this.editor.commands.toggleList("bulletList", "listItem") };
  },
  addInputRules() {
    return [wrappingInputRule({ find: /^\s*[-+*]\s$/, type: this.type })];
  },
});

export const OrderedList = Node.create({
  name: "orderedList",
  group: "block list",
  content: "listItem+",
  addAttributes() {
    return {
      start: {
        default: 1,
        parseHTML: (element: HTMLElement) => Number.parseInt(element.getAttribute("start") ?? "1", 10) || 1,
        renderHTML: ({ start }: Record<string, unknown>) => (start === 1 ? {} : { start }),
      },
    };
  },
  parseHTML: () => [{ tag: "ol" }],
  renderHTML: ({ HTMLAttributes }) => ["ol", HTMLAttributes, 0],
  addKeyboardShortcuts() {
    return { "Mod-Shift-7": () => this.editor.commands.toggleList("orderedList", "listItem") };
  },
  addInputRules() {
    return [
      wrappingInputRule({
        find: /^(\d{1,4})[.)]\s$/,
        type: this.type,
        getAttributes: (match: RegExpMatchArray) => ({ start: Number(match[1]) }),
        joinPredicate: (match, node) => node.childCount + (node.attrs["start"] as number) === Number(match[1]),
      }),
    ];
  },
});

/** Enter makes the next one, Tab goes in, Shift+Tab out; where nothing can be done the key is the browser's. */
const item = (name: string, tag: string) =>
  Node.create({
    name,
    content: "paragraph block*",
    defining: true,
    parseHTML: () => [{ tag, ...(name === "step" ? { context: "steps/", priority: 60 } : {}) }],
    renderHTML: () => ["li", 0],
    addKeyboardShortcuts() {
      return {
        Enter: () => this.editor.commands.splitListItem(name),
        Tab: () => this.editor.commands.sinkListItem(name),
        "Shift-Tab": () => this.editor.commands.liftListItem(name),
      };
    },
  });

export const ListItem = item("listItem", "li");

export const Steps = Node.create({
  name: "steps",
  group: "block",
  content: "step+",
  parseHTML: () => [{ tag: "ol.steps", priority: 60 }],
  renderHTML: () => ["ol", { class: "steps" }, 0],
});

export const Step = item("step", "li");
