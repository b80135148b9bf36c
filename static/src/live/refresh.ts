// Brings everything else on the page up to date: one request for the page as it is now, of which the live regions are
// taken over. The server draws pages; the client keeps no second copy of what it knows.
import { dropSingleKeys } from "../keys";
import { isAbsent, openArticle, openVersion, showText, showVersion, takeAway } from "./article";
import { morph } from "./morph";

const APART_MS = 2_500; // at the least between two requests, however much happens
const AGAIN_MS = 5_000; // after an answer that could not be used
const INDEX_MS = 500; // until the index is looked at again, then twice as long each time …
const INDEX_TRIES = 7; // … a minute in all: where nothing indexes, the next event asks again

export interface Reading {
  /** The newest event that the fetched page has in it. */
  read(cursor: number): void;
  signedOut(): void;
}

export class Refresher {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = Infinity;
  private last = 0;
  private running = false;
  private waiting = false;
  private toldAt = 0;
  private indexTries = 0;

  constructor(private readonly reading: Reading) {
    this.askWhileIndexing(document);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.waiting) this.soon(0);
    });
  }

  /** Somebody may see more or less than before: at once, also on a page that nobody looks at now. */
  now(): void {
    this.schedule(100 + Math.random() * 300);
  }

  /** Its reader changed something, and waits. */
  atOnce(): void {
    this.schedule(0);
  }

  /** Something may look different. Hidden pages wait until they are looked at; all others do not ask at one time. */
  soon(spreadMs = 1_200): void {
    if (document.visibilityState === "hidden") this.waiting = true;
    else this.schedule(250 + Math.random() * spreadMs);
  }

  /** The number on the bell came with event `seq`: a page that was drawn before it does not put an older one there. */
  told(seq: number): void {
    this.toldAt = seq;
  }

  private schedule(delayMs: number): void {
    const at = Math.max(Date.now() + delayMs, delayMs < 500 ? 0 : this.last + APART_MS);
    if (at >= this.due) return;
    this.due = at;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), at - Date.now());
  }

  private async run(): Promise<void> {
    this.due = Infinity;
    if (this.running) {
      this.schedule(500);
      return;
    }
    this.running = true;
    this.waiting = false;
    this.last = Date.now();
    try {
      await this.fetch();
    } catch {
      this.again(); // the network is away: the connection says so
    } finally {
      this.running = false;
    }
  }

  private again(): void {
    this.waiting = true;
    setTimeout(() => this.waiting && this.soon(), AGAIN_MS);
  }

  private async fetch(): Promise<void> {
    const asked = location.href;
    const answer = await fetch(asked, { headers: { "X-Live": "1" }, cache: "no-store" });
    if (location.href !== asked) return this.soon(0); // somebody has chosen other filters meanwhile
    const arrived = new URL(answer.url);
    if (answer.status === 401 || (answer.redirected && arrived.pathname.startsWith("/accounts/"))) {
      this.reading.signedOut();
    } else if (answer.status === 404 || answer.status === 403) {
      if (openArticle() !== null) takeAway();
      else if (isAbsent()) return; // this page says so already
      else if (document.dispatchEvent(new CustomEvent("live:gone", { cancelable: true }))) location.reload();
    } else if (answer.ok) {
      const text = await answer.text();
      if (location.href !== asked) return this.soon(0);
      if (isAbsent()) return location.reload(); // it is there again for this reader
      this.take(new DOMParser().parseFromString(text, "text/html"));
    } else {
      this.again();
    }
  }

  private take(page: Document): void {
    dropSingleKeys(page);
    this.takeArticle(page);
    const cursor = Number(page.body.dataset["cursor"]);
    keepTokens(page);
    for (const region of document.querySelectorAll<HTMLElement>("[data-live][id]")) {
      if (region.id === "bell" && cursor < this.toldAt) continue;
      const fresh = page.getElementById(region.id);
      if (fresh && morph(region, document.importNode(fresh, true))) {
        document.dispatchEvent(new CustomEvent("live:changed", { detail: { region } }));
      }
    }
    if (cursor > 0) this.reading.read(cursor);
    this.askWhileIndexing(page);
    document.dispatchEvent(new CustomEvent("live:fresh"));
  }

  /** What was searched may be older than what the page knows of: ask again until the index has it, but not for ever. */
  private askWhileIndexing(page: Document): void {
    if (!page.getElementById("index-behind")) this.indexTries = 0;
    else if (this.indexTries < INDEX_TRIES) {
      const wait = INDEX_MS * 2 ** this.indexTries++;
      setTimeout(() => this.schedule(Math.random() * 200), wait);
    }
  }

  /** The text: a newer version than the one shown, or the same as it is now for this reader. */
  private takeArticle(page: Document): void {
    const main = page.querySelector<HTMLElement>("main[data-article]");
    const body = page.getElementById("article-body");
    if (!main || !body || Number(main.dataset["article"]) !== openArticle()) return;
    const number = Number(main.dataset["version"]);
    if (number > openVersion()) {
      const title = page.getElementById("article-title")?.textContent ?? "";
      showVersion({ number, title, html: body.innerHTML, who: "", when: null, note: "" });
    } else if (number === openVersion()) {
      showText(body.innerHTML);
    }
  }
}

/** Each page has tokens of its own, all equally good: with those that are here a form is the same as before. */
function keepTokens(page: Document): void {
  const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.getAttribute("value");
  if (!token) return;
  for (const field of page.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.setAttribute("value", token);
}
