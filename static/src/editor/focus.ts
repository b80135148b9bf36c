import type { Editor, FocusPosition } from "@tiptap/core";

/**
 * Give the text the keyboard now. Tiptap does so in the next frame (for React), and until then what somebody types
 * goes to where they came from.
 */
export function focusNow(editor: Editor, position: FocusPosition = null, scrollIntoView = true): void {
  editor.commands.focus(position, { scrollIntoView });
  editor.view.focus();
}
