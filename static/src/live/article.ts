// The article on this page: swapped in place when a new version is there, taken away when it is no longer for this reader.
import { MARK, swapBlocks } from "./blocks";
import { clock } from "./label";
import { keepingPlace } from "./place";

const SHOWN_MS = 20_000;
const FADE_MS = 3_000;

export interface NewVersion {
  number: number;
  title: string;
  html: string;
  who: string;
  when: Date | null;
  note: string;
}

let first: number | null = null; // the version that this reader last had a chance to read in peace

/** The id of the open article, or null on other pages. */
export function openArticle(): number | null {
  const id = Number(main()?.dataset["article"]);
  return id > 0 && body() ? id : null;
}

/** The number of the version on the page; 0 for a draft that was never published. */
export function openVersion(): number {
  return Number(main()?.dataset["version"] ?? 0);
}

/** Show a new version without moving the reader's line; marks what changed, says who changed it. */
export function showVersion(version: NewVersion): void {
  const box = body();
  const page = main();
  if (!box || !page || version.number <= openVersion()) return;
  const before = openVersion();
  const fresh = document.createElement("div");
  fresh.append(fragment(version.html));
  let changed: Element[] = [];
  keepingPlace(box, () => {
    const swap = swapBlocks(box, fresh);
    changed = swap.changed;
    showTitle(version.title);
    first ??= before;
    tell(version, first);
    return swap.heirs;
  });
  if (changed.some((one) => one.closest(".facts") || one.querySelector(".facts"))) box.dataset["factsChanged"] = ""; // seen where it changed
  page.dataset["version"] = String(version.number);
  mark(changed);
  document.dispatchEvent(new CustomEvent("live:changed", { detail: { region: box } }));
}

/** Make the text of the version that is shown what it is now for this reader: passages may have come or gone. */
export function showText(html: string): void {
  const box = body();
  if (!box) return;
  const fresh = document.createElement("div");
  fresh.append(fragment(html));
  keepingPlace(box, () => swapBlocks(box, fresh).heirs);
}

/** Take the article off the page at once, and everything that tells of it. */
export function takeAway(): void {
  const page = main();
  const notice = document.getElementById("article-gone");
  if (!page || !(notice instanceof HTMLTemplateElement)) {
    location.reload();
    return;
  }
  const words = notice.content.cloneNode(true) as DocumentFragment;
  const heading = words.querySelector("h1, h2")?.textContent;
  if (heading) document.title = heading;
  page.replaceChildren(words);
  delete page.dataset["article"];
  delete page.dataset["version"];
  page.dataset["absent"] = "";
  document.querySelectorAll("aside.rail.right, [data-live='article']").forEach((part) => part.replaceChildren());
  document.dispatchEvent(new CustomEvent("live:changed", { detail: { region: page } }));
}

/** Whether the page says that what stands at its address is not there for this reader. */
export function isAbsent(): boolean {
  return document.querySelector("main[data-absent]") !== null;
}

function main(): HTMLElement | null {
  return document.querySelector<HTMLElement>("main[data-article]");
}

function body(): HTMLElement | null {
  return document.getElementById("article-body");
}

/** Parsed apart from the page: nothing in it is loaded or run before it is in its place. */
function fragment(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function showTitle(title: string): void {
  const heading = document.getElementById("article-title");
  const old = heading?.textContent ?? "";
  if (!heading || !title || old === title) return;
  heading.textContent = title;
  document.title = document.title.replace(old, () => title);
}

/** The notice above the text; its region is polite, so it is read out when the reader pauses. */
function tell(version: NewVersion, from: number): void {
  const place = document.getElementById("article-notice");
  const template = document.getElementById("article-updated");
  if (!place || !(template instanceof HTMLTemplateElement)) return;
  const notice = template.content.cloneNode(true) as DocumentFragment;
  const values = { version: String(version.number), note: version.note, who: version.who, when: version.when ? clock(version.when) : "" };
  for (const [name, value] of Object.entries(values)) {
    const slot = notice.querySelector(`[data-slot="${name}"]`);
    if (slot) slot.textContent = value;
  }
  const compare = notice.querySelector<HTMLAnchorElement>("[data-slot='compare']");
  const address = compare?.dataset["href"];
  if (compare && address && from > 0) {
    compare.href = address.replace("{from}", String(from)).replace("{to}", String(version.number));
  } else {
    compare?.remove();
  }
  place.replaceChildren(notice);
}

/** Mark blocks for a while. */
function mark(blocks: Element[]): void {
  for (const block of blocks) {
    block.classList.add(MARK);
    setTimeout(() => fade(block), SHOWN_MS);
  }
}

function fade(block: Element): void {
  block.classList.remove(MARK);
  if (block.classList.length === 0) block.removeAttribute("class");
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  block.animate([{ backgroundColor: "var(--changed)" }, { backgroundColor: "transparent" }], { duration: FADE_MS });
}
