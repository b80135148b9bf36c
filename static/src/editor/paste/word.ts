// What only Word and Outlook write: remarks of those who reviewed a text, and lists. Lists are paragraphs with a style like "mso-list:l0 level2 lfo1" and a typed marker in a
// span with "mso-list:Ignore"; the marker tells bullets from numbers.

interface Item {
  element: HTMLElement;
  level: number;
  list: string;
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
  const paragraphs = [...body.querySelectorAll<HTMLElement>("p, h1, h2, h3, h4, h5, h6, div")];
  const items = new Map<HTMLElement, Item>();
  for (const element of paragraphs) {
    const item = itemOf(element);
    if (item) items.set(element, item);
  }
  for (const [element, item] of items) {
    if (!body.contains(element)) continue; // taken with the run before
    if (element.previousElementSibling && items.has(element.previousElementSibling as HTMLElement)) continue;
    const run: Item[] = [item];
    for (let next = element.nextElementSibling; next && items.has(next as HTMLElement); next = next.nextElementSibling) {
      run.push(items.get(next as HTMLElement) as Item);
    }
    const place = document.createElement("div");
    element.before(place);
    place.replaceWith(...build(run));
  }
}

function itemOf(element: HTMLElement): Item | null {
  const style = STYLE.exec(element.getAttribute("data-style") ?? "");
  const isHeading = /^H\d$/.test(element.tagName);
  const hidden = [...element.querySelectorAll<HTMLElement>("span")].find((span) => /mso-list\s*:\s*ignore/i.test(span.getAttribute("data-style") ?? ""));
  if (!style || !hidden || isHeading) {
    hidden?.remove(); // a numbered heading keeps its words
    return null;
  }
  const marker = (hidden.textContent ?? "").replace(/\u00a0/g, " ").trim();
  hidden.remove();
  return { element, level: Number(style[2]), list: `${style[1] ?? ""} ${style[3] ?? ""}`, marker };
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
    const item = document.createElement("li");
    const words = document.createElement("p");
    words.append(...element.childNodes);
    item.append(words);
    top.list.append(item);
    element.remove();
  }
  return made;
}
