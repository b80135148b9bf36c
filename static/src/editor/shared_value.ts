// An attribute that two may write at once. It is one value in the draft: of two that were set at the same moment Yjs keeps
// one. Whoever set the other finds that out here, and puts in again what they wrote, and only that: what a third had
// written, that one puts in.
import * as Y from "yjs";
import { merged } from "./changes";

const MANY = 200;

/** A value that was seen here, and the same with everything that was typed here since. */
interface Seen {
  readonly value: string;
  mine: string;
}

export class SharedValue {
  private readonly seen = new Map<string, Seen>();
  private field = "";

  constructor(private readonly attribute: string) {}

  /** Whether anything was typed, or is about to be. */
  get isUsed(): boolean {
    return this.seen.size > 0;
  }

  /** The attribute says what the field says. */
  note(element: Y.XmlElement): void {
    this.field = this.valueOf(element);
    this.see(element, this.field);
  }

  /** The field says this, because somebody typed it here; the attribute is set to it next. */
  typed(words: string): void {
    for (const one of this.seen.values()) one.mine = merged(this.field, one.mine, words);
    this.field = words;
  }

  /** What the field is to say now that the attribute was set elsewhere. */
  joined(element: Y.XmlElement): string {
    const before = this.lastSeen(element);
    const theirs = this.valueOf(element);
    this.field = before ? merged(before.value, before.mine, theirs) : theirs;
    this.see(element, this.field);
    return this.field;
  }

  private valueOf(element: Y.XmlElement): string {
    return String(element.getAttribute(this.attribute) ?? "");
  }

  private see(element: Y.XmlElement, mine: string): void {
    const item = element._map.get(this.attribute);
    if (item) this.seen.set(name(item.lastId), { value: this.valueOf(element), mine });
    const [oldest] = this.seen.keys();
    if (this.seen.size > MANY && oldest !== undefined) this.seen.delete(oldest);
  }

  /** The last value that was seen here and that whoever set it now had before them. */
  private lastSeen(element: Y.XmlElement): Seen | null {
    const store = element.doc?.store;
    let id: Y.ID | null = element._map.get(this.attribute)?.lastId ?? null;
    while (store && id) {
      const found = this.seen.get(name(id));
      if (found) return found;
      const struct: Y.AbstractStruct = Y.getItem(store, id);
      if (!(struct instanceof Y.Item)) return null;
      // Values that were set one after the other become one struct when they are forgotten.
      id = id.clock > struct.id.clock ? Y.createID(id.client, id.clock - 1) : struct.origin;
    }
    return null;
  }
}

function name({ client, clock }: Y.ID): string {
  return `${client} ${clock}`;
}
