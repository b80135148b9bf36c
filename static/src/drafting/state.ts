// What the label may say. "saved" is said only when the server has stored every change made here.
import type { Entry } from "./outbox";

export type Rights = "edit" | "watch" | "none";
export type Why = "read-only" | "not-allowed" | "signed-out" | "other-schema" | "too-large" | "document-too-large" | "nested-too-deep" | "not-yours" | "malformed";

export interface State {
  kind: "connecting" | "saving" | "saved" | "offline" | "slow" | "stopped";
  /** Saved: when. Offline: when the server was last heard. */
  at: Date | null;
  /** How many changes are not stored on the server. */
  pending: number;
  /** What this browser has of them: all, not all yet, or it keeps nothing (a private window, a full disk). */
  copies: "kept" | "keeping" | "none";
  /** Saving has taken so long that one wonders. */
  long: boolean;
  /** The draft has as many writers as it takes. */
  busy: boolean;
  watching: boolean;
  why: Why | null;
}

export interface Facts {
  way: "socket" | "slow" | null;
  everSynced: boolean;
  heard: number;
  lostAt: number | null;
  busy: boolean;
  blink: number;
  entries: readonly Entry[];
  savedAt: Date | null;
  rights: Rights;
  why: Why | null;
}

const LONG_MS = 10_000;

export function stateOf(facts: Facts): State {
  const { entries } = facts;
  const kind = kindOf(facts);
  const oldest = entries[0]?.since ?? Infinity;
  return {
    kind,
    at: kind === "offline" ? new Date(facts.heard) : facts.savedAt,
    pending: entries.length,
    copies: entries.some((entry) => entry.kept === "no") ? "none" : entries.some((entry) => entry.kept === "not yet") ? "keeping" : "kept",
    long: Date.now() - oldest > LONG_MS,
    busy: facts.busy,
    watching: facts.rights === "watch",
    why: facts.why,
  };
}

function kindOf(facts: Facts): State["kind"] {
  if (facts.why) return "stopped";
  if (!facts.way) {
    const offline = !navigator.onLine || (facts.lostAt !== null && Date.now() - facts.lostAt > facts.blink);
    return offline ? "offline" : "connecting";
  }
  if (facts.way === "slow") return "slow";
  return facts.entries.length > 0 ? "saving" : "saved";
}
