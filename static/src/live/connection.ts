// Keeps one way to the server open for as long as the page is: tries again with patience, resumes after the last
// event seen, and knows at any moment how far what the page shows can be trusted.
import { type Frame, SIGNED_OUT, type Transport } from "./frames";
import { openSocket } from "./socket";
import { openStream } from "./stream";

/** `slow` is live over a stream; `off` carries the time at which the server was last heard. */
export type State = { name: "connecting" | "live" | "slow" | "catch" } | { name: "off"; since: Date };

export interface Page {
  frame(frame: Frame): void;
  state(state: State): void;
  signedOut(): void;
  /** The articles on this page, for the server. */
  articles(): readonly number[];
}

const SILENCE_MS = 60_000; // the server says something every 25 s
const ASLEEP_MS = 30_000; // after waking, a way that was silent for longer is not trusted
const BLINK_MS = 4_000; // shorter gaps are "catching up", longer ones "offline"
const SETTLED_MS = 300;
const DOUBT_MS = 20_000; // after a socket failed once: perhaps the server was just starting
const SOCKET_AGAIN_MS = 5 * 60_000; // after it failed while a stream worked: something between takes none
const LONGEST_WAIT_MS = 30_000;

export class Connection {
  private way: Transport | null = null;
  private streaming = false;
  private failures = 0;
  private heard: number;
  private lost: number | null = null;
  private promised = 0;
  private socketAgain = 0;
  private blocked = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private ticked = Date.now();

  constructor(
    private readonly page: Page,
    private cursor: number | null,
  ) {
    this.heard = Date.now();
  }

  start(): void {
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.drop(true));
    addEventListener("pagehide", () => this.stop());
    addEventListener("pageshow", (event) => event.persisted && this.open());
    document.addEventListener("visibilitychange", () => this.look());
    setInterval(() => this.tick(), 2_000);
    this.open();
  }

  /** Continue after this event: the page shows everything up to it. */
  resumeAfter(cursor: number): void {
    this.cursor = Math.max(this.cursor ?? 0, cursor);
  }

  private open(): void {
    clearTimeout(this.retry);
    this.way?.close();
    const listener = {
      frame: (frame: Frame) => this.hear(frame),
      closed: (code: number, opened: boolean) => this.closed(code, opened),
    };
    if (this.streaming && Date.now() > this.socketAgain) this.streaming = false;
    const open = this.streaming ? openStream : openSocket;
    this.way = open(this.cursor, this.page.articles(), listener);
  }

  private hear(frame: Frame): void {
    this.heard = Date.now();
    if (frame.type === "hello") {
      this.failures = 0;
      this.lost = null;
      this.blocked = this.streaming;
      this.promised = frame.cursor;
      const missed = this.cursor !== null && frame.cursor > this.cursor;
      if (missed) this.page.state({ name: "catch" });
      this.live(missed ? SETTLED_MS : 0);
    } else if (frame.type === "event") {
      this.cursor = frame.seq;
      if (this.settle !== undefined) this.live(SETTLED_MS);
    } else if (frame.type === "ping") {
      // Frames come in order: what was promised by the hello has all come before the first ping.
      this.resumeAfter(this.promised);
    }
    this.page.frame(frame);
  }

  /** Say "live" after a while in which nothing that was missed came any more. */
  private live(afterMs: number): void {
    clearTimeout(this.settle);
    this.settle = setTimeout(() => {
      this.settle = undefined;
      this.page.state({ name: this.streaming ? "slow" : "live" });
    }, afterMs);
  }

  private closed(code: number, opened: boolean): void {
    this.way = null;
    if (code === SIGNED_OUT) {
      this.stop();
      this.page.signedOut();
      return;
    }
    if (!opened && !this.streaming) {
      // Never a frame over a socket: perhaps something between us takes none. A stream shows whether the server is there.
      this.streaming = true;
      this.socketAgain = Date.now() + (this.blocked ? SOCKET_AGAIN_MS : DOUBT_MS);
      if (this.lost !== null) this.show();
      this.open();
      return;
    }
    if (!opened) this.streaming = false;
    this.failures += 1;
    this.show();
    const longest = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** (this.failures - 1));
    this.retry = setTimeout(() => this.open(), longest * (0.5 + Math.random() / 2));
  }

  /** What the label says while there is no way. */
  private show(): void {
    clearTimeout(this.settle);
    this.settle = undefined;
    this.lost ??= Date.now();
    const blinking = Date.now() - this.lost < BLINK_MS && navigator.onLine;
    this.page.state(blinking ? { name: "catch" } : { name: "off", since: new Date(this.heard) });
  }

  private tick(): void {
    const slept = Date.now() - this.ticked > ASLEEP_MS;
    this.ticked = Date.now();
    if (slept) this.wake();
    else if (this.streaming && this.way && Date.now() > this.socketAgain) this.open();
    else if (this.way && Date.now() - this.heard > SILENCE_MS) this.drop(false);
    else if (this.lost !== null) this.show();
  }

  /** The way is no good any more, whatever it says itself. */
  private drop(wait: boolean): void {
    this.way?.close();
    this.way = null;
    this.failures += 1;
    this.show();
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), wait ? 5_000 : Math.random() * 1_000);
  }

  /** The machine or the network is back. */
  private wake(): void {
    this.failures = 0;
    if (this.streaming && document.visibilityState === "hidden") return;
    if (this.lost === null && Date.now() - this.heard < ASLEEP_MS) return;
    this.show();
    this.open();
  }

  /** Hidden pages let go of a stream: a browser has six for all pages of a site, and pages themselves need some. */
  private look(): void {
    if (document.visibilityState === "visible") {
      if (!this.way || Date.now() - this.heard > ASLEEP_MS) this.wake();
    } else if (this.streaming && this.way) {
      this.way.close();
      this.way = null;
      this.show();
    }
  }

  private stop(): void {
    clearTimeout(this.retry);
    clearTimeout(this.settle);
    this.way?.close();
    this.way = null;
  }
}
