// Forms in a dialog that are sent without leaving the page: <form data-stay>. The server answers with the same form and
// what is wrong in it, with a word of thanks, or by leading on; then the live regions of this page are brought up to date.
// What is typed is kept meanwhile (words.ts).
import { renewCsrf } from "../csrf";
import { leave } from "../live/signout";
import { say, text } from "../page";
import { forgetWords, putBack } from "../words";

const STAYS = "dialog form[data-stay]";

export function startStaying(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches(STAYS)) return;
    event.preventDefault();
    void send(form, event.submitter);
  });
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  if (form.dataset["sending"]) return; // pressed twice
  form.dataset["sending"] = "1";
  renewCsrf(form);
  const data = new FormData(form, submitter instanceof HTMLButtonElement ? submitter : null);
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Dialog": "1" }, credentials: "same-origin" });
    const { pathname } = new URL(answer.url);
    if (pathname === "/accounts/login/") return leave(); // and back to this page
    if (pathname.startsWith("/accounts/")) return location.assign(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const dialog = form.closest("dialog");
    const content = answer.redirected ? null : page.getElementById("dialog-content");
    if (content && dialog) {
      if (content.hasAttribute("data-done")) forgetWords(dialog);
      dialog.replaceChildren(document.adoptNode(content));
      putBack(dialog);
      dialog.querySelector<HTMLElement>("[autofocus], [aria-invalid]")?.focus();
      const words = content.hasAttribute("data-done") ? content.querySelector("p") : content.querySelector("[role=alert], .wrong");
      if (words?.textContent) say(words.textContent);
    } else if (answer.ok) {
      if (dialog) forgetWords(dialog);
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
