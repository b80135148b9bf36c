import { resolveFocusPosition } from "@tiptap/core";
import type { Editor, FocusPosition } from "@tiptap/core";

/**
 * Give the text the keyboard now. Tiptap does so in the next frame (for React): until then what somebody types goes to
 * where they came from, and then it takes the keyboard away from where they are by that time.
 */
export function focusNow(editor: Editor, position: FocusPosition = null, scrollIntoView = true): void {
  const { state, view } = editor;
  const selection = resolveFocusPosition(state.doc, position);
  const tr = selection ? state.tr.setSelection(selection) : state.tr;
  if (selection || scrollIntoView) view.dispatch(scrollIntoView ? tr.scrollIntoView() : tr);
  view.focus();
}
