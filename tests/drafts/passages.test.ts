// Who wrote what, for random edits by three people: every character is told to be theirs who typed it, and stands where
// the editor shows it. Before the publication they type small letters, after it capitals.
import assert from "node:assert/strict";
import { test } from "node:test";
import { getSchema } from "@tiptap/core";
import { yXmlFragmentToProseMirrorRootNode } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { type Clients, passagesOf } from "../../static/src/editor/passages";
import { schemaExtensions } from "../../static/src/editor/schema";

const schema = getSchema(schemaExtensions);
const isLeaf = (name: string): boolean => schema.nodes[name]!.isLeaf;
const LETTERS = ["a", "b", "c"];

/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let made = Math.imul(state ^ (state >>> 15), 1 | state);
    made = (made + Math.imul(made ^ (made >>> 7), 61 | made)) ^ made;
    return Math.floor((((made ^ (made >>> 14)) >>> 0) / 4294967296) * below);
  };
}

function paragraphOf(letters: string): Y.XmlElement {
  const paragraph = new Y.XmlElement("paragraph");
  paragraph.insert(0, [new Y.XmlText(letters)]);
  return paragraph;
}

function edit(doc: Y.Doc, letter: string, pick: (below: number) => number): void {
  const fragment = doc.getXmlFragment("default");
  const letters = letter.repeat(1 + pick(5));
  const index = pick(fragment.length + 1);
  const block = fragment.length ? (fragment.get(pick(fragment.length)) as Y.XmlElement) : null;
  const text = block?.firstChild;
  const kind = pick(12);
  if (!(text instanceof Y.XmlText) || kind === 0) fragment.insert(index, [paragraphOf(letters)]);
  else if (kind === 1 && fragment.length > 1) fragment.delete(pick(fragment.length), 1);
  else if (kind === 2) block!.insert(block!.length, [new Y.XmlElement("hardBreak"), new Y.XmlText(letters)]);
  else if (kind === 3) fragment.insert(index, [new Y.XmlElement("horizontalRule")]);
  else if (kind < 6 && text.length) text.delete(pick(text.length), 1);
  else if (kind === 6 && text.length) text.format(pick(text.length), 1, { bold: {} });
  else text.insert(pick(text.length + 1), letters, {});
}

function exchange(from: Y.Doc, to: Y.Doc): void {
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
}

test("each character is its writer's, wherever it stands", () => {
  let characters = 0;
  for (let seed = 1; seed <= 150; seed += 1) {
    const pick = random(seed);
    const docs = LETTERS.map(() => new Y.Doc());
    const run = (steps: number, made: (letter: string) => string): void => {
      for (let step = 0; step < steps; step += 1) {
        const who = pick(3);
        edit(docs[who]!, made(LETTERS[who]!), pick);
        if (pick(3) === 0) exchange(docs[pick(3)]!, docs[pick(3)]!);
      }
      for (const one of docs) for (const other of docs) exchange(one, other);
    };
    run(15, (letter) => letter);
    const since = Y.decodeStateVector(Y.encodeStateVector(docs[0]!));
    run(25, (letter) => letter.toUpperCase());

    const clients: Clients = new Map(docs.map((doc, index) => [doc.clientID, [[0, { id: index, name: LETTERS[index]!, colour: index }]]]));
    const fragment = docs[seed % 3]!.getXmlFragment("default");
    const shown = yXmlFragmentToProseMirrorRootNode(fragment, schema);
    const { found, size, unknown } = passagesOf(fragment, isLeaf, { since, clients });
    assert.equal(size, shown.content.size, `seed ${seed}`);
    assert.equal(unknown.size, 0);
    const told = new Map<number, number>();
    for (const { from, to, author, leaf } of found) {
      if (leaf) assert.ok(shown.nodeAt(from)!.isLeaf);
      else for (let at = from; at < to; at += 1) told.set(at, author!.id);
    }
    shown.descendants((node, at) => {
      [...(node.text ?? "")].forEach((letter, offset) => {
        const writer = LETTERS.indexOf(letter.toLowerCase());
        const expected = letter === letter.toUpperCase() ? writer : undefined;
        assert.equal(told.get(at + offset), expected, `seed ${seed}, ${letter} at ${at + offset}`);
        told.delete(at + offset);
        characters += 1;
      });
    });
    assert.equal(told.size, 0, "nothing else is marked");
  }
  assert.ok(characters > 2_000, String(characters));
});

test("who writes on under another's client id is told to have written that", () => {
  const doc = new Y.Doc();
  const text = new Y.XmlText();
  doc.getXmlFragment("default").insert(0, [text]);
  text.insert(0, "oneTWO");
  const [one, two] = [{ id: 1, name: "One", colour: 1 }, { id: 2, name: "Two", colour: 2 }];
  const clients: Clients = new Map([[doc.clientID, [[0, one], [4, two]]]]); // the text itself has clock 0
  const { found } = passagesOf(doc.getXmlFragment("default"), isLeaf, { since: new Map(), clients });
  assert.deepEqual(found.map(({ from, to, author }) => [from, to, author?.name]), [[0, 3, "One"], [3, 6, "Two"]]);
});

test("a client that nobody knows is nobody's, and is named", () => {
  const doc = new Y.Doc();
  doc.getXmlFragment("default").insert(0, [paragraphOf("text")]);
  const { found, unknown } = passagesOf(doc.getXmlFragment("default"), isLeaf, { since: new Map(), clients: new Map() });
  assert.deepEqual(found, [{ from: 1, to: 5, author: null, leaf: false }]);
  assert.deepEqual([...unknown], [doc.clientID]);
});
