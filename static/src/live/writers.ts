// "Ella Berg is editing": on the page of an article, who has its draft open, with the way to join or to watch.
import { openArticle } from "./article";
import type { Frame } from "./frames";

const NAMED = 2;

let editing: string[] = [];

export function startWriters(): void {
  document.addEventListener("live:presence", (event) => {
    const frame = (event as CustomEvent<Extract<Frame, { type: "presence" }>>).detail;
    if (frame.article !== openArticle()) return;
    editing = frame.editing;
    show();
  });
  document.addEventListener("live:changed", show); // the trust line came anew from the server, which knows no names
}

function show(): void {
  const label = document.getElementById("article-writers");
  const words = label?.querySelector("[data-slot=writers]");
  if (!label || !words) return;
  const named = editing.slice(0, NAMED).join(", ");
  const more = editing.length - NAMED;
  const pattern = (more > 0 ? label.dataset["textMore"] : editing.length > 1 ? label.dataset["textMany"] : label.dataset["textOne"]) ?? "";
  const text = pattern.replace("{names}", named).replace("{count}", String(more));
  if (words.textContent !== text) words.textContent = text;
  label.hidden = editing.length === 0;
}
