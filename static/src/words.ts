// What is typed into a form is kept until it is sent or cancelled: it is there when the same form is opened again, in a
// dialog or on a page of its own. <form data-words>, and those that stay in their dialog (desk/stay.ts).
import { baseUnder, keepWords, keptWords } from "./unsent";

const KEEPS = "form:is([data-words], [data-stay])";
const SENT = "kb-sent"; // the form that this tab has just sent, and from which page

/** What was there before somebody wrote. Where the server shows words again that it did not take, it is not these. */
const bases = new WeakMap<Element, string>();

export function startWords(): void {
  const sent = takeSent();
  if (document.body.dataset["user"] === undefined) return; // the session was over: nothing of it has arrived
  if (sent && hasArrived(sent) && !comesBack(sent.form)) keepWords(sent.form, "");
  putBack(document);
  addEventListener("pageshow", (event) => event.persisted && takeSent()); // by going back: who knows
  document.addEventListener("dialog:filled", ({ target }) => target instanceof Element && putBack(target));
  document.addEventListener("input", ({ target }) => {
    const form = target instanceof Element ? target.closest<HTMLFormElement>(KEEPS) : null;
    const place = form && field(form);
    if (form && place && place === target) keepWords(name(form), place.value, baseOf(form, place));
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

function baseOf(form: HTMLFormElement, place: HTMLInputElement | HTMLTextAreaElement): string {
  const base = bases.get(place) ?? baseUnder(name(form), place.defaultValue) ?? place.defaultValue;
  bases.set(place, base);
  return base;
}

/** Under which its words are kept: what it does, and about what. */
function name(form: HTMLFormElement): string {
  const about = ["article", "query", "parent"].map((one) => form.querySelector<HTMLInputElement>(`input[name=${one}]`)?.value);
  return `words-${new URL(form.action).pathname}-${about.find(Boolean) ?? ""}`;
}

interface Sent {
  form: string;
  from: string;
}

/** Whether this page is the server's answer to what was sent, and not a failure, a reload, a way back, or another page. */
function hasArrived(sent: Sent): boolean {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const answered = navigation?.type === "navigate" && (navigation.responseStatus ?? 200) < 400;
  return answered && document.referrer === sent.from;
}

/** Whether the server shows a form again with what was sent in it, because something is to be mended or asked first. */
function comesBack(sent: string): boolean {
  return forms(document).some((form) => {
    const isSame = name(form) === sent && (field(form)?.defaultValue ?? "") !== "";
    return isSame && form.querySelector(".wrong, [aria-invalid], [role=alert]") !== null;
  });
}

function noteSent(form: string): void {
  try {
    sessionStorage.setItem(SENT, JSON.stringify({ form, from: location.href.split("#")[0] }));
  } catch {
    // then it is kept for some days too long
  }
}

function takeSent(): Sent | null {
  try {
    const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "null") as Sent | null;
    sessionStorage.removeItem(SENT);
    return sent;
  } catch {
    return null;
  }
}
