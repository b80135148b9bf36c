// Writing a comment, an answer or a note beside the text: the article stays in view, and what is selected in it is
// what it is about. What was begun stays in the form until it is sent or closed.
import { say } from "../page";
import { keepWords, keptWords } from "../unsent";
import { call, refresh } from "./calls";
import { startNames } from "./names";
import { type Selected, Stream } from "./stream";

type Kind = "comment" | "note" | "answer";

let about: Selected | null = null; // the passage that the form is about
let read = 0; // the version in which that was selected
let thread: number | null = null;
let kind: Kind = "comment";
let last: Selected | null = null; // what was selected before a press took the selection away

/** The passage that was selected last, also where a press has taken the selection away. */
export function lastSelected(): Selected | null {
  return last;
}

export function startComposer(): void {
  const form = document.getElementById("composer") as HTMLFormElement | null;
  const body = document.getElementById("article-body");
  if (!form || !body) return;
  const field = form.elements.namedItem("body") as HTMLTextAreaElement;
  startNames(form, field, () => ({ article: form.dataset["article"] ?? "", thread, quote: about?.quote ?? "" }));
  startSelection(body);
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest<HTMLElement>("[data-compose]");
    const answer = event.target.closest<HTMLElement>("[data-answer]");
    if (event.target.closest("[data-composer-close]")) close(form);
    if (!opener && !(answer instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    opener?.closest("details")?.removeAttribute("open");
    open(form, answer ? "answer" : (opener?.dataset["compose"] as Kind), answer ? Number(answer.dataset["answer"]) : null);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
  // Whatever takes the page away, also the end of the session: what was begun is there when the form is opened again.
  field.addEventListener("input", () => keepWords(name(form), field.value));
  addEventListener("beforeunload", (event) => {
    if (!leaving && !form.hidden && field.value.trim()) event.preventDefault();
  });
  document.addEventListener("live:leaving", () => (leaving = true));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape" && !event.defaultPrevented) {
      close(form);
    }
  });
}

let leaving = false; // the session is over: there is nothing to ask

/** Under which what was begun is kept. */
function name(form: HTMLFormElement): string {
  return `talk-${form.dataset["article"] ?? ""}`;
}

function open(form: HTMLFormElement, wanted: Kind, answered: number | null): void {
  kind = wanted;
  thread = answered;
  about = answered === null ? last : null;
  read = Number(document.querySelector<HTMLElement>("main[data-article]")?.dataset["version"]);
  const field = form.elements.namedItem("body") as HTMLTextAreaElement;
  if (!field.value) field.value = keptWords(name(form));
  for (const part of form.querySelectorAll<HTMLElement>("[data-comment][data-note]")) part.textContent = part.dataset[kind] ?? "";
  for (const part of form.querySelectorAll<HTMLElement>("[data-only]")) part.hidden = (part.dataset["only"] === "note") !== (kind === "note");
  const quote = form.querySelector<HTMLElement>("#composer-quote");
  if (quote) {
    quote.hidden = about === null;
    quote.textContent = about?.quote ?? "";
  }
  wrong(form, "");
  form.hidden = false;
  hideTools();
  if (about && "highlights" in CSS) CSS.highlights.set("spoken-of-now", new Highlight(about.range));
  field.focus();
}

function close(form: HTMLFormElement): void {
  form.hidden = true;
  keepWords(name(form), "");
  form.reset();
  about = last = null;
  if ("highlights" in CSS) CSS.highlights.delete("spoken-of-now");
  document.querySelector<HTMLElement>(`[data-compose="${kind}"]`)?.focus({ preventScroll: true });
}

async function send(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>(".form-actions button");
  const given = new FormData(form);
  const words = String(given.get("body") ?? "");
  const page = document.querySelector<HTMLElement>("main[data-article]");
  if (!words.trim() || !button || button.disabled || !page) return;
  const body: Record<string, unknown> = { body: words };
  if (about) Object.assign(body, { quote: about.quote, before: about.before, after: about.after, version: read || null });
  if (thread !== null) body["parent"] = thread;
  if (kind === "note") {
    Object.assign(body, { audience: given.get("audience"), expires: given.get("expires") || null, pinned: given.get("pinned") === "on" });
  }
  button.disabled = true;
  const answer = await call("POST", `articles/${page.dataset["article"] ?? ""}/${kind === "note" ? "notes" : "comments"}`, body);
  button.disabled = false;
  if (!answer.ok) {
    wrong(form, answer.words);
    return;
  }
  const sent = form.querySelector("#composer-title")?.textContent ?? "";
  close(form);
  refresh();
  say(`${sent} ✓`);
}

function wrong(form: HTMLFormElement, words: string): void {
  const place = form.querySelector<HTMLElement>("#composer-wrong");
  if (!place) return;
  place.hidden = words === "";
  place.textContent = words;
}

// --- What is selected --------------------------------------------------------------------------------

/** Remember what is selected in the article, and offer beside it what can be done with it. */
function startSelection(body: HTMLElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const form = document.getElementById("composer");
      const focused = document.activeElement;
      if (form && !form.hidden && form.contains(focused)) return; // the caret in the form is a selection too
      const found = new Stream(body).selected();
      const pressed = focused instanceof HTMLElement && focused.matches("[data-compose], #selection-tools *");
      if (found || !pressed) last = found;
      showTools(found, body);
    }, 120);
  });
  // A press on a tool must not take the selection away before the tool has seen it.
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-compose], #selection-tools")) event.preventDefault();
  });
  document.addEventListener("keydown", () => {
    if (getSelection()?.isCollapsed === false) last = new Stream(body).selected() ?? last;
  }, { capture: true });
}

function showTools(found: Selected | null, body: HTMLElement): void {
  const tools = document.getElementById("selection-tools");
  if (!tools) return;
  if (!found || document.querySelector("[data-compose]") === null) return hideTools();
  tools.hidden = false;
  const rects = [...found.range.getClientRects()];
  const end = rects[rects.length - 1] ?? found.range.getBoundingClientRect();
  const place = found.range.startContainer.parentElement?.closest("#quick-facts") ?? body;
  const box = place.getBoundingClientRect();
  const left = Math.min(Math.max(end.right - tools.offsetWidth / 2, box.left), box.right - tools.offsetWidth);
  tools.style.insetInlineStart = `${left + scrollX}px`;
  tools.style.insetBlockStart = `${end.bottom + scrollY + 8}px`;
}

function hideTools(): void {
  const tools = document.getElementById("selection-tools");
  if (tools) tools.hidden = true;
}
