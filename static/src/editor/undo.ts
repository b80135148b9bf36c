// What one tool did is undone alone, however quickly the next thing followed. Typing is undone in runs, as everywhere.
import type { Editor } from "@tiptap/core";
import { closeHistory } from "@tiptap/pm/history";
import { yUndoPluginKey } from "@tiptap/y-tiptap";

export function asOneStep(editor: Editor, action: () => void): void {
  close(editor);
  action();
  close(editor);
}

function close(editor: Editor): void {
  const shared = yUndoPluginKey.getState(editor.state) as { undoManager: { stopCapturing(): void } } | undefined;
  if (shared) shared.undoManager.stopCapturing();
  else editor.view.dispatch(closeHistory(editor.state.tr));
}
