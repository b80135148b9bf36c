// Keeps one way to the draft open for as long as the page is: a socket, or requests where none passes; tries again with
// patience and jitter, at once when the machine or the network wakes, and gives up only when the server says why.
import { type Listener, MALFORMED, NOT_ALLOWED, OTHER_SCHEMA, type Pace, SIGNED_OUT, TOO_LARGE, TOO_MANY, type Way } from "./ways";

const FINAL = new Set([SIGNED_OUT, NOT_ALLOWED, OTHER_SCHEMA, TOO_LARGE]);
const MALFORMED_TIMES = 3; // once may be a proxy's doing; then it is ours, and asking again will not help
const TICK_MS = 1_000;

/** What the draft is told, besides what its ways tell. */
export interface Owner extends Omit<Listener, "closed" | "synced"> {
  /** This way is the one to use from now on; what is on another is to be sent again. */
  synced(way: Way): void;
  /** The way is gone, another one is looked for. */
  lost(): void;
  /** No more ways: the close code says why. */
  ended(code: number): void;
  /** Time has passed: what the label says may have changed. */
  tick(): void;
}

export interface Openers {
  socket(listener: Listener): Way;
  requests(listener: Listener): Way;
}

export class Connection {
  /** The way in use, once everything has come over it. */
  way: Way | null = null;
  /** When the server was last heard. */
  heard = Date.now();
  /** The server has no room for one more. */
  busy = false;
  private trying: Way | null = null;
  private failures = 0;
  private malformed = 0;
  private slow = false;
  private blockedBefore = false;
  private socketAgain = 0;
  private over = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private ticked = Date.now();
  private readonly unloading = new AbortController();

  constructor(
    private readonly openers: Openers,
    private readonly owner: Owner,
    private readonly pace: Pace,
  ) {}

  start(): void {
    const { signal } = this.unloading;
    addEventListener("online", () => this.wake(), { signal });
    addEventListener("offline", () => this.drop(), { signal });
    addEventListener("pagehide", () => this.drop(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.wake(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake(), { signal });
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    this.open();
  }

  stop(): void {
    this.over = true;
    this.unloading.abort();
    clearTimeout(this.retry);
    clearInterval(this.ticking);
    this.leave();
  }

  private open(): void {
    clearTimeout(this.retry);
    if (this.over) return;
    this.trying?.close();
    const open = this.slow ? this.openers.requests : this.openers.socket;
    this.trying = this.opened(open, this.slow);
  }

  private opened(open: Openers["socket"], slow: boolean): Way {
    const { owner } = this;
    const current = (): boolean => this.trying === way || this.way === way;
    const way: Way = open({
      ready: () => this.way === way && owner.ready(),
      stored: (count) => this.way === way && owner.stored(count),
      asked: (vector) => current() && owner.asked(vector),
      notice: (notice) => current() && owner.notice(notice),
      update: (update) => owner.update(update),
      awareness: (update) => owner.awareness(update),
      heard: () => {
        this.heard = Date.now();
        owner.heard();
      },
      synced: () => current() && this.use(way, slow),
      closed: (code, opened) => current() && this.closed(way, code, opened, slow),
    });
    return way;
  }

  private use(way: Way, slow: boolean): void {
    const before = this.way;
    this.way = way;
    this.trying = null;
    if (before !== way) before?.close();
    this.failures = 0;
    this.malformed = 0;
    this.busy = false;
    this.slow = slow;
    // The first time over requests, a socket may have failed only because the server was about to start.
    if (slow && !this.blockedBefore) this.socketAgain = Date.now() + this.pace.doubt;
    this.blockedBefore = slow;
    this.owner.synced(way);
  }

  private closed(way: Way, code: number, opened: boolean, slow: boolean): void {
    const inUse = this.way === way;
    if (inUse) this.way = null;
    else this.trying = null;
    this.malformed += code === MALFORMED ? 1 : 0;
    if (FINAL.has(code) || this.malformed >= MALFORMED_TIMES) return this.end(code);
    if (!slow && !opened && code !== TOO_MANY) {
      // Never a frame over a socket: perhaps something between us takes none. Requests show whether the server is there.
      if (this.way) {
        this.socketAgain = Date.now() + this.pace.blocked; // requests work: this was a look whether a socket opens again
        return;
      }
      const first = !this.slow;
      this.slow = navigator.onLine;
      this.owner.lost();
      if (first && this.slow) return this.open();
    } else {
      if (this.way) return;
      if (slow && !opened) this.slow = false;
      this.busy = code === TOO_MANY;
      this.owner.lost();
    }
    this.failures += 1;
    this.wait();
  }

  private end(code: number): void {
    this.stop();
    this.owner.ended(code);
  }

  private wait(): void {
    const { firstRetry, longestRetry, busyRetry } = this.pace;
    const longest = this.busy ? busyRetry : Math.min(longestRetry, firstRetry * 2 ** (this.failures - 1));
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), longest * (0.5 + Math.random() / 2));
  }

  private tick(): void {
    const slept = Date.now() - this.ticked > this.pace.asleep;
    this.ticked = Date.now();
    if (slept) this.wake();
    // Requests carry the text while a look is taken whether a socket opens by now.
    if (this.way?.kind === "slow" && !this.trying && Date.now() > this.socketAgain) {
      this.trying = this.opened(this.openers.socket, false);
    }
    this.owner.tick();
  }

  /** The ways are no good any more, whatever they say themselves. */
  private drop(): void {
    if (this.over) return;
    this.leave();
    this.owner.lost();
    this.failures = Math.max(this.failures, 3);
    this.wait();
  }

  private leave(): void {
    this.way?.close();
    this.trying?.close();
    this.way = this.trying = null;
  }

  /** The machine, the network or the reader is back. */
  private wake(): void {
    if (this.over) return;
    this.failures = 0;
    this.socketAgain = 0; // another network may let sockets through
    if (!this.blockedBefore) this.slow = false;
    if (!this.way) return this.trying ? undefined : this.open();
    if (Date.now() - this.heard < this.pace.asleep) return this.way.probe();
    this.leave();
    this.owner.lost();
    this.open();
  }
}

