// The usual way: a WebSocket.
import { BROKEN, HELLO_MS, type Listener, parse, query, type Transport } from "./frames";

export function openSocket(since: number | null, articles: readonly number[], listener: Listener): Transport {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/events/${query(since, articles)}`);
  let opened = false;
  let over = false;
  const finish = (code: number): void => {
    if (over) return;
    over = true;
    clearTimeout(patience);
    listener.closed(code, opened);
  };
  const patience = setTimeout(() => {
    socket.close();
    finish(BROKEN);
  }, HELLO_MS);
  socket.addEventListener("message", (message) => {
    const frame = typeof message.data === "string" ? parse(message.data) : null;
    if (over || !frame) return;
    opened = true;
    clearTimeout(patience);
    listener.frame(frame);
  });
  socket.addEventListener("close", (event) => finish(event.code));
  return {
    close(): void {
      over = true;
      clearTimeout(patience);
      socket.close();
    },
  };
}
