// Asks for the page of an article before it is opened: of the one that is marked in the palette or in a list of hits, once the
// mark rests on it. The browser keeps the answer for this page alone and takes it when the link is followed; where it knows
// no speculation rules, nothing is asked. The server opens no tab for such a page until it is looked at (opened.ts).

const RESTS_MS = 120; // marks fly past while somebody types or walks down a list

let timer = 0;
let rules: HTMLScriptElement | null = null;

/** The page at this address will probably be opened next; "" says that none is likely any more. */
export function lookAhead(href: string): void {
  clearTimeout(timer);
  if (!HTMLScriptElement.supports?.("speculationrules")) return;
  timer = window.setTimeout(() => expect(href), href ? RESTS_MS : 0);
}

/** Whether the page on the screen was asked for before it was opened, by this or by the browser itself. */
export function wasAhead(): boolean {
  return document.getElementById("main")?.hasAttribute("data-ahead") === true;
}

function expect(href: string): void {
  rules?.remove();
  rules = null;
  if (!href) return;
  rules = document.createElement("script");
  rules.type = "speculationrules";
  rules.textContent = JSON.stringify({ prefetch: [{ source: "list", urls: [href], eagerness: "immediate" }] });
  document.head.append(rules);
}
