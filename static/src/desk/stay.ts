// Forms in a dialog that are sent without leaving the page: <form data-stay>. The server answers with the same form and
// what is wrong in it, with a word of thanks, or by leading on; then the live regions of this page are brought up to date.
// What is typed is kept until it is sent or cancelled: it is there when the same form is opened again.
import { renewCsrf } from "../csrf";
import { leave } from "../live/signout";
import { say, text } from "../page";
import { keepWords, keptWords } from "../unsent";

const STAYS = "dialog form[data-stay]";

export function startStaying(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches(STAYS)) return;
    event.preventDefault();
    void send(form, event.submitter);
  });
  document.addEventListener("dialog:filled", ({ target }) => target instanceof Element && putBack(target));
  document.addEventListener("input", ({ target }) => {
    const form = target instanceof Element ? target.closest<HTMLFormElement>(STAYS) : null;
    const place = form && field(form);
    if (form && place && place === target) keepWords(name(form), place.value);
  });
  document.addEventListener("click", ({ target }) => {
    const dialog = target instanceof Element ? target.closest("[data-closes]")?.closest("dialog") : null;
    if (dialog) forget(dialog); // cancelled; Escape may be pressed by mistake
  });
}

/** Where somebody writes in such a form: there is one place at most. */
function field(form: HTMLFormElement): HTMLInputElement | HTMLTextAreaElement | null {
  return form.querySelector<HTMLInputElement | HTMLTextAreaElement>("textarea, input[type=text]");
}

/** Under which its words are kept: what it does, and about what. */
function name(form: HTMLFormElement): string {
  const about = ["article", "query"].map((one) => form.querySelector<HTMLInputElement>(`input[name=${one}]`)?.value);
  return `dialog-${new URL(form.action).pathname}-${about.find(Boolean) ?? ""}`;
}

function putBack(dialog: Element): void {
  for (const form of dialog.querySelectorAll<HTMLFormElement>("form[data-stay]")) {
    const place = field(form);
    if (place && !place.value) place.value = keptWords(name(form)); // what stands there is newer
  }
}

function forget(dialog: Element): void {
  for (const form of dialog.querySelectorAll<HTMLFormElement>("form[data-stay]")) keepWords(name(form), "");
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  if (form.dataset["sending"]) return; // pressed twice
  form.dataset["sending"] = "1";
  renewCsrf(form);
  const data = new FormData(form, submitter instanceof HTMLButtonElement ? submitter : null);
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Dialog": "1" }, credentials: "same-origin" });
    const { pathname } = new URL(answer.url);
    if (pathname === "/accounts/login/") return leave(); // and back to this page, not to where a form that is sent leads
    if (pathname.startsWith("/accounts/")) return location.assign(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const dialog = form.closest("dialog");
    const content = answer.redirected ? null : page.getElementById("dialog-content");
    if (content && dialog) {
      if (content.hasAttribute("data-done")) forget(dialog);
      dialog.replaceChildren(document.adoptNode(content));
      putBack(dialog);
      dialog.querySelector<HTMLElement>("[autofocus], [aria-invalid]")?.focus();
      const words = content.hasAttribute("data-done") ? content.querySelector("p") : content.querySelector("[role=alert], .wrong");
      if (words?.textContent) say(words.textContent);
    } else if (answer.ok) {
      if (dialog) forget(dialog);
      dialog?.close();
      const words = [...page.querySelectorAll("#main > .notice p")].map((one) => one.textContent ?? "").join(" ");
      if (words) say(words);
      document.dispatchEvent(new CustomEvent("desk:done"));
    } else {
      keep(form);
    }
  } catch {
    keep(form);
  }
}

/** What was typed stays, to be sent again. */
function keep(form: HTMLFormElement): void {
  delete form.dataset["sending"];
  say(text("unreachable"));
  tell(form);
}

/** The network is away, or the server cannot answer now. */
function tell(form: HTMLFormElement): void {
  form.querySelector("[data-unreachable]")?.remove();
  const line = document.createElement("p");
  line.className = "wrong";
  line.setAttribute("role", "alert");
  line.dataset["unreachable"] = "";
  line.textContent = text("unreachable");
  form.prepend(line);
}
