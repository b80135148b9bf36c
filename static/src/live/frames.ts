// What the server sends (docs: INTERFACE, Sockets), over a socket or a stream alike.

export interface EventFrame {
  type: "event";
  seq: number;
  kind: string;
  article: number | null;
  actor: { id: number; name: string } | null;
  at: string;
  data: Record<string, unknown>;
}

export type Frame =
  | EventFrame
  | { type: "hello"; cursor: number }
  | { type: "gone"; articles: number[] }
  | { type: "presence"; article: number; reading: string[]; editing: string[] }
  | { type: "reload" }
  | { type: "ping" };

/** A way to the server. It says `opened` once the first frame is there, and `closed` once, at the end. */
export interface Transport {
  close(): void;
}

export interface Listener {
  frame(frame: Frame): void;
  /** `code` as the socket protocol has it; 1006 when the way just broke. `opened`: whether a frame ever came. */
  closed(code: number, opened: boolean): void;
}

export const SIGNED_OUT = 4401;
export const BROKEN = 1006;

/** How long the first frame may take: a proxy that accepts a socket and delivers nothing is a blocked socket. */
export const HELLO_MS = 10_000;

/** The query of both doors: everything after `since` (none: from now on) and which articles this page shows. */
export function query(since: number | null, articles: readonly number[]): string {
  const parts: string[] = [];
  if (since !== null) parts.push(`since=${since}`);
  if (articles.length > 0) parts.push(`watch=${articles.join(",")}`);
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

export function parse(text: string): Frame | null {
  try {
    return JSON.parse(text) as Frame;
  } catch {
    return null;
  }
}
