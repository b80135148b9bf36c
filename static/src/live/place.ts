// Keeps the line that somebody is reading where it is, while things change above and around it.

interface Line {
  element: Element;
  top: number;
}

/** Run `change`, which gives what took the place of elements that it removed; then scroll back by what moved. */
export function keepingPlace(box: Element, change: () => Map<Element, Element | null>): void {
  const lines = visibleLines(box);
  const root = document.documentElement;
  const anchoring = root.style.overflowAnchor;
  root.style.overflowAnchor = "none"; // the browser's own anchoring would move a second time
  const heirs = change();
  const line = lines.find(({ element }) => element.isConnected) ?? inherited(lines, heirs);
  if (line) scrollBy({ top: line.element.getBoundingClientRect().top - line.top, behavior: "instant" });
  root.style.overflowAnchor = anchoring;
}

/** The elements at the top edge of what is visible below the fixed header, innermost first; none at the page's top. */
function visibleLines(box: Element): Line[] {
  if (scrollY < 8) return []; // who has not scrolled reads from the beginning
  const edge = document.querySelector("header.top")?.getBoundingClientRect().bottom ?? 0;
  const bottom = document.documentElement.clientHeight;
  const found: Line[] = [];
  for (const element of box.querySelectorAll("p, li, dt, dd, tr, h2, h3, h4, pre, summary, figure, hr, img")) {
    const { top, bottom: end, height } = element.getBoundingClientRect();
    if (height > 0 && end > edge + 2 && top < bottom) found.push({ element, top });
  }
  return found.slice(0, 60);
}

/** When everything visible was replaced: what stands in its place. */
function inherited(lines: Line[], heirs: Map<Element, Element | null>): Line | undefined {
  for (const { element, top } of lines) {
    for (const [removed, heir] of heirs) {
      if (heir?.isConnected && removed.contains(element)) return { element: heir, top };
    }
  }
  return undefined;
}
