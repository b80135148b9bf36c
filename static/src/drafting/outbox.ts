// What was written here and is not stored on the server yet: nothing leaves this list before the server said so.
import * as Y from "yjs";

const MESSAGE = 200_000; // bytes: hours of writing offline go up in parts that every server takes

/** One update. `kept` tells how far the copy in this browser is; `id` is its number there. */
export interface Entry {
  readonly update: Uint8Array;
  readonly since: number;
  kept: "not yet" | "yes" | "no";
  id: number | null;
  stored: boolean;
}

export class Outbox {
  private waiting: Entry[] = [];
  private flights: Entry[][] = [];
  private landed = 0;

  add(entry: Entry): void {
    this.waiting.push(entry);
  }

  /** All that is not stored, in the order in which it was written. */
  get entries(): Entry[] {
    return [...this.flights.flat(), ...this.waiting];
  }

  get size(): number {
    return this.waiting.length + this.flights.reduce((sum, flight) => sum + flight.length, 0);
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** What to send next, as one update; it is on its way then. Null when there is nothing. */
  take(): Uint8Array | null {
    let bytes = 0;
    let count = 0;
    for (const entry of this.waiting) {
      if (count > 0 && bytes + entry.update.length > MESSAGE) break;
      bytes += entry.update.length;
      count += 1;
    }
    const flight = this.waiting.splice(0, count);
    if (flight.length === 0) return null;
    this.flights.push(flight);
    return flight.length === 1 ? flight[0]!.update : Y.mergeUpdates(flight.map((entry) => entry.update));
  }

  /** Something goes that is more than what waits here, and holds all of it. */
  takeAllWith(): void {
    this.flights.push(this.waiting.splice(0));
  }

  /** The first `count` messages of this way are stored. Gives what need not be kept any more. */
  stored(count: number): Entry[] {
    const done = this.flights.splice(0, Math.max(0, count - this.landed));
    this.landed = Math.max(this.landed, count);
    return done.flat();
  }

  /** The way is gone: whatever was on it may or may not have arrived, and goes again. Twice changes nothing. */
  back(): void {
    this.waiting = this.entries;
    this.flights = [];
    this.landed = 0;
  }

  /** Forget everything; gives what it was. */
  clear(): Entry[] {
    const all = this.entries;
    this.waiting = [];
    this.flights = [];
    return all;
  }
}
