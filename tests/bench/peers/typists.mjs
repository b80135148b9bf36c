// Many people who type in one document and move their cursors, as plain as a client can be: each writes its own updates
// and only looks for the marks of the others in what comes. So what is measured is the server.
//
//   node typists.mjs '{"kind": "plain|hocuspocus", "url", "name", "headers": [{…}, one for each], "seconds", "edits", "cursors"}'
//
// Says "begin" and "end" on lines of their own around the typing, then one line of JSON: how long it took from sending an
// update until each of the others had it, in milliseconds.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import WebSocket from "ws";
import * as Y from "yjs";

const order = JSON.parse(process.argv[2]);
const people = order.headers.length;
const sentAt = [];
const took = [];
const MARK = /~([0-9a-z]{6})~/g;
const seen = Array.from({ length: people }, () => new Set());
let counting = false;

const message = (write) => {
  const encoder = encoding.createEncoder();
  if (order.kind === "hocuspocus") encoding.writeVarString(encoder, order.name);
  write(encoder);
  return encoding.toUint8Array(encoder);
};

class Typist {
  constructor(index) {
    this.index = index;
    this.doc = new Y.Doc();
    this.text = this.doc.getText("load");
    this.clock = 0;
    this.frames = 0;
    this.socket = new WebSocket(order.url, { headers: order.headers[index], perMessageDeflate: false });
    this.socket.on("error", (problem) => fail(problem.message));
    this.socket.on("close", (code) => !ending && fail(`a socket was closed with ${code}`));
    this.socket.on("message", (data) => this.hear(data));
    this.doc.on("update", (update) => this.send((encoder) => {
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint(encoder, 2);
      encoding.writeVarUint8Array(encoder, update);
    }));
    this.open = new Promise((resolve) => this.socket.on("open", resolve));
  }
  send(write) {
    this.socket.send(message(write));
  }
  join() {
    if (order.kind === "hocuspocus") this.send((encoder) => {
      encoding.writeVarUint(encoder, 2); // authentication, which it always asks for
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarString(encoder, "");
      encoding.writeVarString(encoder, "4.7.0");
    });
    this.send((encoder) => {
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint8Array(encoder, Y.encodeStateVector(this.doc));
    });
  }
  type() {
    const id = sentAt.length;
    sentAt.push(performance.now());
    seen[this.index].add(id);
    this.text.insert(this.text.length, `~${id.toString(36).padStart(6, "0")}~`);
  }
  move() {
    const state = { user: { name: `Person ${this.index}`, color: "#aa3366" }, cursor: place(this.clock, this.doc.clientID) };
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, this.doc.clientID);
    encoding.writeVarUint(encoder, ++this.clock);
    encoding.writeVarString(encoder, JSON.stringify(state));
    const update = encoding.toUint8Array(encoder);
    this.send((outer) => {
      encoding.writeVarUint(outer, 1);
      encoding.writeVarUint8Array(outer, update);
    });
  }
  hear(data) {
    this.frames += 1;
    const decoder = decoding.createDecoder(data);
    if (order.kind === "hocuspocus") decoding.readVarString(decoder);
    if (decoding.readVarUint(decoder) !== 0 || !counting) return;
    const now = performance.now();
    const mine = seen[this.index];
    for (const [, mark] of data.toString("latin1").matchAll(MARK)) {
      const id = parseInt(mark, 36);
      if (mine.has(id)) continue;
      mine.add(id);
      took.push(now - sentAt[id]);
    }
  }
}

const place = (item, client) => ({
  anchor: { type: null, tname: null, item: { client, clock: item }, assoc: 0 },
  head: { type: null, tname: null, item: { client, clock: item }, assoc: 0 },
});
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let ending = false;
const fail = (why) => {
  if (ending) return;
  console.error(why);
  process.exit(1);
};

const typists = [];
for (let index = 0; index < people; index++) {
  typists.push(new Typist(index));
  if (index % 10 === 9) await wait(50);
}
await Promise.all(typists.map((one) => one.open));
typists.forEach((one) => one.join());
await wait(2000);
counting = true;
console.log("begin");
const until = performance.now() + order.seconds * 1000;
const keepDoing = async (work, perSecond) => {
  await wait((Math.random() * 1000) / perSecond);
  while (performance.now() < until) {
    work();
    await wait((1000 / perSecond) * (0.5 + Math.random()));
  }
};
await Promise.all(typists.flatMap((one) => [keepDoing(() => one.type(), order.edits), keepDoing(() => one.move(), order.cursors)]));
console.log("end");
await wait(1500);
ending = true;
took.sort((a, b) => a - b);
const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
console.log(JSON.stringify({
  edits: sentAt.length,
  missing: sentAt.length * (people - 1) - took.length,
  p50: at(0.5),
  p99: at(0.99),
  most: at(1),
  frames: typists.reduce((sum, one) => sum + one.frames, 0),
}));
process.exit(0);
