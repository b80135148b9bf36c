// Has the page of an article drawn before it is opened: of the one that is marked in the palette or in a list of hits, once
// the mark rests on it. The browser keeps it out of sight for this page alone and shows it when the link is followed; where
// it knows no speculation rules, nothing is asked. Such a page does nothing until it is looked at (`onceLookedAt`), and the
// server opens no tab for it until then (opened.ts).

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

/** Run `start` when somebody looks at this page, or could: at once, unless the browser draws it ahead and out of sight. Then
 * the page is shown first: it is whole without us. */
export function onceLookedAt(start: () => void): void {
  if (!(document as Document & { prerendering?: boolean }).prerendering) return start();
  void document.documentElement.offsetHeight; // out of sight the browser puts nothing in its place unless it is asked where it is
  document.addEventListener("prerenderingchange", () => requestAnimationFrame(() => setTimeout(start)), { once: true });
}

function expect(href: string): void {
  rules?.remove();
  rules = null;
  if (!href) return;
  rules = document.createElement("script");
  rules.type = "speculationrules";
  rules.textContent = JSON.stringify({ prerender: [{ source: "list", urls: [href], eagerness: "immediate" }] });
  document.head.append(rules);
}
