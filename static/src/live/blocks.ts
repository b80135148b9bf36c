// Turns the blocks that a reader sees into those of a new version, keeping every block that did not change: with it
// stay its place on the screen, a selection, an opened fold. Says which are new.
import { common } from "./sequence";

/** The class of what just changed. */
export const MARK = "just-changed";
/** What the page itself puts between the blocks. */
const ADDED = ".heading-tools";
/** Boxes whose parts are compared one by one, so that one changed step does not mark the whole list. */
const BOXES = "ul, ol, dl, table, tbody, thead, section, aside, blockquote, details, div";

export interface Swap {
  /** What is new or differs, for marking. */
  changed: Element[];
  /** What stands where something that changed or vanished stood: the reader's line may have been in it. */
  heirs: Map<Element, Element | null>;
}

/** Make the children of `box` those of `fresh` (whose nodes are used up). */
export function swapBlocks(box: Element, fresh: Element): Swap {
  const swap: Swap = { changed: [], heirs: new Map() };
  swapChildren(box, fresh, swap);
  return swap;
}

function swapChildren(box: Element, fresh: Element, swap: Swap): void {
  const old = [...box.children].filter((child) => !child.matches(ADDED));
  const next = [...fresh.children];
  const kept = common(old.map(print), next.map(print));
  let i = 0;
  let j = 0;
  for (const [oldAt, nextAt] of [...kept, [old.length, next.length] as const]) {
    const stays = old[oldAt] ?? null;
    replaceRun(box, old.slice(i, oldAt), next.slice(j, nextAt), stays, swap);
    i = oldAt + 1;
    j = nextAt + 1;
  }
}

/** Between two blocks that stay: `gone` becomes `come`, before `stays` (null: at the end). */
function replaceRun(box: Element, gone: Element[], come: Element[], stays: Element | null, swap: Swap): void {
  const inPlace = gone.length === come.length;
  gone.forEach((element, at) => {
    const heir = come[Math.min(at, come.length - 1)] ?? stays ?? box.lastElementChild;
    const twin = inPlace ? come[at] : undefined;
    if (twin && isSameBox(element, twin)) {
      swapChildren(element, twin, swap);
      return;
    }
    swap.heirs.set(element, heir);
    if (element.nextElementSibling?.matches(ADDED)) element.nextElementSibling.remove();
    if (twin) {
      if (twin instanceof HTMLDetailsElement && element instanceof HTMLDetailsElement) twin.open = element.open;
      element.replaceWith(twin);
      swap.changed.push(twin);
    } else {
      element.remove();
    }
  });
  if (inPlace) return;
  for (const element of come) {
    box.insertBefore(element, stays);
    swap.changed.push(element);
  }
}

/** Whether both are the same kind of box with nothing of their own but elements, so that comparing inside is all. */
function isSameBox(a: Element, b: Element): boolean {
  if (a.tagName !== b.tagName || !a.matches(BOXES)) return false;
  return attributes(a) === attributes(b) && [a, b].every((one) => ![...one.childNodes].some(isText));
}

function isText(node: Node): boolean {
  return node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "";
}

function attributes(element: Element): string {
  return [...element.attributes]
    .filter(({ name }) => name !== "open")
    .map(({ name, value }) => `${name}=${value}`)
    .sort()
    .join("\0");
}

/** Equal for blocks that look the same, whatever the page itself has added to them. */
function print(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  copy.querySelectorAll(ADDED).forEach((added) => added.remove());
  for (const one of [copy, ...copy.querySelectorAll(`details[open], .${MARK}`)]) {
    one.removeAttribute("open");
    one.classList.remove(MARK);
    if (one.classList.length === 0) one.removeAttribute("class");
  }
  return copy.outerHTML;
}
