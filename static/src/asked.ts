// What was asked on the way to an article. Wherever one is chosen among what was found, the words are noted under its
// number, and the page that opens there takes them: in this tab or in another. Who comes by another way asked nothing.

const KEY = "kb-asked";
const USED = "kb-used"; // the words of the last search of which a hit was used, in this tab
const KEPT_MS = 60_000; // the page that was chosen is there long before

interface Noted {
  words: string;
  at: number;
}

/** Somebody chooses this article among what was found for these words. */
export function noteAsked(words: string, article: string | number | undefined): void {
  if (!words || !Number(article)) return;
  write({ ...noted(), [String(article)]: { words, at: Date.now() } });
}

let here = "";

/** The words that led to the article on this page, also after a reload; empty when none did. */
export function askedHere(): string {
  const article = document.querySelector<HTMLElement>("main[data-article]")?.dataset["article"];
  if (article) here ||= keptWithPage() || taken(article);
  return article ? here : "";
}

/** Nobody is signed in: whoever comes next has asked nothing. */
export function forgetAsked(): void {
  write({});
  noteSearch();
}

/** The server has counted a search: of its hits none is used yet. */
export function noteSearch(): void {
  try {
    sessionStorage.removeItem(USED);
  } catch {
    // switched off: see isFirstUse
  }
}

/** Somebody uses a hit: whether it is the first one of this search, also on its further pages. */
export function isFirstUse(words: string): boolean {
  try {
    const first = sessionStorage.getItem(USED) !== words;
    sessionStorage.setItem(USED, words);
    return first;
  } catch {
    return true; // switched off: each one counts
  }
}

function keptWithPage(): string {
  const state = history.state as { asked?: unknown } | null;
  return typeof state?.asked === "string" ? state.asked : "";
}

function taken(article: string): string {
  const { [article]: found, ...others } = noted();
  if (!found) return "";
  write(others);
  history.replaceState({ ...(history.state as object | null), asked: found.words }, "");
  return found.words;
}

function noted(): Record<string, Noted> {
  try {
    const kept = Object.entries(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, Noted>);
    return Object.fromEntries(kept.filter(([, { at }]) => Date.now() - at < KEPT_MS));
  } catch {
    return {};
  }
}

function write(all: Record<string, Noted>): void {
  try {
    if (Object.keys(all).length) localStorage.setItem(KEY, JSON.stringify(all));
    else localStorage.removeItem(KEY);
  } catch {
    // full or switched off: then the click is not counted
  }
}
