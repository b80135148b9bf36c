// What is known when somebody reports a problem goes along: the passage that is selected, and what was searched for.
import { askedHere, isFirstUse, noteAsked, noteSearch } from "../asked";
import { isTyping } from "../page";
import { lastSelected } from "../talk/composer";
import { Stream } from "../talk/stream";

const LONGEST_QUOTE = 1_500;

export function startFlagging(): void {
  if (isCountedSearch()) noteSearch();
  document.addEventListener("click", complete, { capture: true });
  document.addEventListener("click", note, { capture: true });
  document.addEventListener("auxclick", note, { capture: true }); // the middle button opens a tab of the browser
  document.addEventListener("keydown", flagSelectedHit);
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement && event.target.matches("[data-submits]")) event.target.form?.requestSubmit();
  });
}

/** Add to the address of a link what the page knows now; without a script it leads to the same form, less filled in. */
function complete(event: Event): void {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-flags]") : null;
  if (!link) return;
  const address = new URL(link.href);
  for (const [name, value] of Object.entries(passage(link))) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  const query = searched();
  if (query) address.searchParams.set("query", query);
  link.href = address.href;
}

/** What is selected in the text that a link is about, and in which version of it. */
function passage(link: HTMLElement): Record<string, string> {
  const body = document.getElementById("article-body") ?? previewed(link);
  const found = (body && new Stream(body).selected()) ?? (link.closest("#selection-tools") ? lastSelected() : null);
  if (!body || !found) return { quote: "", before: "", after: "", version: "" };
  const whole = found.quote.length <= LONGEST_QUOTE;
  const version = body.closest<HTMLElement>("[data-version]")?.dataset["version"] ?? "";
  return {
    quote: found.quote.slice(0, LONGEST_QUOTE),
    before: found.before,
    after: whole ? found.after : "",
    version: Number(version) > 0 ? version : "",
  };
}

/** The text beside a list of hits, unless the link is about another hit than the one that is shown there. */
function previewed(link: HTMLElement): HTMLElement | null {
  const pane = document.getElementById("hit-preview");
  const hit = link.closest<HTMLElement>("[data-hit]")?.dataset["hit"];
  return hit === undefined || hit === pane?.dataset["shows"] ? (pane?.querySelector<HTMLElement>("[data-preview-body]") ?? null) : null;
}

/** The words that led here: those of this page of hits, or those for which this article was chosen. */
export function searched(): string {
  const here = new URL(location.href);
  return here.pathname === "/search/" ? (here.searchParams.get("q") ?? "") : askedHere();
}

/** Whether this page is a search that the server counts: not its further pages, and not what narrows it. */
function isCountedSearch(): boolean {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (navigation?.type === "back_forward" && navigation.transferSize === 0) return false; // kept by the browser: the server counts nothing
  const { pathname, searchParams } = new URL(location.href);
  const narrows = ["category", "tag", "language"].some((name) => searchParams.get(name));
  return pathname === "/search/" && !narrows && Number(searchParams.get("page") ?? 1) <= 1;
}

/** Somebody opens or copies an answer: the words that were searched for did lead somewhere. Once for each search. */
function note(event: MouseEvent): void {
  const control = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-hit] h2 a, #hit-preview footer a.primary, #hit-preview [data-copy-preview]") : null;
  const query = searched();
  if (!control || !query || location.pathname !== "/search/" || event.button > 1) return;
  if (isFirstUse(query)) navigator.sendBeacon("/search/clicked/", form({ q: query }));
  const row = control.closest<HTMLElement>("[data-hit]");
  if (control.matches("a")) noteAsked(query, row ? row.dataset["hit"] : control.closest<HTMLElement>("#hit-preview")?.dataset["shows"]);
}

function form(values: Record<string, string>): FormData {
  const data = new FormData();
  const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value;
  if (token) data.set("csrfmiddlewaretoken", token);
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
}

/** F on a list of hits reports the one that is selected, also where there is no room for its preview. */
function flagSelectedHit(event: KeyboardEvent): void {
  if (event.key.toLowerCase() !== "f" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.body.dataset["singleKeys"] !== "1" || document.querySelector("dialog[open]")) return;
  const row = document.querySelector<HTMLElement>("[data-hit][data-selected]");
  if (!row || document.querySelector<HTMLElement>('#hit-preview a[data-flags]')?.checkVisibility()) return;
  event.preventDefault();
  row.querySelector<HTMLElement>("a[data-flags]")?.click();
}
