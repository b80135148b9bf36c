// How many words the text has, and how many of them are marked.
import type { Editor } from "@tiptap/core";
import { text } from "./words";

const WAIT_MS = 500;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’.,:-]*/gu;

export function countWords(words: string): number {
  return words.match(WORD)?.length ?? 0;
}

export function startCounting(editor: Editor, place: HTMLElement): void {
  let timer = 0;
  const count = (): void => {
    if (editor.isDestroyed) return;
    const { doc, selection } = editor.state;
    const between = (from: number, to: number): number => countWords(doc.textBetween(from, to, " ", " "));
    const all = between(0, doc.content.size);
    if (selection.empty) place.textContent = all === 1 ? text("one-word") : text("words", { count: all.toLocaleString(document.documentElement.lang) });
    else place.textContent = text("words-marked", { count: between(selection.from, selection.to), all });
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(count, WAIT_MS);
  };
  editor.on("update", soon);
  editor.on("selectionUpdate", soon);
  count();
}
