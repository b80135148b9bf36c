// Tells the server what is before somebody's eyes: the article that they opened, or home. Only once it is looked at.
import { wasAhead } from "./ahead";
import { askedHere, forgetAsked } from "./asked";
import { csrfToken } from "./csrf";

export function startOpened(): void {
  if (document.body.dataset["user"] === undefined) return forgetAsked();
  const main = document.getElementById("main");
  const article = Number(main?.dataset["article"]);
  const address = article > 0 ? `/articles/${article}/opened/` : main?.dataset["visit"];
  if (!address) return;
  askedHere(); // now: a tab in the background may be looked at much later
  const tell = (): void => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", tell);
    const body = new URLSearchParams(article > 0 ? { q: cameAgain() ? "" : askedHere() } : {});
    if (article > 0 && wasAhead()) body.set("tab", "1"); // it was asked for before anybody had opened it
    const headers = { "X-CSRFToken": csrfToken(), "X-Quiet": "1" };
    void fetch(address, { method: "POST", headers, body, credentials: "same-origin", keepalive: true }).catch(() => undefined);
  };
  document.addEventListener("visibilitychange", tell);
  tell();
}

/** By a reload, or back and forward: what was chosen once is counted once. */
function cameAgain(): boolean {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return navigation !== undefined && navigation.type !== "navigate";
}
