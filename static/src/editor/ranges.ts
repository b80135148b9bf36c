// A part of the text that stays with its words while others write: for a dialog that asks something about it.
import type { Editor } from "@tiptap/core";
import type { Transaction } from "@tiptap/pm/state";
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition, ySyncPluginKey } from "@tiptap/y-tiptap";
import * as Y from "yjs";

export interface Range {
  from: number;
  to: number;
}

interface Binding {
  doc: Y.Doc;
  type: Y.XmlFragment;
  binding: { mapping: Parameters<typeof absolutePositionToRelativePosition>[2] };
}

/** Where something begins, and where it ends, as Yjs keeps places. */
interface Ends {
  from: Y.RelativePosition;
  to: Y.RelativePosition;
}

/**
 * Its beginning holds on to its first letter and its end to its last, so what others write beside it stays outside, and
 * what they write in it belongs to it. In a draft ProseMirror's own mapping is of no use: what others write replaces the
 * whole document for it.
 */
export class KeptRange {
  private readonly ends: Ends | null;
  private readonly isEmpty: boolean;
  private readonly follow = ({ transaction }: { transaction: Transaction }): void => {
    if (!this.ends && transaction.docChanged) this.known = { from: transaction.mapping.map(this.known.from, 1), to: transaction.mapping.map(this.known.to, -1) };
  };

  constructor(private readonly editor: Editor, private known: Range) {
    this.isEmpty = known.from === known.to;
    this.ends = endsOf(editor, known);
    editor.on("transaction", this.follow);
  }

  /** Where it is now; null when others have taken it out. */
  now(): Range | null {
    const range = this.ends ? this.found(this.ends) : this.known;
    if (!range || (this.isEmpty ? range.from !== range.to : range.from >= range.to)) return null;
    const { doc } = this.editor.state;
    return range.to <= doc.content.size && doc.resolve(range.from).parent.inlineContent ? range : null;
  }

  /** Nobody asks any more. */
  release(): void {
    this.editor.off("transaction", this.follow);
  }

  private found(ends: Ends): Range | null {
    const [from, to] = [ends.from, ends.to].map((place) => placeOf(this.editor, place));
    return typeof from === "number" && typeof to === "number" ? { from, to } : null;
  }
}

function bindingOf(editor: Editor): Binding | null {
  return (ySyncPluginKey.getState(editor.state) as Binding | undefined) ?? null;
}

function endsOf(editor: Editor, { from, to }: Range): Ends | null {
  const bound = bindingOf(editor);
  if (!bound) return null;
  const place = (at: number): Y.RelativePosition => absolutePositionToRelativePosition(at, bound.type, bound.binding.mapping) as Y.RelativePosition;
  const end = place(to); // in text the binding holds on to the letter before a place
  if (from === to || !editor.state.doc.resolve(from).nodeAfter?.isText) return { from: place(from), to: end };
  const { type, tname, item } = place(from + 1);
  return { from: new Y.RelativePosition(type, tname, item, 0), to: end };
}

function placeOf(editor: Editor, place: Y.RelativePosition): number | null {
  const bound = bindingOf(editor);
  const at = bound && Y.createAbsolutePositionFromRelativePosition(place, bound.doc);
  if (!bound || !at || at.type._item?.deleted) return null;
  const absolute = (one: Y.RelativePosition): number | null => relativePositionToAbsolutePosition(bound.doc, bound.type, one, bound.binding.mapping);
  if (!(at.type instanceof Y.XmlText)) return absolute(place);
  // By way of the beginning of its text: the binding takes the first place of a document for a mistake.
  const start = absolute(Y.createRelativePositionFromTypeIndex(at.type, 0, -1));
  return start === null ? null : start + at.index;
}
