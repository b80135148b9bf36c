// Blocks of named fields: how to reach somebody, and the facts at a glance.
import { Node } from "@tiptap/core";
import type { Editor } from "@tiptap/core";
import type { Node as ProseNode } from "@tiptap/pm/model";
import { GapCursor } from "@tiptap/pm/gapcursor";
import { Selection, TextSelection } from "@tiptap/pm/state";
import type { NodeView } from "@tiptap/pm/view";
import { ySyncPluginKey } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { change, moved } from "../changes";
import { focusNow } from "../focus";
import { SharedValue } from "../shared_value";
import { article, text } from "../words";

export const CONTACT_KINDS = ["name", "phone", "email", "address", "hours", "web", "note"] as const;

export const Contact = Node.create({
  name: "contact",
  group: "block",
  content: "contactField+",
  isolating: true,
  parseHTML: () => [{ tag: "dl.contact" }],
  renderHTML: () => ["dl", { class: "contact" }, 0],
});

export const ContactField = Node.create({
  name: "contactField",
  content: "inline*",
  defining: true,
  addAttributes() {
    return {
      kind: {
        default: "note",
        parseHTML: (element: HTMLElement) => known(element.dataset["kind"] ?? ""),
        rendered: false,
      },
    };
  },
  parseHTML: () => [{ tag: "dl.contact > div", contentElement: "dd", priority: 60 }],
  renderHTML({ node }) {
    const kind = String(node.attrs["kind"]);
    return ["div", { "data-kind": kind }, ["dt", { contenteditable: "false" }, article(kind)], ["dd", 0]];
  },
  addNodeView:
    () =>
    ({ node, editor, getPos }) =>
      named(node, editor, getPos, "kind", kindField),
  addKeyboardShortcuts() {
    return fieldKeys(this.editor, "contactField");
  },
});

export const Facts = Node.create({
  name: "facts",
  group: "block",
  content: "fact+",
  isolating: true,
  parseHTML: () => [{ tag: "dl.facts" }],
  renderHTML: () => ["dl", { class: "facts" }, 0],
});

export const Fact = Node.create({
  name: "fact",
  content: "inline*",
  defining: true,
  addAttributes() {
    return {
      label: {
        default: "",
        parseHTML: (element: HTMLElement) => element.querySelector("dt")?.textContent?.trim() ?? "",
        rendered: false,
      },
    };
  },
  parseHTML: () => [{ tag: "dl.facts > div", contentElement: "dd", priority: 60 }],
  renderHTML: ({ node }) => ["div", ["dt", { contenteditable: "false" }, String(node.attrs["label"])], ["dd", 0]],
  addNodeView:
    () =>
    ({ node, editor, getPos }) =>
      named(node, editor, getPos, "label", labelField),
  addKeyboardShortcuts() {
    return fieldKeys(this.editor, "fact");
  },
});

function known(kind: string): string {
  return (CONTACT_KINDS as readonly string[]).includes(kind) ? kind : "note";
}

type NameField = HTMLInputElement | HTMLSelectElement;

/** A row whose name is an attribute: shown in its `<dt>` as a field of a form, the value beside it as text. */
function named(
  node: ProseNode, editor: Editor, getPos: () => number | undefined, attribute: string, make: () => NameField,
): NodeView {
  const dom = document.createElement("div");
  const term = document.createElement("dt");
  term.contentEditable = "false";
  const value = document.createElement("dd");
  const field: HTMLElement & Pick<HTMLInputElement, "value" | "disabled"> = make();
  field.tabIndex = -1; // reached from its own block: Tab in a paragraph leads out of the text, not into a box far away
  term.append(field);
  dom.append(term, value);
  const shared = new SharedValue(attribute);
  const show = (shown: ProseNode): void => {
    const given = String(shown.attrs[attribute] ?? "");
    const element = field instanceof HTMLInputElement && shared.isUsed && field.value !== given ? elementOf(editor, shown) : null;
    const words = element ? shared.joined(element) : given;
    if (field.value !== words) putInto(field, words);
    if (words !== given) queueMicrotask(write); // not while the editor draws
    field.disabled = !editor.isEditable;
    if (attribute === "kind") dom.dataset["kind"] = given;
  };
  const note = (): void => {
    const at = getPos();
    const there = at === undefined ? null : editor.state.doc.nodeAt(at);
    const element = there && elementOf(editor, there);
    if (element) shared.note(element);
  };
  const write = (): void => {
    const at = getPos();
    if (at === undefined || editor.state.doc.nodeAt(at)?.attrs[attribute] === field.value) return;
    editor.view.dispatch(editor.state.tr.setNodeAttribute(at, attribute, field.value));
    note();
  };
  field.addEventListener("focus", note);
  field.addEventListener("input", () => {
    shared.typed(field.value);
    write();
  });
  field.addEventListener("keydown", (event: KeyboardEvent) => {
    if (!["Enter", "Escape", "Tab"].includes(event.key) || event.isComposing) return;
    event.preventDefault();
    const at = getPos();
    if (at !== undefined) goOn(editor, at, true, event.key === "Tab" && event.shiftKey ? -1 : 1);
  });
  show(node);
  return {
    dom,
    contentDOM: value,
    stopEvent: (event) => term.contains(event.target as globalThis.Node),
    ignoreMutation: (mutation) => mutation.type !== "selection" && !value.contains(mutation.target),
    update: (next) => {
      if (next.type !== node.type) return false;
      show(next);
      return true;
    },
  };
}

/** The element of the draft that a node stands for; null where the text is in no draft. */
function elementOf(editor: Editor, node: ProseNode): Y.XmlElement | null {
  const mapping = (ySyncPluginKey.getState(editor.state) as { binding?: { mapping: Map<unknown, unknown> } } | undefined)?.binding?.mapping;
  for (const [element, one] of mapping ?? []) if (one === node && element instanceof Y.XmlElement) return element;
  return null;
}

/** The caret stays where it is in the words. */
function putInto(field: Pick<HTMLInputElement, "value">, words: string): void {
  const news = change(field.value, words);
  const isWritten = field instanceof HTMLInputElement && document.activeElement === field;
  const caret = isWritten ? [field.selectionStart, field.selectionEnd].map((place) => moved(place ?? 0, news)) : [];
  field.value = words;
  if (isWritten) field.setSelectionRange(caret[0] ?? 0, caret[1] ?? 0);
}

function kindField(): HTMLSelectElement {
  const field = document.createElement("select");
  field.setAttribute("aria-label", text("contact-kind"));
  for (const kind of CONTACT_KINDS) field.append(new Option(article(kind), kind));
  return field;
}

function labelField(): HTMLInputElement {
  const field = document.createElement("input");
  field.maxLength = 200;
  field.setAttribute("aria-label", text("fact-label"));
  field.placeholder = text("fact-label");
  return field;
}

/**
 * From the name (`isName`) or the value of the row at `at` to what is next in its block, or before it; from the last out
 * of the block. What a row of a contact is, is only come to on the way back: a word meant for the next value would choose.
 */
function goOn(editor: Editor, at: number, isName: boolean, by: 1 | -1): void {
  const { doc, tr } = editor.state;
  const $at = doc.resolve(at);
  const next = $at.parent.maybeChild($at.index() + by);
  const isWithin = isName === by > 0;
  if (!isWithin && !next) {
    const $out = doc.resolve(by > 0 ? $at.after() : $at.before());
    const beyond = by > 0 ? $out.nodeAfter : $out.nodeBefore;
    const isClosed = !beyond || beyond.isAtom || beyond.type.spec.isolating;
    editor.view.dispatch(tr.setSelection(isClosed ? new GapCursor($out) : Selection.near($out, by)).scrollIntoView());
    return editor.view.focus();
  }
  const row = isWithin ? at : by > 0 ? at + $at.nodeAfter!.nodeSize : at - next!.nodeSize;
  const name = (editor.view.nodeDOM(row) as HTMLElement).querySelector<NameField>("dt > *");
  if (name && !isName && (by < 0 || name instanceof HTMLInputElement)) {
    name.focus();
    if (name instanceof HTMLInputElement) name.setSelectionRange(name.value.length, name.value.length);
  } else focusNow(editor, row + doc.nodeAt(row)!.nodeSize - 1);
}

/** Enter makes the next row; in an empty last row it leaves the block. Backspace takes an empty row away. Tab goes on. */
function fieldKeys(editor: Editor, name: string): Record<string, () => boolean> {
  const here = () => {
    const { $from, empty } = editor.state.selection;
    return empty && $from.parent.type.name === name ? $from : null;
  };
  const tab = (by: 1 | -1) => (): boolean => {
    const { $head } = editor.state.selection;
    if ($head.parent.type.name !== name) return false;
    goOn(editor, $head.before(), false, by);
    return true;
  };
  return {
    Tab: tab(1),
    "Shift-Tab": tab(-1),
    Enter: () => {
      const $at = here();
      if (!$at) return false;
      const { tr, schema } = editor.state;
      const block = $at.node(-1);
      const isLast = $at.index(-1) === block.childCount - 1;
      if ($at.parent.content.size === 0 && isLast && block.childCount > 1) {
        tr.insert($at.after(-1), schema.nodes["paragraph"]!.create());
        tr.setSelection(TextSelection.near(tr.doc.resolve($at.after(-1) + 1)));
        tr.delete($at.before(), $at.after());
      } else {
        const rest = $at.parent.content.cut($at.parentOffset);
        tr.delete($at.pos, $at.end());
        const after = tr.mapping.map($at.after());
        tr.insert(after, schema.nodes[name]!.create(null, rest));
        tr.setSelection(TextSelection.create(tr.doc, after + 1));
      }
      editor.view.dispatch(tr.scrollIntoView());
      return true;
    },
    Backspace: () => {
      const $at = here();
      if (!$at || $at.parent.content.size > 0) return false;
      const { tr } = editor.state;
      const isOnly = $at.node(-1).childCount === 1;
      tr.delete(isOnly ? $at.before(-1) : $at.before(), isOnly ? $at.after(-1) : $at.after());
      tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min($at.before(isOnly ? -1 : undefined), tr.doc.content.size)), -1));
      editor.view.dispatch(tr.scrollIntoView());
      return true;
    },
  };
}
