// A label that several write at once: whatever the order in which their changes arrive, no letter is lost or doubled.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { change, merged } from "../../static/src/editor/changes";
import { SharedValue } from "../../static/src/editor/shared_value";

test("two changes of one text come together", () => {
  for (const [base, mine, theirs, both] of [
    ["Fee", "Fee 2026", "Fee", "Fee 2026"],
    ["Fee", "Fee", "The fee", "The fee"],
    ["Fee", "Fee 2026", "The Fee", "The Fee 2026"],
    ["Fee", "The Fee", "Fee 2026", "The Fee 2026"],
    ["Fee", "Fees", "Feed", "Feeds"],
    ["A b c", "A c", "A b d", "A d"],
    ["", "mine", "theirs", "theirsmine"],
    ["one two", "two", "one", ""],
    ["abcdef", "abXef", "abcdYf", "abXYf"],
    ["abc", "XabcY", "PabcQ", "PXabcQY"],
  ] as const) assert.equal(merged(base, mine, theirs), both, `${base}: ${mine} and ${theirs}`);
  assert.deepEqual(change("Fee", "The Fee"), { at: 0, out: 0, put: "The " });
});

/** Somebody with the caret in the field. What they send waits until it is exchanged. */
class Writer {
  readonly doc = new Y.Doc();
  field = "";
  private readonly shared = new SharedValue("label");

  constructor(client: number, begin: Uint8Array) {
    this.doc.clientID = client;
    Y.applyUpdate(this.doc, begin);
    this.field = this.label;
    this.shared.note(this.element);
  }

  get element(): Y.XmlElement {
    return this.doc.getXmlFragment("default").get(0) as Y.XmlElement;
  }

  get label(): string {
    return String(this.element.getAttribute("label"));
  }

  /** As a key does: the whole field is set. */
  type(letter: string, at: number): void {
    this.field = this.field.slice(0, at) + letter + this.field.slice(at);
    this.shared.typed(this.field);
    this.write();
  }

  hear(from: Writer): void {
    Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(this.doc)));
    if (this.label === this.field) return;
    this.field = this.shared.joined(this.element);
    if (this.field !== this.label) this.write();
  }

  private write(): void {
    this.element.setAttribute("label", this.field);
    this.shared.note(this.element);
  }
}

test("no letter of several who write one label is lost or doubled", () => {
  let seed = 7;
  const pick = (below: number): number => (seed = (Math.imul(seed, 48271) >>> 0) % 2147483647) % below;
  for (let round = 0; round < 200; round += 1) {
    const begin = new Y.Doc();
    begin.getXmlFragment("default").insert(0, [new Y.XmlElement("fact")]);
    (begin.getXmlFragment("default").get(0) as Y.XmlElement).setAttribute("label", "-");
    const people = [1, 2, 3].map((one) => new Writer(pick(1_000) * 10 + one, Y.encodeStateAsUpdate(begin)));
    const typed: string[] = ["-"];
    for (let key = 0; key < 12; key += 1) {
      const writer = people[pick(people.length)]!;
      const letter = String.fromCharCode(97 + key);
      writer.type(letter, pick(writer.field.length + 1));
      typed.push(letter);
      if (pick(3) === 0) people[pick(people.length)]!.hear(people[pick(people.length)]!);
    }
    for (let turn = 0; turn < 6; turn += 1) for (const one of people) for (const other of people) if (one !== other) one.hear(other);
    const [label] = people.map((one) => one.label);
    assert.deepEqual(people.flatMap((one) => [one.label, one.field]), Array(6).fill(label));
    assert.equal([...label!].sort().join(""), typed.sort().join(""));
  }
});
