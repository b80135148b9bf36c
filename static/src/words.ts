// What is typed into a form is kept until it is sent or cancelled: it is there when the same form is opened again, in a
// dialog or on a page of its own. <form data-words>, and those that stay in their dialog (desk/stay.ts). What was chosen
// beside the words is there once more when the form was sent in a session that was over, and its sender has signed in
// again in this tab; days later a choice would surprise.
import { chooseAgain, chosenIn, type Chosen } from "./choices";
import { baseUnder, keepWords, keptWords } from "./unsent";

const KEEPS = "form:is([data-words], [data-stay])";
const SENT = "kb-sent"; // the form that this tab has just sent, and from which page
const UNSENT = "kb-sent-unseen"; // the one that it sent in a session that was over

/** What was there before somebody wrote. Where the server shows words again that it did not take, it is not these. */
const bases = new WeakMap<Element, string>();
let unseen: Sent | null = null;

export function startWords(): void {
  const sent = take(SENT);
  const user = document.body.dataset["user"];
  if (user === undefined) return keep(UNSENT, sent); // the session was over: nothing of it has arrived
  unseen = take(UNSENT);
  if (unseen?.user !== user) unseen = null;
  if (sent && hasArrived(sent) && !comesBack(sent.form)) keepWords(sent.form, "");
  putBack(document);
  addEventListener("pageshow", (event) => event.persisted && take(SENT)); // by going back: who knows
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
    if (event.target instanceof HTMLFormElement && event.target.matches(KEEPS) && !event.defaultPrevented) noteSent(event.target);
  });
}

/** Put what was begun into the forms within `place`, where it was begun with what stands there now. */
export function putBack(place: ParentNode): void {
  for (const form of forms(place)) {
    if (unseen?.form === name(form)) {
      chooseAgain(form, unseen.chosen);
      unseen = null;
    }
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
  user: string | undefined;
  chosen: Chosen;
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

function noteSent(form: HTMLFormElement): void {
  const from = location.href.split("#")[0] ?? "";
  keep(SENT, { form: name(form), from, user: document.body.dataset["user"], chosen: chosenIn(form) });
}

function keep(key: string, sent: Sent | null): void {
  try {
    if (sent) sessionStorage.setItem(key, JSON.stringify(sent));
  } catch {
    // then its words are kept for some days too long, and its choices not at all
  }
}

function take(key: string): Sent | null {
  try {
    const sent = JSON.parse(sessionStorage.getItem(key) ?? "null") as Sent | null;
    sessionStorage.removeItem(key);
    return sent;
  } catch {
    return null;
  }
}
