// Tells the server what was looked for in the palette, and whether that led anywhere: once each time that it was open.
import { csrfToken } from "./csrf";

const LEAST = 2; // letters from which on texts are looked through
const LOOKED_AT_MS = 800; // what was on the screen for less was on the way to something else

/** What the palette shows for some words. */
export class LookedFor {
  private used = false;
  private readonly since = performance.now();

  constructor(
    private readonly words: string,
    private readonly found: number,
  ) {}

  /** One of the answers was opened, or copied. */
  use(): void {
    this.used = true;
  }

  /** It is over: whoever looked at it and took nothing searched in vain. */
  tell(): void {
    if (this.words.length < LEAST || (!this.used && performance.now() - this.since < LOOKED_AT_MS)) return;
    const body = new URLSearchParams({ q: this.words, found: String(this.found), opened: this.used ? "1" : "" });
    const headers = { "X-CSRFToken": csrfToken(), "X-Quiet": "1" };
    void fetch("/search/asked/", { method: "POST", headers, body, credentials: "same-origin", keepalive: true }).catch(() => undefined);
  }
}
