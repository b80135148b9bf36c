// The usual way: a WebSocket.
import type * as Y from "yjs";
import { asking, read, showing, updating } from "./wire";
import { BROKEN, type Listener, type Pace, type Way } from "./ways";

const FULL = 1_000_000; // bytes that wait in the browser to be sent: more would only make the queue longer

/** Open the socket at `address`; nothing but what `listener` is told comes back from it. */
export function openSocket(address: string, doc: Y.Doc, pace: Pace, listener: Listener): Way {
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  let opened = false;
  let synced = false;
  let over = false;
  let heard = Date.now();
  let given = 0;
  let stored = 0;
  let asked = 0; // when the question was put that is not answered yet

  const finish = (code: number): void => {
    if (over) return;
    over = true;
    clearTimeout(patience);
    clearInterval(watch);
    if (code === BROKEN) socket.close();
    listener.closed(code, opened);
  };
  const probe = (): void => {
    if (over || asked || socket.readyState !== WebSocket.OPEN) return;
    asked = Date.now();
    socket.send(asking(doc));
  };
  const patience = setTimeout(() => finish(BROKEN), pace.open);
  const watch = setInterval(() => {
    if (asked && Date.now() - asked > pace.answer) return finish(BROKEN);
    const silent = Date.now() - heard;
    if (silent > pace.silence || (given > stored && silent > pace.answer)) probe();
    if (socket.bufferedAmount < FULL) listener.ready();
  }, pace.answer / 4);

  socket.addEventListener("open", () => !over && socket.send(asking(doc)));
  socket.addEventListener("close", (event) => finish(event.code));
  socket.addEventListener("message", (event: MessageEvent<ArrayBuffer>) => {
    if (over) return;
    opened = true;
    heard = Date.now();
    asked = 0;
    clearTimeout(patience);
    listener.heard();
    const message = read(new Uint8Array(event.data));
    switch (message?.type) {
      case "asked":
        return listener.asked(message.vector);
      case "update":
        listener.update(message.update);
        if (message.whole && !synced) {
          synced = true;
          listener.synced();
        }
        return;
      case "awareness":
        return listener.awareness(message.update);
      case "stored":
        stored = message.count;
        return listener.stored(stored);
      case "notice":
        return listener.notice(message.notice);
    }
  });

  return {
    kind: "socket",
    takes: () => synced && !over && socket.readyState === WebSocket.OPEN && socket.bufferedAmount < FULL,
    send(update) {
      given += 1;
      socket.send(updating(update));
    },
    show(awareness) {
      if (!over && socket.readyState === WebSocket.OPEN) socket.send(showing(awareness));
    },
    probe,
    close() {
      over = true;
      clearTimeout(patience);
      clearInterval(watch);
      socket.close();
    },
  };
}
