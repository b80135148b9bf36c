// A list of hits: J, K and the arrow keys select, Enter opens, Y copies the answer; where there is room, the selected
// one is shown beside the list. One hit is always selected, so that Enter and Y work at once.
import { lookAhead } from "./ahead";
import { copyChosen } from "./copy";
import { isTyping } from "./page";

const WAIT_MS = 90; // who holds J down does not ask for everything on the way
const KEPT = 40;

export function startResults(): void {
  if (document.querySelector("#results, form.filters")) new Results();
}

class Results {
  private selected = ""; // the id of the article
  private copyWhenShown = ""; // Y was pressed before its answer was there
  private readonly seen = new Map<string, string>();
  private asked: AbortController | undefined;
  private timer = 0;

  constructor() {
    document.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("focusin", (event) => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-hit]") : null;
      if (row) this.select(row);
    });
    document.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-copy-preview]") : null;
      if (button) void this.copy(button);
    });
    matchMedia("(min-width: 80rem)").addEventListener("change", () => this.refresh());
    document.addEventListener("live:changed", () => {
      this.seen.clear(); // the answer may have changed with the list
      const pane = document.getElementById("hit-preview");
      if (pane) pane.dataset["shows"] = "";
      this.refresh();
    });
    // The filters swap the list.
    const list = document.getElementById("main");
    if (list) new MutationObserver(() => this.refresh()).observe(list, { childList: true });
    this.refresh();
  }

  private get rows(): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>('[data-keys="results"] > [data-hit]')];
  }

  private get pane(): HTMLElement | null {
    const pane = document.getElementById("hit-preview");
    return pane?.checkVisibility() ? pane : null;
  }

  /** Select again what was selected, or the first. */
  private refresh(): void {
    const rows = this.rows;
    const pane = document.getElementById("hit-preview");
    if (pane) pane.hidden = rows.length === 0;
    pane?.closest(".frame")?.classList.toggle("previewed", rows.length > 0);
    const row = rows.find((one) => one.dataset["hit"] === this.selected) ?? rows[0];
    if (row) this.select(row);
    else lookAhead("");
  }

  private select(row: HTMLElement): void {
    for (const one of this.rows) one.toggleAttribute("data-selected", one === row);
    this.selected = row.dataset["hit"] ?? "";
    this.show(this.selected);
    lookAhead(row.querySelector<HTMLAnchorElement>("h2 a")?.href ?? "");
  }

  private onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const single = document.body.dataset["singleKeys"] === "1";
    const inList = event.target === document.body || (event.target instanceof Element && event.target.closest("[data-hit]") !== null);
    const key = event.key.toLowerCase();
    if (single && (key === "j" || key === "k")) this.walk(event, key === "j" ? 1 : -1);
    else if (inList && (key === "arrowdown" || key === "arrowup")) this.walk(event, key === "arrowdown" ? 1 : -1);
    else if (key === "enter" && event.target === document.body) this.open(event);
    else if (single && key === "y") this.copyByKey(event);
  }

  private walk(event: KeyboardEvent, step: 1 | -1): void {
    const rows = this.rows;
    const here = rows.findIndex((row) => row.dataset["hit"] === this.selected);
    const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
    if (!next) return;
    event.preventDefault();
    next.querySelector<HTMLElement>("h2 a")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  private open(event: KeyboardEvent): void {
    const row = this.rows.find((one) => one.dataset["hit"] === this.selected);
    const link = row?.querySelector<HTMLAnchorElement>("h2 a");
    if (!link) return;
    event.preventDefault();
    link.click();
  }

  private copyByKey(event: KeyboardEvent): void {
    const pane = this.pane;
    const button = pane?.querySelector<HTMLButtonElement>("[data-copy-preview]");
    if (pane?.inert) this.copyWhenShown = this.selected;
    if (!button || pane?.inert) return;
    event.preventDefault();
    button.click(); // as with the mouse: also counted (desk/flagging.ts)
  }

  private async copy(button: HTMLButtonElement): Promise<void> {
    const body = this.pane?.querySelector<HTMLElement>("[data-preview-body]");
    if (body) await copyChosen(body, button);
  }

  private show(id: string): void {
    const pane = this.pane;
    if (!pane || pane.dataset["shows"] === id) return;
    clearTimeout(this.timer);
    this.asked?.abort();
    pane.inert = true; // what is the answer of another hit is not to be used
    const known = this.seen.get(id);
    if (known !== undefined) return fill(pane, id, known);
    pane.setAttribute("aria-busy", "true");
    // The first one at once: nobody is walking yet.
    this.timer = window.setTimeout(() => void this.ask(id), pane.dataset["shows"] ? WAIT_MS : 0);
  }

  private async ask(id: string): Promise<void> {
    const pane = this.pane;
    if (!pane) return;
    this.asked = new AbortController();
    try {
      const answer = await fetch(`/articles/${id}/preview/`, { signal: this.asked.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const html = await answer.text();
      if (this.seen.size >= KEPT) this.seen.clear();
      this.seen.set(id, html);
      if (this.selected === id) fill(pane, id, html);
      if (this.copyWhenShown === id) pane.querySelector<HTMLButtonElement>("[data-copy-preview]")?.click();
      this.copyWhenShown = "";
    } catch (problem) {
      if (problem instanceof DOMException && problem.name === "AbortError") return;
      const line = document.createElement("p");
      line.className = "help";
      line.textContent = pane.dataset["textFailed"] ?? "";
      pane.replaceChildren(line);
      filled = "";
      pane.inert = false;
      delete pane.dataset["shows"];
      pane.setAttribute("aria-busy", "false");
    }
  }
}

let filled = ""; // what the pane was filled with

function fill(pane: HTMLElement, id: string, html: string): void {
  // The same again is left alone: somebody may have selected words in it.
  if (html !== filled || pane.childElementCount === 0) pane.innerHTML = html; // our own page, made of a checked document
  filled = html;
  pane.dataset["shows"] = id;
  pane.inert = false;
  pane.setAttribute("aria-busy", "false");
}
