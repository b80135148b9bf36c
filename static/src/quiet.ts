// Small forms that change something and leave their reader where they are (data-quiet): sent in the background, then the
// page follows in place. Without a script, or when that fails, they are sent as forms always were.
import { csrfToken } from "./csrf";
import { say, text } from "./page";

export function startQuietForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("form[data-quiet]") || event.defaultPrevented) return;
    event.preventDefault();
    void send(form, event.submitter);
  });
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const data = new FormData(form, submitter);
  const told = submitter?.dataset["said"] ?? "";
  try {
    const headers = { "X-CSRFToken": csrfToken(), "X-Quiet": "1" };
    const answer = await fetch(form.action, { method: "POST", headers, body: data, credentials: "same-origin" });
    if (answer.status !== 204) throw new Error(String(answer.status));
    document.dispatchEvent(new CustomEvent("live:ask"));
    if (told) say(told);
  } catch {
    say(text("unreachable"));
    for (const [name, value] of data) {
      if (typeof value !== "string" || form.elements.namedItem(name) instanceof HTMLInputElement) continue;
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    form.submit(); // the plain way shows what is wrong
  }
}
