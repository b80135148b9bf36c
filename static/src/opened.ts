// Tells the server what is before somebody's eyes: the article that they opened, or home. Only once it is looked at.
import { csrfToken } from "./csrf";

export function startOpened(): void {
  const main = document.getElementById("main");
  const article = Number(main?.dataset["article"]);
  const address = article > 0 ? `/articles/${article}/opened/` : main?.dataset["visit"];
  if (!address || document.body.dataset["user"] === undefined) return;
  const tell = (): void => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", tell);
    const body = new URLSearchParams(article > 0 ? { q: askedFor() } : {});
    const headers = { "X-CSRFToken": csrfToken(), "X-Quiet": "1" };
    void fetch(address, { method: "POST", headers, body, credentials: "same-origin", keepalive: true }).catch(() => undefined);
  };
  document.addEventListener("visibilitychange", tell);
  tell();
}

const ASKED = "kb-asked";
const ASKED_MS = 60_000;

/** Remember what was asked, for the article that is opened next. */
export function noteAsked(words: string): void {
  try {
    sessionStorage.setItem(ASKED, JSON.stringify({ words, at: Date.now() }));
  } catch {
    // then the click is not counted
  }
}

function askedFor(): string {
  try {
    const kept = JSON.parse(sessionStorage.getItem(ASKED) ?? "null") as { words: string; at: number } | null;
    sessionStorage.removeItem(ASKED);
    if (kept && Date.now() - kept.at < ASKED_MS) return kept.words;
    const from = new URL(document.referrer || "about:blank");
    return from.origin === location.origin && from.pathname === "/search/" ? (from.searchParams.get("q") ?? "") : "";
  } catch {
    return "";
  }
}
