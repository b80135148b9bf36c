// Show everything rather than one's topics where G is a letter, or single keys are switched off: Alt+G. Remembered for
// the person.
import { csrfToken } from "./csrf";
import { isTyping, say, text } from "./page";

/** From anywhere on the page Alt+G does what G does. What is found while one types widens by itself. */
export function startWidening(): void {
  document.addEventListener("keydown", (event) => {
    if (!isWidenKey(event) || event.defaultPrevented || event.repeat || document.querySelector("dialog[open]")) return;
    const field = event.target instanceof Element && event.target.closest("#search, form.filters");
    if (isTyping(event.target) && !field) return; // it is a sign on some keyboards
    const control = document.querySelector<HTMLElement>('form[action="/scope/show/"] button[name=show]');
    if (!control) return;
    event.preventDefault();
    control.click();
  });
}

/** Whether a key means it; by the place of the key, as Alt makes other characters of it on some keyboards. */
export function isWidenKey(event: KeyboardEvent): boolean {
  return event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyG";
}

/** Widen, and let the page follow. Gives whether the server could be told. */
export async function widen(): Promise<boolean> {
  try {
    const headers = { "X-CSRFToken": csrfToken(), "X-Quiet": "1" };
    const body = new URLSearchParams({ show: "all" });
    const answer = await fetch("/scope/show/", { method: "POST", headers, body, credentials: "same-origin" });
    if (answer.status !== 204) throw new Error(String(answer.status));
  } catch {
    say(text("unreachable"));
    return false;
  }
  document.dispatchEvent(new CustomEvent("live:ask"));
  say(text("everything"));
  return true;
}
