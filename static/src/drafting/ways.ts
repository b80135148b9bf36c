// A way to the server's draft: a socket, or requests where a socket cannot pass. Both look the same from outside.
import type { Notice } from "./wire";

/** Close codes (articles/drafts/seat.py); the slow way gives the same for HTTP statuses. */
export const BROKEN = 1006;
export const MALFORMED = 4400;
export const SIGNED_OUT = 4401;
export const NOT_ALLOWED = 4403;
export const OTHER_SCHEMA = 4409;
export const TOO_LARGE = 4413;
export const TOO_MANY = 4429;

export interface Way {
  readonly kind: "socket" | "slow";
  /** Whether an update may be given to it now; when that becomes true again it says `ready`. */
  takes(): boolean;
  /** Give it one update with content. The nth one given is stored when `stored(n)` has been said. */
  send(update: Uint8Array): void;
  /** Show the others where this person is. A slow way does so every few seconds. */
  show(awareness: Uint8Array): void;
  /** Is anybody there? When nothing comes within a few seconds it is closed as broken. */
  probe(): void;
  close(): void;
}

export interface Listener {
  /** Everything that the server had is in the document. */
  synced(): void;
  ready(): void;
  /** How many of the updates given to this way are stored. */
  stored(count: number): void;
  update(update: Uint8Array): void;
  awareness(update: Uint8Array): void;
  /** The server tells what it has, and takes what is missing there as an update. */
  asked(vector: Uint8Array): void;
  notice(notice: Notice): void;
  /** Any sign of life. */
  heard(): void;
  /** Said once, at the end. `opened`: whether anything ever came. */
  closed(code: number, opened: boolean): void;
}

/** How long things may take, in milliseconds; tests are in a hurry. */
export interface Pace {
  open: number; // until the first frame: a proxy that takes a socket and delivers nothing has blocked it
  silence: number; // after which one asks whether anybody is there
  answer: number; // how long the answer may take
  blink: number; // a shorter gap is no news
  asleep: number; // after waking, a way that was silent for longer is not trusted
  firstRetry: number;
  longestRetry: number;
  busyRetry: number; // when too many are here
  doubt: number; // a socket failed once and requests work: perhaps the server was just starting
  blocked: number; // it failed again: something between us takes none
  coalesce: number; // updates on a socket
  coalesceSlow: number; // updates by request
}

export const PACE: Pace = {
  open: 10_000,
  silence: 20_000,
  answer: 8_000,
  blink: 4_000,
  asleep: 30_000,
  firstRetry: 500,
  longestRetry: 20_000,
  busyRetry: 15_000,
  doubt: 2_000,
  blocked: 3 * 60_000,
  coalesce: 30,
  coalesceSlow: 400,
};
