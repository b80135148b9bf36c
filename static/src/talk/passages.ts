// The passages that people spoke of: marked in the text and in its margin, and what was said stands beside them.
import { Stream } from "./stream";

const GAP = 12; // between two cards
const MARKED = "spoken-of";
const FLAGGED = "flagged";
const CURRENT = "spoken-of-now";
const wide = matchMedia("(min-width: 64.001rem)");

interface Passage {
  card: HTMLElement;
  range: Range;
}

let passages: Passage[] = [];
let current: HTMLElement | null = null;

export function startPassages(): void {
  const body = document.getElementById("article-body");
  if (!body || !document.getElementById("passage-marks")) return;
  let waiting = false;
  const soon = (): void => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      show(body);
    });
  };
  document.addEventListener("live:changed", soon);
  new ResizeObserver(soon).observe(body);
  const rail = document.querySelector("aside.rail.right");
  if (rail) new ResizeObserver(soon).observe(rail);
  body.addEventListener("toggle", soon, true); // a fold opens
  wide.addEventListener("change", soon);
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const link = event.target.closest("a[data-to-passage]");
    const mark = event.target.closest<HTMLElement>("[data-card]");
    const card = mark ? document.getElementById(mark.dataset["card"] ?? "") : link?.closest<HTMLElement>("li, .note-card");
    if (!card || (!mark && !link)) return;
    event.preventDefault();
    if (mark) toCard(card);
    else toPassage(card);
  });
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const target = event.target instanceof Element ? event.target : null;
      const mark = target?.closest<HTMLElement>("[data-card]");
      point(mark ? document.getElementById(mark.dataset["card"] ?? "") : (target?.closest<HTMLElement>("#talk li[data-start]") ?? null));
    });
  }
  show(body);
  if (/^#(thread|note|comment|flag)-\d+$/.test(location.hash)) {
    const card = document.querySelector(location.hash)?.closest<HTMLElement>("li, .note-card");
    if (card) toPassage(card);
  }
}

/** Find every passage in the text as it is now, mark it, and put the cards beside the passages. */
function show(body: HTMLElement): void {
  const cards = [...document.querySelectorAll<HTMLElement>("#talk li[data-start], #pinned-notes [data-start]")];
  const talk = document.getElementById("talk");
  const version = document.querySelector<HTMLElement>("main[data-version]")?.dataset["version"];
  // While the text is newer than what is said beside it, nobody knows where the passages are: they come in a moment.
  const known = talk?.dataset["version"] === version;
  const stream = cards.length > 0 && known ? new Stream(body) : null;
  passages = [];
  for (const card of cards) {
    const range = stream?.range(Number(card.dataset["start"]), Number(card.dataset["end"]));
    if (range) passages.push({ card, range });
  }
  const flagged = passages.filter(({ card }) => isFlag(card));
  highlight(FLAGGED, flagged.map(({ range }) => range));
  highlight(MARKED, passages.filter((one) => !flagged.includes(one)).map(({ range }) => range));
  if (current && !current.isConnected) current = null;
  point(current);
  drawMarks(body);
  align();
}

function drawMarks(body: HTMLElement): void {
  const box = document.getElementById("passage-marks");
  if (!box) return;
  const origin = body.getBoundingClientRect();
  const old = new Map([...box.children].map((mark) => [(mark as HTMLElement).dataset["card"] ?? "", mark as HTMLElement]));
  for (const { card, range } of passages) {
    const rects = [...range.getClientRects()].filter((rect) => rect.height > 0);
    if (rects.length === 0) continue; // in a fold that is closed
    const top = Math.min(...rects.map((rect) => rect.top)) - origin.top;
    const bottom = Math.max(...rects.map((rect) => rect.bottom)) - origin.top;
    const mark = old.get(card.id) ?? newMark(card);
    old.delete(card.id);
    mark.style.insetBlockStart = `${top}px`;
    mark.style.blockSize = `${bottom - top}px`;
    mark.title = mark.ariaLabel = firstWords(card);
    if (!mark.isConnected) box.append(mark);
  }
  for (const mark of old.values()) mark.remove();
}

function newMark(card: HTMLElement): HTMLElement {
  const mark = document.createElement("a");
  mark.href = `#${card.id}`;
  mark.className = `passage-mark${isFlag(card) ? " of-flag" : card.classList.contains("thread") ? "" : " of-note"}`;
  mark.dataset["card"] = card.id;
  return mark;
}

function isFlag(card: HTMLElement): boolean {
  return card.classList.contains("flag-card");
}

function firstWords(card: HTMLElement): string {
  const words = (card.querySelector(".said")?.textContent ?? "").trim().replace(/\s+/g, " ");
  return words.length > 90 ? `${words.slice(0, 90)}…` : words;
}

/** On a wide page each card begins where its passage does, or right below the card before. */
function align(): void {
  const rail = document.querySelector<HTMLElement>("aside.rail.right");
  const list = document.querySelector<HTMLElement>("#talk .talk-list");
  if (!rail || !list) return;
  const beside = new Map(passages.map(({ card, range }) => [card, range]));
  const flows = wide.matches && [...list.children].some((card) => beside.has(card as HTMLElement));
  rail.classList.toggle("beside", flows);
  for (const card of list.children) (card as HTMLElement).style.marginBlockStart = "";
  if (!flows) return;
  let free = list.getBoundingClientRect().top;
  for (const card of list.children as Iterable<Element>) {
    if (!(card instanceof HTMLElement)) continue;
    const range = beside.get(card);
    const rect = range ? [...range.getClientRects()].find(({ height }) => height > 0) : undefined;
    const top = rect ? Math.max(rect.top - 8, free) : free;
    card.style.marginBlockStart = `${Math.round(top - free)}px`;
    free = top + card.getBoundingClientRect().height + GAP;
  }
}

/** Show which passage a card is about, and which card a mark leads to. */
function point(card: HTMLElement | null): void {
  if (current !== card) current?.classList.remove("pointed");
  current = card;
  card?.classList.add("pointed");
  highlight(CURRENT, passages.filter((one) => one.card === card).map(({ range }) => range));
}

function toPassage(card: HTMLElement): void {
  const found = passages.find((one) => one.card === card);
  point(card);
  const element = found?.range.startContainer.parentElement;
  element?.closest("details")?.setAttribute("open", "");
  (element ?? card).scrollIntoView({ block: "center", behavior: calm() });
}

function toCard(card: HTMLElement): void {
  point(card);
  card.scrollIntoView({ block: wide.matches ? "nearest" : "center", behavior: calm() });
  card.querySelector<HTMLElement>("a, button")?.focus({ preventScroll: true });
}

function calm(): ScrollBehavior {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}

/** Mark parts of the text without touching it (CSS custom highlights); browsers without them have the margin. */
function highlight(name: string, ranges: Range[]): void {
  if (!("highlights" in CSS)) return;
  if (ranges.length > 0) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}
