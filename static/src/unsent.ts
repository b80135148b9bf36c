// What somebody writes is kept in this browser until the server has it: a session that ends, a crash or a dead network
// lose nothing. One copy per person and article; it goes when the text is saved, and with the person when they sign out.

const PREFIX = "kb-unsent:";
const SIGNED_OUT = "kb-signed-out"; // when, so that an editor in another tab does not keep its text again
const SIGN_OUT_MS = 60_000;
const WAIT_MS = 400;
const KEPT_DAYS = 14;
const FIELDS = ["title", "text", "category", "tags", "language", "owner", "review_date", "base"];

export interface Keeping {
  /** Under which name, beside the person; that of the form's article when there is none. */
  name?: string;
  fields?: string[];
  /** Called when the fields of a copy have been put back. */
  restored?(): void;
}

interface Copy {
  id: string;
  at: number;
  fields: Record<string, string>;
}

/** On every page: forget what was saved or is too old, and everything on sign-out. */
export function startForgetting(): void {
  const address = new URL(location.href);
  const saved = address.searchParams.get("saved");
  const oldest = Date.now() - KEPT_DAYS * 86_400_000;
  for (const key of keys()) {
    const copy = read(key);
    if (!copy || copy.at < oldest || (saved && copy.id === saved)) localStorage.removeItem(key);
  }
  if (saved) {
    address.searchParams.delete("saved");
    history.replaceState(history.state, "", address);
  }
  document.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement) || !event.target.action.endsWith("/accounts/logout/")) return;
    if (keys().length > 0 && !location.pathname.endsWith("/accounts/logout/")) {
      event.preventDefault(); // that page says what would be lost, and asks
      return location.assign(event.target.action);
    }
    noteSigningOut(); // now: the session may end in other tabs before the answer is here
    // Only when the page really goes: its writer may still be asked whether to leave, and stay.
    window.addEventListener("pagehide", forgetAll, { once: true });
  });
}

/** Keeps the copy of one form, guards against leaving it, and offers an older copy that was never saved. */
export class Unsent {
  private readonly key: string;
  private readonly id = Math.random().toString(36).slice(2) + Date.now().toString(36);
  private readonly opened: string;
  private timer = 0;
  private leaving = false;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly keeping: Keeping = {},
  ) {
    this.key = keyOf(keeping.name ?? form.dataset["editor"] ?? "");
    // What came back from the server unsaved counts as changed from the start.
    this.opened = form.hasAttribute("data-unsaved") ? "" : JSON.stringify(this.fields());
    form.append(hidden("copy", this.id));
    if (this.opened) this.offer();
    document.addEventListener("input", ({ target }) => target instanceof Element && "form" in target && target.form === form && this.keepSoon());
    document.addEventListener("visibilitychange", () => this.keep());
    document.addEventListener("live:leaving", () => {
      if (!signedOutHere()) this.keep();
      this.leaving = true; // the session is over: there is nothing to ask
    });
    form.addEventListener("submit", () => {
      this.keep();
      this.leaving = true;
    });
    window.addEventListener("pageshow", () => (this.leaving = false));
    window.addEventListener("beforeunload", (event) => {
      this.keep();
      if (!this.leaving && this.isChanged) event.preventDefault();
    });
  }

  get isChanged(): boolean {
    return JSON.stringify(this.fields()) !== this.opened;
  }

  private fields(): Record<string, string> {
    const data = new FormData(this.form);
    return Object.fromEntries((this.keeping.fields ?? FIELDS).filter((name) => data.has(name)).map((name) => [name, String(data.get(name))]));
  }

  /** Something was written. */
  keepSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), WAIT_MS);
  }

  private keep(): void {
    clearTimeout(this.timer);
    if (this.leaving) return;
    if (this.isChanged) write(this.key, { id: this.id, at: Date.now(), fields: this.fields() });
    else if (read(this.key)?.id === this.id) localStorage.removeItem(this.key);
  }

  private offer(): void {
    const copy = read(this.key);
    const place = document.getElementById("unsent-place");
    const template = document.getElementById("unsent-copy");
    if (!copy || !place || !(template instanceof HTMLTemplateElement)) return;
    if (this.says(copy)) return localStorage.removeItem(this.key);
    const notice = template.content.cloneNode(true) as DocumentFragment;
    const when = notice.querySelector("[data-slot=when]");
    if (when) when.textContent = new Date(copy.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    notice.querySelector("[data-restore]")?.addEventListener("click", () => {
      this.restore(copy);
      place.replaceChildren();
    });
    notice.querySelector("[data-forget]")?.addEventListener("click", () => {
      localStorage.removeItem(this.key);
      place.replaceChildren();
      this.form.querySelector<HTMLElement>("textarea")?.focus();
    });
    place.replaceChildren(notice);
  }

  /** Whether a copy says what the page says anyway. */
  private says(copy: Copy): boolean {
    const now = this.fields();
    return Object.entries(copy.fields).every(([name, value]) => name === "base" || now[name] === value);
  }

  private restore(copy: Copy): void {
    for (const [name, value] of Object.entries(copy.fields)) {
      const field = this.form.elements.namedItem(name);
      if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) field.value = value;
    }
    this.keeping.restored?.();
    this.keep();
    this.form.querySelector<HTMLElement>("textarea")?.focus();
  }
}

/** Keep a few words under a name until they are sent; `base` stood in their place. Empty ones, and `base` itself, are forgotten. */
export function keepWords(name: string, words: string, base = ""): void {
  const key = keyOf(name);
  if (words.trim() && words !== base) write(key, { id: name, at: Date.now(), fields: { words, base } });
  else if (read(key)) localStorage.removeItem(key);
}

/** What was kept under this name and written over `base`; empty when there is nothing. */
export function keptWords(name: string, base = ""): string {
  const kept = read(keyOf(name))?.fields;
  return kept && (kept["base"] ?? "") === base ? (kept["words"] ?? "") : "";
}

/** What these words were written over, where they are kept under this name. */
export function baseUnder(name: string, words: string): string | undefined {
  const kept = read(keyOf(name))?.fields;
  return kept?.["words"] === words ? (kept["base"] ?? "") : undefined;
}

function forgetAll(): void {
  keys().forEach((key) => localStorage.removeItem(key));
  noteSigningOut();
}

function noteSigningOut(): void {
  try {
    localStorage.setItem(SIGNED_OUT, String(Date.now()));
  } catch {
    // nothing was kept either
  }
}

/** Whether somebody has just signed out in this browser, rather than that a session ran out. */
function signedOutHere(): boolean {
  try {
    return Date.now() - Number(localStorage.getItem(SIGNED_OUT)) < SIGN_OUT_MS;
  } catch {
    return false;
  }
}

/** Where a copy of this person lies. */
function keyOf(name: string): string {
  return `${PREFIX}${document.body.dataset["user"] ?? ""}:${name}`;
}

function keys(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return []; // storage is switched off: then nothing was kept either
  }
}

function read(key: string): Copy | null {
  try {
    const copy = JSON.parse(localStorage.getItem(key) ?? "null") as Copy | null;
    return copy && typeof copy.at === "number" && typeof copy.fields === "object" ? copy : null;
  } catch {
    return null;
  }
}

function write(key: string, copy: Copy): void {
  try {
    localStorage.setItem(key, JSON.stringify(copy));
  } catch {
    // full or switched off: the guard against leaving still stands
  }
}

function hidden(name: string, value: string): HTMLInputElement {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  return field;
}
