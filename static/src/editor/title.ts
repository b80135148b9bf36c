// The title: a field whose text is the Y.Text `title` of the draft, written letter by letter so that two can write at
// once. Empty there, the title of the article holds.
import * as Y from "yjs";
import { change, moved } from "./changes";

const LONGEST = 200;

/**
 * Begin the text with the title that the article has. Whoever begins it makes the same update, byte for byte (its client
 * is a number made of the words), so two who begin at the same time do not write it twice.
 */
function begin(title: Y.Text, words: string): void {
  const seed = new Y.Doc();
  seed.clientID = [...words].reduce((hash, letter) => (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0, 7);
  seed.getText("title").insert(0, words);
  Y.applyUpdate(title.doc as Y.Doc, Y.encodeStateAsUpdate(seed), "title");
}

export function bindTitle(field: HTMLTextAreaElement, title: Y.Text, given: string, leave: () => void): () => void {
  const shown = (): string => title.toString() || given;
  const show = (): void => {
    const now = shown();
    if (field.value === now) return;
    const news = change(field.value, now);
    const [from, to] = [moved(field.selectionStart, news), moved(field.selectionEnd, news)];
    field.value = now;
    if (document.activeElement === field) field.setSelectionRange(from, to);
  };
  const onInput = (): void => {
    const wanted = field.value.replace(/\s*[\r\n]+\s*/g, " ").slice(0, LONGEST);
    if (title.length === 0 && given) begin(title, given);
    const { at, out, put } = change(title.toString(), wanted);
    title.doc?.transact(() => {
      if (out) title.delete(at, out);
      if (put) title.insert(at, put);
    }, "title");
    if (field.value !== wanted) show();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    leave();
  };
  field.addEventListener("input", onInput);
  field.addEventListener("keydown", onKey);
  const onChange = (_event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (transaction.origin !== "title") show(); // what was typed here stands in the field already
  };
  title.observe(onChange);
  show();
  return () => {
    field.removeEventListener("input", onInput);
    field.removeEventListener("keydown", onKey);
    title.unobserve(onChange);
  };
}
