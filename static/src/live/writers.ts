// "Ella Berg is editing": on the page of an article, who has its draft open, with the way to join or to watch.
import { openArticle } from "./article";
import type { Frame } from "./frames";
import { keepingPlace } from "./place";

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
  const more = editing.length - NAMED;
  const type = more > 0 ? "unit" : "conjunction"; // "Ella, Erik and 3 more", "Ella and Erik"
  const named = new Intl.ListFormat(document.documentElement.lang, { type, style: "long" }).format(editing.slice(0, NAMED));
  const pattern = (more > 0 ? label.dataset["textMore"] : editing.length > 1 ? label.dataset["textMany"] : label.dataset["textOne"]) ?? "";
  const text = pattern.replace("{names}", named).replace("{count}", String(more));
  if (words.textContent !== text) words.textContent = text;
  const body = document.getElementById("article-body");
  if (label.hidden === (editing.length === 0) || !body) return;
  keepingPlace(body, () => {
    label.hidden = editing.length === 0;
    return new Map();
  });
}
