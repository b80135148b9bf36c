// The slow way, where no socket passes: what is written goes up with requests, what others write comes down with a
// long poll. Where everybody is, is asked every few seconds: enough to see who is here.
import { csrfToken } from "../csrf";
import { BROKEN, type Listener, NOT_ALLOWED, OTHER_SCHEMA, type Pace, SIGNED_OUT, TOO_MANY, type Way } from "./ways";
import type { Notice } from "./wire";

const HERE_MS = 3_000;
const POLL_MS = 40_000; // the server answers within 25 s
const POST_MS = 30_000;
const CODES: Record<number, number> = { 401: SIGNED_OUT, 404: NOT_ALLOWED, 409: OTHER_SCHEMA, 429: TOO_MANY };
const REFUSED: Record<string, Refused> = { read_only: "read-only", too_large: "too-large", document_too_large: "document-too-large", nested_too_deep: "nested-too-deep", not_yours: "not-yours", malformed: "malformed" };

type Refused = NonNullable<Notice["refused"]>;

/** How a request ended: with a close code, or with an update that is not taken. */
export type Failure = { code: number } | { refused: Refused };

/**
 * Where updates go and come from; without a schema for what was written under whichever. The server refuses them where
 * somebody else is signed in by now: this browser may have been handed over while the page slept.
 */
export function updatesAddress(article: number, user: number | string, schema?: number): string {
  return `/api/v1/articles/${article}/draft/updates?user=${user}${schema === undefined ? "" : `&schema=${schema}`}`;
}

function request(method: "POST" | "PUT", body: Uint8Array): RequestInit {
  const headers = { "Content-Type": "application/octet-stream", Accept: "application/json", "X-CSRFToken": csrfToken() };
  return { method, body: body as BodyInit, headers, credentials: "same-origin", redirect: "error" };
}

/** Send one update. Gives null when it is stored. Never throws. */
export async function post(address: string, update: Uint8Array, signal: AbortSignal): Promise<Failure | null> {
  try {
    const answer = await fetch(address, {
      ...request("POST", update),
      signal: AbortSignal.any([signal, AbortSignal.timeout(POST_MS)]),
    });
    return answer.ok ? null : await failureOf(answer);
  } catch {
    return { code: BROKEN };
  }
}

/**
 * What an answer means. Only ours counts: a proxy's own error page says nothing about rights, and neither does a token
 * that another tab has renewed meanwhile; the next request carries the new one.
 */
async function failureOf(answer: Response): Promise<Failure> {
  const body = (await answer.json().catch(() => null)) as { error?: { code?: string } } | null;
  const said = body?.error?.code;
  const refused = REFUSED[said ?? ""];
  if (refused) return { refused };
  return { code: (said && said !== "csrf" && CODES[answer.status]) || BROKEN };
}

/** `updates` is where they are. */
export function openRequests(updates: string, since: number, pace: Pace, listener: Listener, client: number): Way {
  const address = `${updates}&client=${client}`;
  const ending = new AbortController();
  let opened = false;
  let over = false;
  let posting = false;
  let next = 0; // when the next update may go
  let stored = 0;

  const finish = (code: number): void => {
    if (over) return;
    over = true;
    ending.abort();
    listener.closed(code, opened);
  };

  const fail = (failure: Failure): void => {
    if (over) return;
    if ("refused" in failure) listener.notice(failure);
    else finish(failure.code);
  };

  /** One answer: what is new since `seq`, and the seq to go on from. Null when nobody answered as ours does. */
  const poll = async (seq: number, first: boolean): Promise<number | null> => {
    const patience = AbortSignal.timeout(first ? pace.open : POLL_MS);
    const answer = await fetch(`${address}&since=${seq}${first ? "&wait=0" : ""}`, {
      headers: { Accept: "application/octet-stream" },
      credentials: "same-origin",
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.any([ending.signal, patience]),
    });
    if (!answer.ok) {
      fail(await failureOf(answer));
      return null;
    }
    const reached = Number(answer.headers.get("X-Draft-Seq") ?? NaN);
    const update = new Uint8Array(await answer.arrayBuffer());
    if (over || Number.isNaN(reached)) return null;
    opened = true;
    listener.heard();
    if (update.length > 2) listener.update(update);
    return reached;
  };

  const listen = async (): Promise<void> => {
    for (let seq: number | null = since, first = true; seq !== null; first = false) {
      if (!first) await seen(ending.signal);
      seq = await poll(seq, first);
      if (first && seq !== null) {
        listener.synced();
        listener.ready();
      }
    }
  };
  listen().then(
    () => finish(BROKEN),
    () => finish(BROKEN),
  );

  let place: Uint8Array = new Uint8Array();
  /** Tells where this client is, and hears where the others are. What fails is tried again by the next round. */
  const meet = async (): Promise<void> => {
    try {
      const answer = await fetch(address, { ...request("PUT", place), signal: AbortSignal.any([ending.signal, AbortSignal.timeout(POST_MS)]) });
      if (answer.ok && !over) listener.awareness(new Uint8Array(await answer.arrayBuffer()));
    } catch {
      // the long poll finds out whether anybody is there
    }
  };
  const meeting = setInterval(() => opened && document.visibilityState !== "hidden" && void meet(), HERE_MS);
  ending.signal.addEventListener("abort", () => clearInterval(meeting));

  return {
    kind: "slow",
    takes: () => opened && !over && !posting && Date.now() >= next,
    send(update) {
      posting = true;
      next = Date.now() + pace.coalesceSlow;
      void post(address, update, ending.signal).then((failure) => {
        posting = false;
        if (over) return;
        if (failure) return fail(failure);
        stored += 1;
        listener.heard();
        listener.stored(stored);
        setTimeout(() => !over && listener.ready(), Math.max(0, next - Date.now()));
      });
    },
    show(awareness) {
      const first = place.length === 0;
      place = awareness;
      if (first) void meet();
    },
    probe: () => undefined,
    close() {
      over = true;
      ending.abort();
    },
  };
}

/** Hidden pages do not wait for news: a browser has six connections for all pages of a site. What is written goes up. */
function seen(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const look = (): void => {
      if (document.visibilityState !== "hidden" || signal.aborted) done();
    };
    document.addEventListener("visibilitychange", look, { signal });
    signal.addEventListener("abort", look);
    look();
  });
}
