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
    const headers = { "X-CSRFToken": csrfToken(), "X-Quiet": "1" };
    void fetch(address, { method: "POST", headers, credentials: "same-origin", keepalive: true }).catch(() => undefined);
  };
  document.addEventListener("visibilitychange", tell);
  tell();
}
