// A server of the draft's protocol that does what a test tells it to: withhold what it says, break, refuse.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { type WebSocket, WebSocketServer } from "ws";
import * as Y from "yjs";

export class ScriptedServer {
  doc = new Y.Doc();
  /** What arrived over sockets and requests, in order, each with the way. */
  readonly arrived: Array<{ way: "socket" | "request"; update: Uint8Array }> = [];
  stores = true; // acknowledge what is stored
  answers = true; // say anything at all
  takesSockets = true;
  takesRequests = true;
  rights: "edit" | "watch" = "edit";
  closing: number | null = null; // close new sockets with this code
  opened = 0;
  sockets = new Set<WebSocket>();
  private readonly counts = new Map<WebSocket, number>();
  private readonly http: Server;
  private readonly ws = new WebSocketServer({ noServer: true });
  private seq = 1;
  private waiting: Array<() => void> = [];

  constructor() {
    this.http = createServer((request, response) => void this.request(request, response));
    this.http.on("upgrade", (request, socket, head) => {
      if (!this.takesSockets) return socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      this.ws.handleUpgrade(request, socket, head, (opened) => this.open(opened));
    });
    this.forget();
  }

  /** Become a server that came back from a backup of before the first word. */
  forget(): void {
    this.doc = new Y.Doc();
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      this.seq += 1;
      this.waiting.splice(0).forEach((go) => go());
      if (this.answers) for (const socket of this.sockets) if (socket !== origin) socket.send(frame(0, 2, update));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((done) => this.http.listen(0, "127.0.0.1", done));
    return `127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.breakAll();
    this.waiting.splice(0).forEach((go) => go());
    this.http.close();
    this.http.closeAllConnections();
  }

  breakAll(): void {
    this.sockets.forEach((socket) => socket.terminate());
  }

  closeAll(code: number): void {
    this.sockets.forEach((socket) => socket.close(code));
  }

  tell(content: object): void {
    this.sockets.forEach((socket) => socket.send(told(content)));
  }

  /** Acknowledge all that came so far, as a server does that had been slow. */
  storeAll(): void {
    this.counts.forEach((count, socket) => socket.send(number(100, count)));
  }

  /** Acknowledge the first `count` updates of the socket. */
  storeFirst(count: number): void {
    this.sockets.forEach((socket) => socket.send(number(100, count)));
  }

  private open(socket: WebSocket): void {
    this.opened += 1;
    if (this.closing !== null) return socket.close(this.closing);
    this.sockets.add(socket);
    this.counts.set(socket, 0);
    socket.on("close", () => (this.sockets.delete(socket), this.counts.delete(socket)));
    socket.on("message", (data: Buffer) => this.hear(socket, new Uint8Array(data)));
    if (!this.answers) return;
    socket.send(told({ rights: this.rights, seq: this.seq }));
    socket.send(frame(0, 0, Y.encodeStateVector(this.doc)));
  }

  private hear(socket: WebSocket, data: Uint8Array): void {
    const decoder = decoding.createDecoder(data);
    if (decoding.readVarUint(decoder) !== 0) return;
    const step = decoding.readVarUint(decoder);
    const content = decoding.readVarUint8Array(decoder);
    if (step === 0) return void (this.answers && socket.send(frame(0, 1, Y.encodeStateAsUpdate(this.doc, content))));
    this.arrived.push({ way: "socket", update: content });
    if (!this.stores) return void this.counts.set(socket, (this.counts.get(socket) ?? 0) + 1);
    Y.applyUpdate(this.doc, content, socket);
    const count = (this.counts.get(socket) ?? 0) + 1;
    this.counts.set(socket, count);
    if (this.answers) socket.send(number(100, count));
  }

  private async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.takesRequests) return void response.writeHead(503).end();
    if (request.method === "POST") {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const update = new Uint8Array(Buffer.concat(parts));
      this.arrived.push({ way: "request", update });
      Y.applyUpdate(this.doc, update);
      return void response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    }
    const query = new URL(request.url ?? "", "http://x").searchParams;
    if (Number(query.get("since")) >= this.seq && query.get("wait") !== "0") await new Promise<void>((go) => this.waiting.push(go));
    response.writeHead(200, { "X-Draft-Seq": String(this.seq) }).end(Y.encodeStateAsUpdate(this.doc));
  }
}

function frame(kind: number, step: number, content: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, kind);
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, content);
  return encoding.toUint8Array(encoder);
}

function number(kind: number, value: number): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, kind);
  encoding.writeVarUint(encoder, value);
  return encoding.toUint8Array(encoder);
}

function told(content: object): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 101);
  encoding.writeVarString(encoder, JSON.stringify(content));
  return encoding.toUint8Array(encoder);
}
