// Changes of whole blocks that Tiptap has no command for: lists of three kinds, boxes, rows of fields.
import type { Editor } from "@tiptap/core";
import type { Node as ProseNode, NodeType, ResolvedPos } from "@tiptap/pm/model";
import { liftListItem, wrapInList } from "@tiptap/pm/schema-list";
import { NodeSelection, TextSelection } from "@tiptap/pm/state";
import { findWrapping } from "@tiptap/pm/transform";
import { article } from "./words";

const LISTS = ["bulletList", "orderedList", "steps"];

export interface Place {
  node: ProseNode;
  pos: number;
}

/** The innermost block around the selection (or selected itself) that has one of these names. */
export function around(editor: Editor, names: readonly string[]): Place | null {
  const { selection } = editor.state;
  if (selection instanceof NodeSelection && names.includes(selection.node.type.name)) {
    return { node: selection.node, pos: selection.from };
  }
  return ancestor(selection.$from, names);
}

function ancestor($pos: ResolvedPos, names: readonly string[]): Place | null {
  for (let depth = $pos.depth; depth > 0; depth--) {
    const node = $pos.node(depth);
    if (names.includes(node.type.name)) return { node, pos: $pos.before(depth) };
  }
  return null;
}

/** Make the selected blocks a list of this kind; a list of another kind becomes one of this; a list of this kind ends. */
export function turnList(editor: Editor, name: string): boolean {
  const { state, view } = editor;
  const list = around(editor, LISTS);
  const type = state.schema.nodes[name] as NodeType;
  const item = state.schema.nodes[name === "steps" ? "step" : "listItem"] as NodeType;
  if (!list || isBetween(editor, list)) return wrapInList(type)(state, view.dispatch);
  if (list.node.type === type) return liftListItem(item)(state, view.dispatch);
  const items = list.node.children.map((child) => item.create(null, child.content));
  const { from, to } = state.selection;
  const tr = state.tr.replaceWith(list.pos, list.pos + list.node.nodeSize, type.create(null, items));
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, from, to))); // the same sizes, so the same places
  return true;
}

/** Whether the list is further out than the nearest box: a table in a list item has lists of its own. */
function isBetween(editor: Editor, list: Place): boolean {
  const box = around(editor, ["tableCell", "tableHeader", "callout", "detailsContent", "passage", "blockquote"]);
  return box !== null && box.pos > list.pos;
}

/** Put the selected blocks into a box, or take them out of one of the same kind. */
export function turnBox(editor: Editor, name: string, attributes: Record<string, unknown> = {}): boolean {
  const box = around(editor, [name]);
  if (!box) return wrap(editor, name, attributes);
  const same = Object.entries(attributes).every(([key, value]) => box.node.attrs[key] === value);
  if (same) return unwrap(editor, box);
  editor.view.dispatch(editor.state.tr.setNodeMarkup(box.pos, null, { ...box.node.attrs, ...attributes }));
  return true;
}

export function wrap(editor: Editor, name: string, attributes: Record<string, unknown>): boolean {
  const { state, view } = editor;
  const { $from, $to } = state.selection;
  const range = $from.blockRange($to);
  const type = state.schema.nodes[name] as NodeType;
  const wrapping = range && findWrapping(range, type, attributes);
  if (!range || !wrapping) return insertBlock(editor, type.createAndFill(attributes));
  view.dispatch(state.tr.wrap(range, wrapping).scrollIntoView());
  return true;
}

/** A box gives way to what is in it. */
export function unwrap(editor: Editor, { node, pos }: Place): boolean {
  const { tr, schema } = editor.state;
  const inside: ProseNode[] = [];
  node.forEach((child) => {
    if (child.type.name === "detailsSummary") inside.push(...(child.content.size ? [schema.nodes["paragraph"]!.create(null, child.content)] : []));
    else if (child.type.name === "detailsContent") inside.push(...child.children);
    else inside.push(child);
  });
  const at = editor.state.selection.from;
  tr.replaceWith(pos, pos + node.nodeSize, inside);
  editor.view.dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(Math.max(at - 1, pos), tr.doc.content.size)))).scrollIntoView());
  return true;
}

/** Put a block where the cursor is: instead of an empty paragraph, or after what the cursor is in. */
export function insertBlock(editor: Editor, node: ProseNode | null): boolean {
  if (!node) return false;
  const { tr, selection } = editor.state;
  const { $to } = selection;
  const at = placeFor($to, node);
  if (!at) return false;
  tr.replaceWith(at.from, at.to, node);
  const $end = tr.doc.resolve(at.from + node.nodeSize);
  if (!$end.nodeAfter) tr.insert($end.pos, paragraph(editor)); // so that one can go on writing after it
  tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(at.from + 1, tr.doc.content.size))));
  editor.view.dispatch(tr.scrollIntoView());
  return true;
}

function placeFor($pos: ResolvedPos, node: ProseNode): { from: number; to: number } | null {
  for (let depth = $pos.depth; depth >= 1; depth--) {
    const parent = $pos.node(depth - 1);
    const index = $pos.index(depth - 1);
    const here = $pos.node(depth);
    const isEmpty = here.type.name === "paragraph" && here.content.size === 0;
    if (isEmpty && parent.canReplaceWith(index, index + 1, node.type)) return { from: $pos.before(depth), to: $pos.after(depth) };
    if (parent.canReplaceWith(index + 1, index + 1, node.type)) return { from: $pos.after(depth), to: $pos.after(depth) };
  }
  return null;
}

/** New blocks that begin with something to fill in. */
export const fresh: Record<string, (editor: Editor) => ProseNode> = {
  contact: (editor) =>
    make(editor, { type: "contact", content: ["name", "phone", "email", "hours"].map((kind) => ({ type: "contactField", attrs: { kind } })) }),
  facts: (editor) => make(editor, { type: "facts", content: [1, 2, 3].map(() => ({ type: "fact" })) }),
  details: (editor) =>
    make(editor, {
      type: "details",
      content: [
        { type: "detailsSummary", content: [{ type: "text", text: article("summary") || "…" }] },
        { type: "detailsContent", content: [{ type: "paragraph" }] },
      ],
    }),
};

function make(editor: Editor, json: object): ProseNode {
  return editor.schema.nodeFromJSON(json);
}

function paragraph(editor: Editor): ProseNode {
  return editor.schema.nodes["paragraph"]!.create();
}

/** Move the row of a contact or of facts up (-1) or down (1). */
export function moveField(editor: Editor, by: -1 | 1): boolean {
  const row = around(editor, ["contactField", "fact"]);
  if (!row) return false;
  const $row = editor.state.doc.resolve(row.pos);
  const other = $row.parent.maybeChild($row.index() + by);
  if (!other) return false;
  const { tr } = editor.state;
  const inside = editor.state.selection.from - row.pos;
  tr.delete(row.pos, row.pos + row.node.nodeSize);
  const to = row.pos + (by === 1 ? other.nodeSize : -other.nodeSize);
  tr.insert(to, row.node).setSelection(TextSelection.near(tr.doc.resolve(to + inside)));
  editor.view.dispatch(tr.scrollIntoView());
  return true;
}

export function addField(editor: Editor): boolean {
  const row = around(editor, ["contactField", "fact"]);
  if (!row) return false;
  const after = row.pos + row.node.nodeSize;
  const tr = editor.state.tr.insert(after, row.node.type.create());
  editor.view.dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(after + 1))).scrollIntoView());
  return true;
}

export function deleteBox(editor: Editor, names: readonly string[]): boolean {
  const box = around(editor, names);
  if (!box) return false;
  const { tr } = editor.state;
  tr.delete(box.pos, box.pos + box.node.nodeSize);
  tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(box.pos, tr.doc.content.size)), -1));
  editor.view.dispatch(tr.scrollIntoView());
  return true;
}
