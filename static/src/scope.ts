// The switch between one's own topics and everything: the form is sent in the background, and the page follows in place.
import { csrfToken } from "./csrf";
import { say, text } from "./page";

export function startScope(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("form[data-scope]")) return;
    event.preventDefault();
    const chosen = event.submitter instanceof HTMLButtonElement ? event.submitter.value : "all";
    void choose(form, chosen);
  });
}

async function choose(form: HTMLFormElement, show: string): Promise<void> {
  try {
    const headers = { "X-CSRFToken": csrfToken(), "X-Scope": "1" };
    const answer = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams({ show }), credentials: "same-origin" });
    if (answer.status !== 204) throw new Error(String(answer.status));
    document.dispatchEvent(new CustomEvent("live:ask"));
    say(text(show === "all" ? "scope-all" : "scope-mine"));
  } catch {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "show", value: show });
    form.append(field);
    form.submit(); // the plain way shows what is wrong
  }
}
