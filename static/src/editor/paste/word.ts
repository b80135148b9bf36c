// What only Word and Outlook write: remarks of those who reviewed a text, and lists. Lists are paragraphs with a style
// like "mso-list:l0 level2 lfo1" and a typed marker in a span with "mso-list:Ignore"; the marker tells bullets from
// numbers. Word for the web puts every item into a list of its own, with its level beside it.
import { styleOf } from ".";

interface Item {
  element: HTMLElement;
  level: number;
  list: string;
  /** What stood before it; digits mean that the list is numbered. */
  marker: string;
}

const STYLE = /mso-list\s*:\s*(l\d+)?\s*level(\d+)(?:\s+(lfo\d+))?/i;
const NUMBER = /^\(?(\d+|[a-zA-Z]|[ivxlcIVXLC]+)[.)]/;

/** What reviewers said and took out is not the text; what they put in is. Notes stay, without the line above them. */
const REVIEW = [
  "[data-style*='mso-element:comment-list']", "[data-style*='mso-element:footnote-list'] hr", "[data-style*='mso-element:endnote-list'] hr",
  ".MsoCommentReference", ".msocomanchor", ".msocomoff", ".msoDel", "del[cite]", "del[datetime]",
];

export function dropReview(body: Element): void {
  body.querySelectorAll(REVIEW.join()).forEach((element) => element.remove());
}

/** Makes them lists, nested by their levels. */
export function wordLists(body: Element): void {
  const blocks = [...body.querySelectorAll<HTMLElement>("p, h1, h2, h3, h4, h5, h6, div, ul, ol")];
  const items = new Map<Element | null, Item[]>();
  for (const element of blocks) {
    const found = itemsOf(element);
    if (found.length) items.set(element, found);
  }
  for (const element of items.keys()) {
    // Taken with the run before, or to be taken with it.
    if (!element || !body.contains(element) || items.has(element.previousElementSibling)) continue;
    const run: Element[] = [];
    for (let next: Element | null = element; items.has(next); next = next!.nextElementSibling) run.push(next!);
    const place = document.createElement("div");
    element.before(place);
    place.replaceWith(...build(run.flatMap((one) => items.get(one)!)));
    run.forEach((one) => one.remove());
  }
}

/** A paragraph of Word or Outlook is one item; Word for the web has several in a box, or one in each of many boxes. */
function itemsOf(element: HTMLElement): Item[] {
  const item = itemOf(element) ?? (element.matches("p[class^=MsoListParagraph]") ? itemByMarker(element) : null);
  if (item) return [item];
  const isList = element.matches(":is(ul, ol):has(> [data-listid])") && !element.closest(".ListContainerWrapper, li");
  return isList || element.matches(".ListContainerWrapper") ? [...element.querySelectorAll<HTMLElement>(":scope > li, :scope > * > li")].map(itemOnline) : [];
}

function itemOnline(element: HTMLElement): Item {
  const list = element.parentElement as HTMLElement;
  const level = Number(element.getAttribute("data-aria-level") ?? element.getAttribute("aria-level")) || 1;
  const place = [...list.children].indexOf(element) + (Number(list.getAttribute("start")) || 1);
  return { element, level, list: element.dataset["listid"] ?? "", marker: list.localName === "ol" ? `${place}.` : "" };
}

function itemOf(element: HTMLElement): Item | null {
  const style = STYLE.exec(element.getAttribute("data-style") ?? "");
  const isHeading = /^H\d$/.test(element.tagName);
  const hidden = [...element.querySelectorAll<HTMLElement>("span")].find((span) => /mso-list\s*:\s*ignore/i.test(span.getAttribute("data-style") ?? ""));
  if (!style || !hidden || isHeading) {
    if (element.matches("p, h1, h2, h3, h4, h5, h6")) hidden?.remove(); // a numbered heading keeps its words
    return null;
  }
  const marker = (hidden.textContent ?? "").replace(/\u00a0/g, " ").trim();
  hidden.remove();
  return { element, level: Number(style[2]), list: `${style[1] ?? ""} ${style[3] ?? ""}`, marker };
}

const SIGN = /^(?:[·•o§–\-\uf0b7\uf0a7]|\(?(?:\d+|[a-z]|[ivxlc]+)[.)])$/i;
const INDENT = 36; // points: so far each level is moved in
const POINTS: Record<string, number> = { pt: 1, in: 72, cm: 28.35, mm: 2.835, px: 0.75 };

/** Outlook does not always say what is a list: then a sign stands first, and behind it a run of small hard spaces. */
function itemByMarker(element: HTMLElement): Item | null {
  const gap = [...element.querySelectorAll("span")].find((span) => /^\s*\u00a0\s*$/.test(span.textContent ?? ""));
  if (!gap) return null;
  const before = document.createRange();
  before.setStart(element, 0);
  before.setEndAfter(gap);
  const marker = before.toString().trim();
  if (!SIGN.test(marker)) return null;
  before.deleteContents();
  const [, moved = "", unit = ""] = /^([\d.]+)(\w+)/.exec(styleOf(element).marginLeft) ?? [];
  return { element, level: Math.max(1, Math.round((Number(moved) * (POINTS[unit] ?? 1)) / INDENT)), list: "", marker };
}

interface Open {
  list: HTMLElement;
  level: number;
  kind: string;
}

/** One or several lists: another list of Word on the outermost level begins a new one. */
function build(items: Item[]): HTMLElement[] {
  const made: HTMLElement[] = [];
  const open: Open[] = [];
  for (const { element, level, list, marker } of items) {
    const tag = NUMBER.test(marker) ? "ol" : "ul";
    const kind = `${tag} ${list}`;
    while (open.length && (open.at(-1) as Open).level > level) open.pop();
    if (open.length && (open.at(-1) as Open).level === level && (open.at(-1) as Open).kind !== kind) open.pop();
    let top = open.at(-1);
    if (!top || top.level < level) {
      const fresh = document.createElement(tag);
      const start = Number.parseInt(marker, 10);
      if (tag === "ol" && start > 1) fresh.setAttribute("start", String(start));
      const parent = top?.list.lastElementChild;
      if (parent) parent.append(fresh);
      else made.push(fresh);
      top = { list: fresh, level, kind };
      open.push(top);
    }
    let item = element;
    if (element.localName !== "li") {
      item = document.createElement("li");
      const words = document.createElement("p");
      words.append(...element.childNodes);
      item.append(words);
      element.remove();
    }
    top.list.append(item);
  }
  return made;
}
