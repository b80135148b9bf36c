// What one can do with the text. The toolbar, its menus, the list behind / and the keys all name these.
import type { Editor } from "@tiptap/core";
import { addField, around, deleteBox, fresh, insertBlock, moveField, turnBox, turnList, unwrap } from "./blocks";

/** What needs more than the text: dialogs, files, the search bar. */
export interface Desk {
  editLink(): void;
  editImage(pos: number): void;
  editRoles(): void;
  choosePictures(): void;
  toggleFind(): void;
}

export interface Command {
  run(editor: Editor, desk: Desk): unknown;
  /** Whether it holds where the cursor is. */
  on?(editor: Editor): boolean;
  /** Whether it can be done now; asked when a menu opens, and of undo and redo always. */
  can?(editor: Editor): boolean;
}

const BOXES = ["callout", "passage", "details"] as const;
const DELETABLE = [...BOXES, "contact", "facts", "image"] as const;

const mark = (name: string): Command => ({
  run: (editor) => editor.chain().focus().toggleMark(name).run(),
  on: (editor) => editor.isActive(name),
  can: (editor) => editor.can().toggleMark(name),
});
const heading = (level: number): Command => ({
  run: (editor) => editor.chain().focus().toggleNode("heading", "paragraph", { level }).run(),
  on: (editor) => editor.isActive("heading", { level }),
});
const list = (name: string): Command => ({
  run: (editor) => turnList(editor, name),
  on: (editor) => around(editor, ["bulletList", "orderedList", "steps"])?.node.type.name === name,
});
const callout = (kind: string): Command => ({
  run: (editor) => turnBox(editor, "callout", { kind }),
  on: (editor) => editor.isActive("callout", { kind }),
});
const block = (name: string): Command => ({ run: (editor) => insertBlock(editor, fresh[name]!(editor)) });
const table = (name: "addRowBefore" | "addRowAfter" | "deleteRow" | "addColumnBefore" | "addColumnAfter" | "deleteColumn" | "mergeCells" | "splitCell" | "toggleHeaderRow" | "toggleHeaderColumn" | "deleteTable"): Command => ({
  run: (editor) => editor.chain().focus()[name]().run(),
  can: (editor) => editor.can()[name](),
});
const align = (value: string | null): Command => ({
  run: (editor) => editor.chain().focus().setCellAttribute("align", value).run(),
  can: (editor) => around(editor, ["table"]) !== null,
});

export const commands: Record<string, Command> = {
  undo: { run: (editor) => editor.chain().focus().undo().run(), can: (editor) => editor.can().undo() },
  redo: { run: (editor) => editor.chain().focus().redo().run(), can: (editor) => editor.can().redo() },

  paragraph: { run: (editor) => editor.chain().focus().setNode("paragraph").run(), on: (editor) => editor.isActive("paragraph") },
  "heading-2": heading(2),
  "heading-3": heading(3),
  "heading-4": heading(4),

  bold: mark("bold"),
  italic: mark("italic"),
  underline: mark("underline"),
  strike: mark("strike"),
  code: mark("code"),
  superscript: mark("superscript"),
  subscript: mark("subscript"),
  clear: { run: (editor) => editor.chain().focus().unsetAllMarks().run() },
  link: { run: (_editor, desk) => desk.editLink(), on: (editor) => editor.isActive("link") },
  unlink: { run: (editor) => editor.chain().focus().extendMarkRange("link").unsetMark("link").run() },
  "article-link": { run: (editor) => editor.chain().focus().insertContent("[[").run() },

  bullets: list("bulletList"),
  numbers: list("orderedList"),
  steps: list("steps"),

  image: { run: (_editor, desk) => desk.choosePictures() },
  table: {
    run: (editor) => editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(),
    can: (editor) => around(editor, ["table"]) === null,
  },
  "callout-info": callout("info"),
  "callout-warning": callout("warning"),
  "kind-info": callout("info"),
  "kind-warning": callout("warning"),
  facts: block("facts"),
  contact: block("contact"),
  details: block("details"),
  quote: { run: (editor) => turnBox(editor, "blockquote"), on: (editor) => editor.isActive("blockquote") },
  "code-block": {
    run: (editor) => editor.chain().focus().toggleNode("codeBlock", "paragraph").run(),
    on: (editor) => editor.isActive("codeBlock"),
  },
  rule: { run: (editor) => editor.chain().focus().setHorizontalRule().run() },
  passage: { run: (_editor, desk) => desk.editRoles(), on: (editor) => editor.isActive("passage") },

  "row-before": table("addRowBefore"),
  "row-after": table("addRowAfter"),
  "row-delete": table("deleteRow"),
  "column-before": table("addColumnBefore"),
  "column-after": table("addColumnAfter"),
  "column-delete": table("deleteColumn"),
  "header-row": table("toggleHeaderRow"),
  "header-column": table("toggleHeaderColumn"),
  merge: table("mergeCells"),
  split: table("splitCell"),
  "table-delete": table("deleteTable"),
  "align-start": align(null),
  "align-end": align("right"),

  "field-up": { run: (editor) => moveField(editor, -1) },
  "field-down": { run: (editor) => moveField(editor, 1) },
  "field-add": { run: addField },
  "image-edit": {
    run: (editor, desk) => {
      const image = around(editor, ["image"]);
      if (image) desk.editImage(image.pos);
    },
  },
  unwrap: {
    run: (editor) => {
      const box = around(editor, BOXES);
      return box !== null && unwrap(editor, box);
    },
  },
  "box-delete": { run: (editor) => deleteBox(editor, DELETABLE) },
  find: { run: (_editor, desk) => desk.toggleFind() },
};

/** What the cursor is in, innermost first, of what has something to be done with; "" when nothing. */
export function placeOf(editor: Editor): string {
  const box = around(editor, ["table", ...DELETABLE]);
  if (box?.node.type.name === "image") return "image";
  if (editor.isActive("link")) return "link";
  return box?.node.type.name ?? "";
}
