// The browser's half of the draft protocol: what is called saved is stored, and nothing else is ever given up.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import * as Y from "yjs";
import type { Draft } from "../../static/src/drafting/draft";
import { happens, join, until } from "./client";
import { ScriptedServer } from "./server";

let server: ScriptedServer;
let host: string;
const drafts: Draft[] = [];

beforeEach(async () => {
  server = new ScriptedServer();
  host = await server.start();
});

afterEach(() => {
  drafts.splice(0).forEach((draft) => draft.close());
  server.stop();
});

async function opened(options: { mayWrite?: boolean } = {}): Promise<Draft> {
  const draft = join(host, options);
  drafts.push(draft);
  await draft.synced;
  return draft;
}

function write(draft: Draft, words: string): void {
  const paragraph = new Y.XmlElement("paragraph");
  paragraph.insert(0, [new Y.XmlText(words)]);
  draft.fragment.push([paragraph]);
}

const stored = (): string => server.doc.getXmlFragment("default").toString();

test("saved is said when the server has stored every change, and not before", async () => {
  const draft = await opened();
  assert.equal(draft.state.kind, "saved");
  server.stores = false;
  write(draft, "One.");
  write(draft, "Two.");
  assert.equal(draft.state.kind, "saving");
  await until("it arrives", () => server.arrived.length === 2);
  assert.equal(draft.state.pending, 2);
  assert.ok(draft.inDanger, "neither stored nor kept in this browser");
  server.storeAll();
  await until("saved", () => draft.state.kind === "saved" && draft.state.pending === 0);
  assert.ok(draft.state.at && Date.now() - draft.state.at.getTime() < 1_000);
});

test("what was under way when the socket broke is sent again, once", async () => {
  const draft = await opened();
  server.stores = false;
  write(draft, "Under way.");
  await until("it arrives", () => server.arrived.length === 1);
  server.stores = true;
  server.breakAll();
  assert.equal(stored(), "");
  await until("saved", () => draft.state.kind === "saved");
  assert.equal(stored(), "<paragraph>Under way.</paragraph>");
});

test("an acknowledgement counts for its own socket only", async () => {
  const draft = await opened();
  for (const words of ["a", "b", "c"]) {
    write(draft, words);
    await until("saved", () => draft.state.kind === "saved");
  }
  server.breakAll();
  await until("back", () => server.sockets.size === 1 && draft.state.kind === "saved");
  server.stores = false;
  write(draft, "d");
  await until("it arrives", () => server.arrived.length === 4);
  assert.equal(draft.state.kind, "saving");
  server.storeAll();
  await until("saved", () => draft.state.kind === "saved");
});

test("an acknowledgement counts what is stored, not what is under way", async () => {
  const draft = await opened();
  write(draft, "a");
  await until("saved", () => draft.state.kind === "saved");
  server.stores = false;
  for (const [at, words] of ["b", "c"].entries()) {
    write(draft, words);
    await until("it arrives", () => server.arrived.length === at + 2);
  }
  server.storeFirst(2);
  await until("one is left", () => draft.state.pending === 1);
  assert.equal(draft.unsaved().text, "c\n");
});

test("a server that came back from a backup gets again what it had acknowledged", async () => {
  const draft = await opened();
  write(draft, "Once stored.");
  await until("saved", () => draft.state.kind === "saved" && server.arrived.length === 1);
  server.forget();
  server.breakAll();
  await until("it has it again", () => stored().includes("Once stored."));
});

test("a socket over which nothing comes any more is noticed", async () => {
  const draft = await opened();
  server.answers = false;
  write(draft, "Into the void.");
  await until("it is given up", () => server.sockets.size === 0);
  server.answers = true;
  await until("saved over another", () => draft.state.kind === "saved");
  assert.match(stored(), /Into the void/);
});

test("offline is said when it lasts, and what is written meanwhile goes up in one message", async () => {
  const draft = await opened();
  happens("offline");
  assert.equal(draft.state.kind, "offline");
  for (let count = 0; count < 40; count += 1) write(draft, `Line ${count}.`);
  server.doc.getXmlFragment("default").push([new Y.XmlElement("horizontalRule")]);
  happens("online");
  await until("saved", () => draft.state.kind === "saved");
  assert.equal(server.arrived.length, 1);
  assert.match(stored(), /Line 39/);
  assert.equal(draft.fragment.toString(), stored());
});

test("hours of writing offline go up in parts that every server takes", async () => {
  const draft = await opened();
  happens("offline");
  for (let count = 0; count < 12; count += 1) write(draft, "x".repeat(60_000));
  happens("online");
  await until("saved", () => draft.state.kind === "saved");
  assert.ok(server.arrived.length > 1);
  assert.ok(Math.max(...server.arrived.map(({ update }) => update.length)) < 300_000);
  assert.equal(draft.fragment.toString(), stored());
});

test("where no socket passes the text goes with requests, and back over a socket when one opens", async () => {
  server.takesSockets = false;
  const draft = await opened();
  assert.equal(draft.state.kind, "slow");
  write(draft, "Posted.");
  await until("stored", () => draft.state.pending === 0);
  assert.deepEqual(server.arrived.map(({ way }) => way), ["request"]);
  server.doc.getXmlFragment("default").push([new Y.XmlElement("horizontalRule")]);
  await until("theirs comes", () => draft.fragment.length === 2);
  server.takesSockets = true;
  await until("a socket again", () => draft.state.kind === "saved");
  write(draft, "Sent.");
  await until("saved", () => draft.state.kind === "saved" && server.arrived.length === 2);
  assert.equal(server.arrived[1]?.way, "socket");
});

test("with neither sockets nor requests it keeps trying and says offline", async () => {
  const draft = await opened();
  server.takesSockets = server.takesRequests = false;
  server.breakAll();
  write(draft, "Kept at it.");
  await until("offline", () => draft.state.kind === "offline");
  server.takesSockets = true;
  await until("saved", () => draft.state.kind === "saved");
});

test("who may not write any more stops at once, and is offered what was not stored", async () => {
  const draft = await opened();
  write(draft, "Stored before.");
  await until("saved", () => draft.state.kind === "saved");
  server.stores = false;
  write(draft, "Not <stored>.");
  const told: string[] = [];
  draft.on("rights", () => told.push(draft.rights));
  server.tell({ rights: "watch", seq: 2 });
  await until("stopped", () => draft.state.kind === "stopped");
  assert.deepEqual([draft.rights, ...told], ["watch", "watch"]);
  assert.deepEqual(draft.unsaved(), { html: "<p>Not &#60;stored&#62;.</p>", text: "Not <stored>.\n" });
  server.doc.getXmlFragment("default").push([new Y.XmlElement("horizontalRule")]);
  await until("it watches on", () => draft.fragment.toString().includes("horizontalrule"));
});

for (const [code, why, rights] of [[4403, "not-allowed", "none"], [4409, "other-schema", "watch"], [4401, "signed-out", "watch"], [4413, "too-large", "watch"]] as const) {
  test(`close code ${code} ends it: ${why}`, async () => {
    const draft = await opened();
    server.stores = false;
    write(draft, "Mine.");
    await until("it arrives", () => server.arrived.length === 1);
    server.closeAll(code);
    await until("stopped", () => draft.state.kind === "stopped");
    assert.deepEqual([draft.state.why, draft.rights, draft.state.pending], [why, rights, 1]);
    await new Promise((go) => setTimeout(go, 150));
    assert.equal(server.opened, 1, "it does not come back");
  });
}

for (const code of [1013, 1012, 4429, 4400]) {
  test(`close code ${code} is no reason to give up`, async () => {
    const draft = await opened();
    server.closeAll(code);
    await until("back", () => server.opened === 2 && draft.state.kind === "saved");
    write(draft, "Still here.");
    await until("stored", () => stored().includes("Still here."));
  });
}

test("an update that is refused as too large stops, and is offered", async () => {
  const draft = await opened();
  server.stores = false;
  write(draft, "Much.");
  await until("it arrives", () => server.arrived.length === 1);
  server.tell({ refused: "too-large", message: "Too large." });
  await until("stopped", () => draft.state.why === "too-large");
  assert.equal(draft.unsaved().text, "Much.\n");
  await draft.discard();
  assert.equal(draft.state.pending, 0);
});

test("what was written in a block that others took out is offered all the same", async () => {
  const draft = await opened();
  write(draft, "Theirs: ");
  await until("saved", () => draft.state.kind === "saved" && server.arrived.length === 1);
  server.stores = false;
  const block = draft.fragment.get(0) as Y.XmlElement;
  (block.get(0) as Y.XmlText).insert(8, "and mine");
  await until("it arrives", () => server.arrived.length === 2);
  server.doc.getXmlFragment("default").delete(0, 1);
  await until("it is gone", () => draft.fragment.length === 0);
  server.tell({ rights: "watch", seq: 3 });
  await until("stopped", () => draft.state.kind === "stopped");
  assert.equal(draft.unsaved().text, "and mine");
});

test("who watches sends nothing", async () => {
  server.rights = "watch";
  const draft = await opened({ mayWrite: false });
  assert.deepEqual([draft.rights, draft.state.kind, draft.state.watching], ["watch", "saved", true]);
  server.doc.getXmlFragment("default").push([new Y.XmlElement("horizontalRule")]);
  await until("it sees", () => draft.fragment.length === 1);
  assert.equal(server.arrived.length, 0);
});
