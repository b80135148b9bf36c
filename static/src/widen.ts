// Show everything rather than one's topics, from a field in which G is a letter: Alt+G. Remembered for the person.
import { csrfToken } from "./csrf";
import { say, text } from "./page";

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
