// Where sockets are blocked: the same frames as server-sent events (HTML standard, 9.2), read with fetch, because
// EventSource does not tell a page that has been signed out (401) from one whose network is gone.
import { BROKEN, HELLO_MS, type Listener, parse, query, SIGNED_OUT, type Transport } from "./frames";

export function openStream(since: number | null, articles: readonly number[], listener: Listener): Transport {
  const ending = new AbortController();
  let opened = false;
  let over = false;
  const finish = (code: number): void => {
    if (over) return;
    over = true;
    clearTimeout(patience);
    listener.closed(code, opened);
  };
  const patience = setTimeout(() => {
    ending.abort();
    finish(BROKEN);
  }, HELLO_MS);
  const hear = (block: string): void => {
    for (const line of block.split("\n")) {
      const frame = line.startsWith("data: ") ? parse(line.slice(6)) : line.startsWith(":") ? { type: "ping" as const } : null;
      if (over || !frame) continue;
      opened = true;
      clearTimeout(patience);
      listener.frame(frame);
    }
  };
  const read = async (): Promise<number> => {
    const answer = await fetch(`/api/v1/events/stream${query(since, articles)}`, {
      headers: { Accept: "text/event-stream" },
      cache: "no-store",
      signal: ending.signal,
    });
    if (answer.status === 401) return SIGNED_OUT;
    if (!answer.ok || !answer.body) return BROKEN;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return BROKEN;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop() ?? "";
      blocks.forEach(hear);
    }
  };
  read().then(finish, () => finish(BROKEN));
  return {
    close(): void {
      over = true;
      clearTimeout(patience);
      ending.abort();
    },
  };
}
