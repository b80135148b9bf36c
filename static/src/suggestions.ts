// Titles as one types, in the search field of the top bar: a combobox after the WAI-ARIA authoring practices.
// Enter opens the title that is marked, or searches when none is. What is inside of one's topics comes first; Alt+G shows
// everything from then on, as G does in a list.
import { noteAsked } from "./asked";
import { say, text } from "./page";
import { isWidenKey, widen } from "./widen";

interface Suggestion {
  id: number;
  title: string;
  category: string;
  url: string;
  outside?: boolean;
}

interface Found {
  items: Suggestion[];
  count_outside?: number;
}

const WAIT_MS = 90;
const LEAST_LETTERS = 2;

export function startSuggestions(): void {
  const form = document.getElementById("search");
  const field = form?.querySelector<HTMLInputElement>("input[name=q]");
  if (form && field) new Suggestions(form, field);
}

class Suggestions {
  private readonly list = document.createElement("ul");
  private shown: Found = { items: [] };
  private words = "";
  private marked = -1;
  private asked: AbortController | undefined;
  private timer = 0;

  constructor(form: HTMLElement, private readonly field: HTMLInputElement) {
    this.list.className = "suggestions";
    this.list.id = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", text("suggestions"));
    form.append(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) field.setAttribute(name, value);
    field.addEventListener("input", () => this.askSoon());
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.onClick(event));
  }

  private askSoon(): void {
    clearTimeout(this.timer);
    this.asked?.abort();
    if (this.field.value.trim().length < LEAST_LETTERS) return this.close();
    this.timer = window.setTimeout(() => void this.ask(this.field.value.trim()), WAIT_MS);
  }

  private async ask(words: string): Promise<void> {
    this.asked = new AbortController();
    try {
      const url = `/api/v1/search/suggest?${new URLSearchParams({ q: words, scope: "shown" })}`;
      const answer = await fetch(url, { signal: this.asked.signal, credentials: "same-origin" });
      if (!answer.ok) return this.close();
      const found = (await answer.json()) as Found;
      if (document.activeElement === this.field) this.open(found, words);
    } catch {
      this.close(); // suggestions are a convenience: searching works without them
    }
  }

  private open(found: Found, words: string): void {
    this.shown = found;
    this.words = words;
    const inside = found.items.filter((item) => !item.outside).map((item) => option(item, words));
    const outside = found.items.filter((item) => item.outside).map((item) => option(item, words));
    const count = found.count_outside ?? 0;
    this.list.replaceChildren(...inside, ...(count > 0 ? [divider(count), ...outside, widener()] : []));
    this.options.forEach((row, index) => (row.id = `suggestion-${index}`));
    this.list.hidden = this.options.length === 0;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(-1);
    if (found.items.length) {
      say(text("suggestions-found", { count: found.items.length }) + (count > 0 ? ` ${text("outside", { count })}` : ""));
    }
  }

  private get options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  /** From now on everything is shown, here and in lists; what was asked is asked again. */
  private async widen(): Promise<void> {
    if (await widen()) void this.ask(this.field.value.trim());
  }

  /** Show again what was found for these words; false when they are others now. */
  private openAgain(): boolean {
    if (this.shown.items.length === 0 || this.field.value.trim() !== this.words) return false;
    this.open(this.shown, this.words);
    return true;
  }

  private close(): void {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  private mark(index: number): void {
    this.marked = index;
    this.options.forEach((row, at) => {
      row.setAttribute("aria-selected", String(at === index));
      if (at === index) row.scrollIntoView({ block: "nearest" });
    });
    if (index < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `suggestion-${index}`);
  }

  private onKey(event: KeyboardEvent): void {
    const isOpen = !this.list.hidden;
    if (isWidenKey(event)) {
      if (!isOpen) return; // the page widens
      event.preventDefault();
      void this.widen();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen && !this.openAgain()) return this.askSoon();
      const places = this.options.length + 1; // the field itself is one of them
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.mark(((this.marked + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && isOpen && this.marked >= 0) {
      event.preventDefault();
      this.follow(this.marked);
    } else if (event.key === "Escape") {
      if (isOpen) this.close();
      else if (this.field.value) this.field.value = "";
      else this.field.blur();
      event.preventDefault();
    }
  }

  private onClick(event: MouseEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
    if (row) this.follow(this.options.indexOf(row));
  }

  private follow(index: number): void {
    const row = this.options[index];
    if (row?.dataset["url"]) {
      noteAsked(this.words, row.dataset["article"]);
      location.assign(row.dataset["url"]);
    } else if (row) {
      void this.widen();
    }
  }
}

/** What comes after it is outside of one's topics. */
function divider(count: number): HTMLLIElement {
  const row = document.createElement("li");
  row.className = "label";
  row.setAttribute("role", "presentation");
  row.textContent = text("outside", { count });
  return row;
}

function widener(): HTMLLIElement {
  const row = document.createElement("li");
  row.className = "widen";
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  const key = document.createElement("small");
  key.setAttribute("aria-hidden", "true");
  key.innerHTML = "<kbd>Alt</kbd> <kbd>G</kbd>";
  const words = document.createElement("span");
  words.textContent = text("widen");
  row.append(words, " ", key);
  return row;
}

function option(item: Suggestion, words: string): HTMLLIElement {
  const row = document.createElement("li");
  row.dataset["url"] = item.url;
  row.dataset["article"] = String(item.id);
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  const title = document.createElement("span");
  title.append(...withMarks(item.title, words));
  const where = document.createElement("small");
  where.textContent = item.category;
  row.append(title, " ", where);
  return row;
}

/** The title, with the beginnings of its words that were typed in <mark>. */
function withMarks(title: string, words: string): Node[] {
  const typed = words.split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (typed.length === 0) return [document.createTextNode(title)];
  return title.split(new RegExp(`(?<![\\p{L}\\p{N}])(${typed.join("|")})`, "iu")).map((part, index) => {
    if (index % 2 === 0) return document.createTextNode(part);
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  });
}
