// The palette: / or Ctrl+K from anywhere. A combobox in a dialog, after the WAI-ARIA authoring practices: the focus stays
// in the field, the arrows mark an option, Enter follows it. The server draws the options; the preview is its page too.
import { lookAhead } from "./ahead";
import { noteAsked } from "./asked";
import { copyAnswer } from "./copy";
import { LookedFor } from "./palette_log";
import { isWidenKey, widen } from "./widen";

const WAIT_MS = 60; // what takes longer than that to be answered is asked anew with what was typed since
const PREVIEW_MS = 90; // who holds an arrow key does not ask for everything on the way
const LOOKING_MS = 300; // what comes sooner needs no word
const KEPT = 30;
const ACTIONS = ":is(main, aside) :is([aria-keyshortcuts], [data-act]), .actions > .btn";

export function openPalette(): boolean {
  const dialog = document.getElementById("palette");
  if (!(dialog instanceof HTMLDialogElement)) return false;
  palette ??= new Palette(dialog);
  palette.open();
  return true;
}

let palette: Palette | undefined;

export function startPalette(): void {
  document.addEventListener("keydown", (event) => {
    const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!k || event.defaultPrevented || document.querySelector("dialog[open]:not(#palette)")) return;
    if (openPalette()) event.preventDefault();
  });
}

class Palette {
  private readonly field: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly pane: HTMLElement;
  private readonly seen = new Map<string, string>();
  private shownFor: string | null = null; // the words whose options are on the screen
  private drawn = ""; // these options, as the server drew them
  private marked: HTMLElement | null = null;
  private asked: AbortController | undefined;
  private search: LookedFor | null = null; // what is on the screen, until it is told of, or counted elsewhere
  private timer = 0;
  private lookingTimer = 0;
  private last = 0; // when something was asked
  private waits = false; // for the answer
  private stale = false; // something has changed since it was asked for
  private filled = ""; // what the preview shows
  private previewTimer = 0;
  private previewAsked: AbortController | undefined;

  constructor(private readonly dialog: HTMLDialogElement) {
    this.field = dialog.querySelector<HTMLInputElement>("input[name=q]")!;
    this.list = dialog.querySelector<HTMLElement>("#palette-list")!;
    this.pane = dialog.querySelector<HTMLElement>("#palette-preview")!;
    this.field.addEventListener("input", () => this.askSoon());
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    dialog.querySelector("form")?.addEventListener("submit", (event) => this.onSubmit(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.onClick(event));
    this.list.addEventListener("auxclick", (event) => this.noteChosen(event.target));
    this.list.addEventListener("pointermove", (event) => {
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
      if (option && option !== this.marked && (event.movementX || event.movementY)) this.mark(option);
    });
    this.pane.addEventListener("click", (event) => {
      this.noteChosen(event.target);
      const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-copy-preview]") : null;
      if (button) void this.copy(button);
    });
    dialog.addEventListener("close", () => this.reset());
    document.addEventListener("live:changed", () => this.seen.clear());
    document.addEventListener("live:fresh", () => this.renew());
    document.addEventListener("live:leaving", () => this.dialog.close());
  }

  open(): void {
    if (this.dialog.open) {
      this.field.select();
      return;
    }
    this.field.value = "";
    this.say("");
    this.dialog.showModal(); // closing it gives the focus back to where it was
    this.field.focus();
    void this.ask("");
  }

  private get words(): string {
    return this.field.value.trim().replace(/\s+/g, " ");
  }

  private get options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private reset(): void {
    this.tell();
    clearTimeout(this.timer);
    clearTimeout(this.previewTimer);
    this.looking(false);
    this.asked?.abort();
    this.previewAsked?.abort();
    this.list.replaceChildren();
    this.empty();
    this.pane.hidden = true;
    this.shownFor = null;
    delete this.list.dataset["shows"];
    this.drawn = "";
    this.seen.clear();
    this.mark(null);
    this.field.setAttribute("aria-expanded", "false");
  }

  /** One question at a time: the next waits for the answer, but not long. Who types slowly never waits. */
  private askSoon(): void {
    clearTimeout(this.timer);
    if (!this.waits) return void this.ask(this.words);
    this.timer = window.setTimeout(() => void this.ask(this.words), Math.max(0, this.last + WAIT_MS - performance.now()));
  }

  private async ask(words: string): Promise<void> {
    this.last = performance.now();
    clearTimeout(this.timer);
    this.asked?.abort();
    const asking = (this.asked = new AbortController());
    this.waits = true;
    this.looking(words !== this.shownFor); // what is asked anew for the same words changes without a word
    try {
      const answer = await fetch(`/palette/?${new URLSearchParams({ q: words })}`, { signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const html = await answer.text();
      if (this.dialog.open && this.words === words) this.show(words, html);
    } catch (problem) {
      if (problem instanceof DOMException && problem.name === "AbortError") return;
      this.looking(false);
      this.say(this.dialog.dataset["textFailed"] ?? "");
    } finally {
      if (this.asked === asking) this.answered(words);
    }
  }

  /** What was typed meanwhile is asked at once. */
  private answered(words: string): void {
    const anew = this.stale || this.words !== words;
    this.waits = this.stale = false;
    if (this.dialog.open && anew) void this.ask(this.words);
  }

  /** An answer is on its way. It is said, and seen (`aria-busy`), only when it takes long enough to wonder. */
  private looking(on: boolean): void {
    clearTimeout(this.lookingTimer);
    if (on) {
      this.lookingTimer = window.setTimeout(() => {
        this.list.setAttribute("aria-busy", "true");
        this.say(this.dialog.dataset["textLooking"] ?? "");
      }, LOOKING_MS);
    } else if (this.list.hasAttribute("aria-busy")) {
      this.list.removeAttribute("aria-busy");
      this.say("");
    }
  }

  /** The page beneath was brought up to date: what is open here is too. What was taken away goes, also its preview. */
  private renew(): void {
    this.seen.clear();
    if (this.waits) this.stale = true; // the answer on its way may be older than that
    else if (this.dialog.open) void this.ask(this.words);
  }

  private show(words: string, html: string): void {
    this.looking(false);
    const again = words === this.shownFor;
    const marked = again && this.marked ? nameOf(this.marked) : "";
    if (again && html === this.drawn) return this.showPreview(this.marked?.dataset["preview"] ?? "");
    this.list.innerHTML = html; // our own page
    this.addPageActions(words);
    this.shownFor = this.list.dataset["shows"] = words;
    this.drawn = html;
    this.options.forEach((option, at) => (option.id = `palette-option-${at}`));
    this.field.setAttribute("aria-expanded", String(this.options.length > 0));
    this.mark(this.options.find((option) => nameOf(option) === marked) ?? this.options[0] ?? null);
    if (again) return;
    const found = this.list.querySelectorAll("[data-preview]").length;
    this.search = new LookedFor(words, found);
    if (words) this.sayFound(found);
  }

  /** How many articles answer, also those that "All 11 answers" leads to; people and pages are found as well. */
  private sayFound(shown: number): void {
    const all = Math.max(shown, Number(this.list.querySelector<HTMLElement>("[data-total]")?.dataset["total"] ?? 0));
    const { textFound = "", textNone = "", textOther = "" } = this.dialog.dataset;
    const other = this.list.querySelector("[role=option]:not([data-preview], [data-search], [data-missing])") !== null;
    this.say(all ? textFound.replace("{count}", String(all)) : other ? textOther : textNone);
  }

  /** What the page beneath can do: its controls with a key of their own, or that had one before the reader switched keys off. */
  private addPageActions(words: string): void {
    const typed = words.toLocaleLowerCase().split(" ").filter(Boolean);
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", this.dialog.dataset["textPage"] ?? "");
    const label = document.createElement("p");
    label.className = "label";
    label.textContent = this.dialog.dataset["textPage"] ?? "";
    group.append(label);
    for (const control of document.querySelectorAll<HTMLElement>(ACTIONS)) {
      if (!control.checkVisibility()) continue;
      const name = (control.getAttribute("aria-label") ?? control.querySelector("[data-label], .words")?.textContent ?? control.textContent ?? "").trim();
      const parts = name.toLocaleLowerCase().split(/\s+/);
      if (!name || !typed.every((word) => parts.some((part) => part.startsWith(word)))) continue;
      group.append(pageAction(name, control));
    }
    if (group.children.length > 1) this.list.append(group);
  }

  private mark(option: HTMLElement | null): void {
    this.marked?.setAttribute("aria-selected", "false");
    this.marked = option;
    if (!option) {
      this.field.removeAttribute("aria-activedescendant");
    } else {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.field.setAttribute("aria-activedescendant", option.id);
    }
    this.showPreview(option?.dataset["preview"] ?? "");
    lookAhead(option instanceof HTMLAnchorElement && option.dataset["preview"] ? option.href : "");
  }

  private onKey(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      const options = this.options;
      const at = this.marked ? options.indexOf(this.marked) : -1;
      this.mark(options[(at + step + options.length) % options.length] ?? null);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void this.copyMarked();
    } else if (isWidenKey(event)) {
      event.preventDefault();
      if (this.list.querySelector("[data-widens]")) void this.widen();
    } else if (event.key === "Escape") {
      event.preventDefault(); // a search field would first empty itself
      this.dialog.close();
    }
  }

  /** Enter. What was typed since the options were drawn is searched: nothing is opened that was not seen. */
  private onSubmit(event: Event): void {
    if (this.words === "" && !this.marked) return event.preventDefault();
    if (this.shownFor !== this.words) return void (this.search = null); // the form leads to the search page, which counts
    event.preventDefault();
    if (this.marked) this.follow(this.marked);
  }

  private onClick(event: MouseEvent): void {
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
    if (option?.dataset["preview"]) this.search?.use();
    if (!option) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return this.noteChosen(option); // the browser's own ways to open a link
    event.preventDefault();
    this.follow(option);
  }

  /** From now on everything is found, here and in lists. */
  private async widen(): Promise<void> {
    if (await widen()) await this.ask(this.words);
  }

  private follow(option: HTMLElement): void {
    if ("widens" in option.dataset) return void this.widen();
    const control = controls.get(option);
    const href = option.getAttribute("href");
    if (option.dataset["preview"]) this.search?.use();
    else this.search = null; // no search for an answer, or one that the search page counts
    this.tell();
    if (control) {
      this.dialog.close();
      control.click();
    } else if (href) {
      this.noteChosen(option);
      clearTimeout(this.previewTimer); // the server has the page to draw now
      this.previewAsked?.abort();
      location.assign(href);
    }
  }

  private tell(): void {
    this.search?.tell();
    this.search = null;
  }

  /** An article is chosen among what was found for the words that are shown: in the list, or in its preview. */
  private noteChosen(target: EventTarget | null): void {
    const link = target instanceof Element ? target.closest<HTMLElement>("[data-preview], footer a.primary") : null;
    if (link) noteAsked(this.shownFor ?? "", link.dataset["preview"] ?? this.pane.dataset["shows"]);
  }

  private showPreview(id: string): void {
    clearTimeout(this.previewTimer);
    this.previewAsked?.abort();
    this.pane.hidden = id === "";
    if (this.pane.hidden) this.empty(); // nothing stays behind that nobody sees
    if (!id || !this.pane.checkVisibility()) return;
    this.pane.inert = this.pane.dataset["shows"] !== id; // what is the answer of another row is not to be used
    const known = this.seen.get(id);
    if (known !== undefined) return this.fill(id, known);
    this.previewTimer = window.setTimeout(() => void this.askPreview(id), PREVIEW_MS);
  }

  private async askPreview(id: string): Promise<string | null> {
    const known = this.seen.get(id);
    if (known !== undefined) return known;
    const asking = (this.previewAsked = new AbortController());
    try {
      const answer = await fetch(`/articles/${id}/preview/`, { signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const html = await answer.text();
      if (this.seen.size >= KEPT) this.seen.clear();
      this.seen.set(id, html);
      if (this.marked?.dataset["preview"] === id) this.fill(id, html);
      return html;
    } catch (problem) {
      if (problem instanceof DOMException && problem.name === "AbortError") return null;
      this.empty(); // it may be no longer there for this reader
      this.pane.textContent = this.dialog.dataset["textPreviewFailed"] ?? "";
      return null;
    }
  }

  private fill(id: string, html: string): void {
    const same = this.pane.dataset["shows"] === id;
    this.pane.inert = false;
    if (same && html === this.filled) return; // somebody may have selected words in it
    this.pane.innerHTML = html; // our own page, made of a checked document for this reader
    this.filled = html;
    this.pane.dataset["shows"] = id;
    if (!same) this.pane.scrollTop = 0;
  }

  private empty(): void {
    this.pane.replaceChildren();
    this.pane.inert = false;
    delete this.pane.dataset["shows"];
    this.filled = "";
  }

  /** Copy the marked answer without opening it, also where there is no room for the preview. */
  private async copyMarked(): Promise<void> {
    const id = this.marked?.dataset["preview"];
    const html = id ? await this.askPreview(id) : null;
    if (!id || html === null) return;
    const page = new DOMParser().parseFromString(html, "text/html");
    const body = page.querySelector<HTMLElement>("[data-preview-body]");
    const button = this.pane.querySelector<HTMLButtonElement>("[data-copy-preview]") ?? document.createElement("button");
    const first = page.querySelector<HTMLElement>("[data-copy-preview]")?.dataset["first"]; // also where the preview has no room
    this.search?.use();
    if (body) this.say(await copyAnswer(document.importNode(body, true), button, first));
  }

  private async copy(button: HTMLButtonElement): Promise<void> {
    const body = this.pane.querySelector<HTMLElement>("[data-preview-body]");
    this.search?.use();
    if (body) this.say(await copyAnswer(body, button));
  }

  private say(words: string): void {
    const voice = this.dialog.querySelector("#palette-said"); // what is outside of a modal dialog is not read out
    if (voice) voice.textContent = words;
  }
}

/** What makes an option this one also when the list is drawn again. */
function nameOf(option: HTMLElement): string {
  return option.getAttribute("href") ?? option.textContent ?? "";
}

const controls = new WeakMap<HTMLElement, HTMLElement>();

function pageAction(name: string, control: HTMLElement): HTMLElement {
  const option = document.createElement("div");
  option.className = "option";
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const words = document.createElement("span");
  words.className = "words";
  words.textContent = name;
  const icon = control.querySelector("svg")?.cloneNode(true);
  option.append(...(icon ? [icon] : []), words);
  const key = control.getAttribute("aria-keyshortcuts");
  if (key) {
    const shown = document.createElement("kbd");
    shown.textContent = key.toUpperCase();
    option.append(shown);
  }
  controls.set(option, control);
  return option;
}
