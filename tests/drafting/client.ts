// A draft as a browser opens it, in Node: no IndexedDB here, so it also shows what happens where nothing can be kept.
import { Copies } from "../../static/src/drafting/copies";
import { Draft } from "../../static/src/drafting/draft";
import { openRequests, updatesAddress } from "../../static/src/drafting/requests";
import { openSocket } from "../../static/src/drafting/socket";
import { PACE, type Pace } from "../../static/src/drafting/ways";

const page = new EventTarget();
export const network = { onLine: true };

Object.assign(globalThis, {
  addEventListener: page.addEventListener.bind(page),
  document: Object.assign(new EventTarget(), { visibilityState: "visible", cookie: "csrftoken=key" }),
});
Object.defineProperty(globalThis, "navigator", { value: network });

/** What the browser tells a page: "online", "offline". */
export function happens(name: "online" | "offline"): void {
  network.onLine = name === "online";
  page.dispatchEvent(new Event(name));
}

export const HURRY: Pace = {
  ...PACE, open: 400, silence: 200, answer: 200, blink: 100, firstRetry: 30, longestRetry: 60, busyRetry: 50, doubt: 300, blocked: 300, coalesce: 5, coalesceSlow: 30,
};

const fetched = globalThis.fetch;

export function join(host: string, options: { mayWrite?: boolean } = {}): Draft {
  globalThis.fetch = (address, init) => fetched(`http://${host}${String(address)}`, init);
  return new Draft({
    article: 7,
    title: "Fees",
    user: { id: 1, name: "Ella", colour: 1 },
    mayWrite: options.mayWrite ?? true,
    savedAt: null,
    copies: new Copies("1"),
    pace: HURRY,
    openers: (doc, since) => ({
      socket: (listener) => openSocket(`ws://${host}/ws/articles/7/draft/?schema=1&user=1`, doc, HURRY, listener),
      requests: (listener) => openRequests(updatesAddress(7, 1, 1), since(), HURRY, listener, doc.clientID),
    }),
  });
}

/** Wait until something is true; a test that waits for three seconds has failed. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const begin = Date.now(); !holds(); await new Promise((go) => setTimeout(go, 5))) {
    if (Date.now() - begin > 3_000) throw new Error(`never: ${what}`);
  }
}
