// What is typed into a form is kept until it is sent or cancelled: it is there when the same form is opened again, in a
// dialog or on a page of its own. <form data-words>, and those that stay in their dialog (desk/stay.ts).
import { keepWords, keptWords } from "./unsent";

const KEEPS = "form:is([data-words], [data-stay])";
const SENT = "kb-sent"; // the forms that this tab has just sent

export function startWords(): void {
  const sent = takeSent();
  if (document.body.dataset["user"] === undefined) return; // the session was over: nothing of it has arrived
  if (hasArrived()) sent.filter((one) => !comesBack(one)).forEach((one) => keepWords(one, ""));
  putBack(document);
  document.addEventListener("dialog:filled", ({ target }) => target instanceof Element && putBack(target));
  document.addEventListener("input", ({ target }) => {
    const form = target instanceof Element ? target.closest<HTMLFormElement>(KEEPS) : null;
    const place = form && field(form);
    if (form && place && place === target) keepWords(name(form), place.value, place.defaultValue);
  });
  document.addEventListener("click", ({ target }) => {
    const cancelled = target instanceof Element ? target.closest("[data-closes]")?.closest("#dialog-content") : null;
    if (cancelled) forgetWords(cancelled); // Escape may be pressed by mistake
  });
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && event.target.matches(KEEPS) && !event.defaultPrevented) noteSent(name(event.target));
  });
}

/** Put what was begun into the forms within `place`, where it was begun with what stands there now. */
export function putBack(place: ParentNode): void {
  for (const form of forms(place)) {
    const written = field(form);
    const words = written?.value === written?.defaultValue ? keptWords(name(form), written?.defaultValue) : "";
    if (!written || !words) continue; // what stands there is newer
    written.value = words;
    written.closest("details")?.setAttribute("open", "");
  }
}

/** What was begun in the forms within `place` was sent, or is not wanted any more. */
export function forgetWords(place: ParentNode): void {
  forms(place).forEach((form) => keepWords(name(form), ""));
}

function forms(place: ParentNode): HTMLFormElement[] {
  return [...place.querySelectorAll<HTMLFormElement>(KEEPS)];
}

/** Where somebody writes in such a form: there is one place at most. */
function field(form: HTMLFormElement): HTMLInputElement | HTMLTextAreaElement | null {
  return form.querySelector<HTMLInputElement | HTMLTextAreaElement>("textarea, input[type=text]");
}

/** Under which its words are kept: what it does, and about what. */
function name(form: HTMLFormElement): string {
  const about = ["article", "query", "parent"].map((one) => form.querySelector<HTMLInputElement>(`input[name=${one}]`)?.value);
  return `words-${new URL(form.action).pathname}-${about.find(Boolean) ?? ""}`;
}

/** Whether this page is an answer of the server to what was sent, and not a failure, a reload or a way back. */
function hasArrived(): boolean {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return navigation?.type === "navigate" && (navigation.responseStatus ?? 200) < 400;
}

/** Whether the server shows a form again with what was sent in it, because something in it is wrong. */
function comesBack(sent: string): boolean {
  return forms(document).some((form) => name(form) === sent && (field(form)?.defaultValue ?? "") !== "" && form.querySelector(".wrong, [aria-invalid]") !== null);
}

function noteSent(sent: string): void {
  try {
    sessionStorage.setItem(SENT, JSON.stringify([sent]));
  } catch {
    // then it is kept for some days too long
  }
}

function takeSent(): string[] {
  try {
    const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "[]") as string[];
    sessionStorage.removeItem(SENT);
    return sent;
  } catch {
    return [];
  }
}
