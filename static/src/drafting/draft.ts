// One draft in this browser: what is written here goes to the outbox and its copy, over whichever way is open, and is
// "saved" when the server says that it is stored. Nothing here touches the page.
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";
import { Connection, type Openers } from "./connection";
import type { Copies, KeptUpdate } from "./copies";
import { type Entry, Outbox } from "./outbox";
import { type Rights, type State, stateOf, type Why } from "./state";
import { isWithin, type Offer, unsaved } from "./unsaved";
import { bringsText, type Notice } from "./wire";
import { MALFORMED, NOT_ALLOWED, OTHER_SCHEMA, type Pace, SIGNED_OUT, TOO_LARGE, type Way } from "./ways";

const CURSORS_MS = 60; // as often as cursors are shown to the others
const WRITING_MS = 20_000; // so long somebody counts as writing after the last key
const TEXT_MS = 2_000; // what is not stored so long after it was written is kept for people to read as well
const SETTLE_MS = 3_000;
const LARGE = 500_000; // bytes: a catch-up message that every server takes

const WHY: Record<number, Why> = { [SIGNED_OUT]: "signed-out", [NOT_ALLOWED]: "not-allowed", [OTHER_SCHEMA]: "other-schema", [TOO_LARGE]: "too-large", [MALFORMED]: "malformed" };

/** Origins of transactions. Others than these two were made here, by the editor or by an undo. */
export const FROM_SERVER = { from: "server" };
export const FROM_COPY = { from: "copy" };

/** Who writes. `colour` is one of the eight hues of the round marks and the carets: see [data-hue] in controls.css. */
export interface Person {
  id: number;
  name: string;
  colour: number;
}

export interface Parts {
  article: number;
  /** What the article is called where the draft says nothing else. */
  title: string;
  user: Person;
  mayWrite: boolean;
  /** When the server last stored something, as the page tells. */
  savedAt: Date | null;
  copies: Copies;
  pace: Pace;
  openers(doc: Y.Doc, since: () => number): Openers;
}

type Name = "rights" | "state" | "synced" | "ended";

export class Draft {
  readonly doc = new Y.Doc();
  readonly fragment = this.doc.getXmlFragment("default");
  readonly title = this.doc.getText("title");
  readonly awareness = new Awareness(this.doc);
  /** Resolved when the text of the server and what this browser kept are both in the document. */
  readonly synced: Promise<void>;
  rights: Rights;
  state: State;
  private readonly outbox = new Outbox();
  private readonly connection: Connection;
  private readonly listeners = new Map<Name, Set<() => void>>();
  private readonly timers: Partial<Record<"send" | "show" | "writing" | "text", ReturnType<typeof setTimeout>>> = {};
  private loaded: Promise<void>;
  private whole!: () => void;
  private everSynced = false;
  private lostAt: number | null = Date.now();
  private savedAt: Date | null;
  private why: Why | null = null;
  private sent = 0; // when the last message went
  private seq = 0; // everything up to this number of the server's log is here
  private promised = 0; // the same as soon as the way that told it has caught up
  private asked: Uint8Array | null = null; // the state vector with which the server asked for what it lacks
  private textKept = false;

  constructor(private readonly parts: Parts) {
    this.rights = parts.mayWrite ? "edit" : "watch";
    this.savedAt = parts.savedAt;
    const synced = new Promise<void>((done) => (this.whole = done));
    this.state = this.current(null);
    this.doc.on("update", (update: Uint8Array, origin: unknown) => this.changed(update, origin));
    this.awareness.setLocalState({ user: parts.user, doing: "reading" });
    this.awareness.on("update", (_: unknown, origin: unknown) => origin !== FROM_SERVER && this.soon("show", CURSORS_MS, () => this.show()));
    this.connection = new Connection(parts.openers(this.doc, () => this.seq), this.owner(), parts.pace);
    this.loaded = this.load();
    this.synced = Promise.all([synced, this.loaded]).then(() => this.tell("synced"));
    this.connection.start();
  }

  on(name: Name, listener: () => void): void {
    this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(listener));
  }

  off(name: Name, listener: () => void): void {
    this.listeners.get(name)?.delete(listener);
  }

  /** Whether something written here is neither on the server nor kept in this browser. */
  get inDanger(): boolean {
    return this.outbox.entries.some((entry) => entry.kept !== "yes");
  }

  /** The text of what is not stored, or what was kept of it earlier where the server's text is not here. */
  async offer(): Promise<Offer> {
    const now = this.unsaved();
    if (now.html !== "" || this.everSynced) return now;
    const kept = (await this.parts.copies.texts()).find((text) => text.article === this.parts.article);
    return kept ?? now;
  }

  unsaved(): Offer {
    return unsaved(this.doc, this.outbox.entries.map((entry) => entry.update));
  }

  /** Forget what is not stored: its writer has it elsewhere, or does not want it. The page is to be loaded again. */
  async discard(): Promise<void> {
    this.forget(this.outbox.clear());
    await this.parts.copies.dropText(this.parts.article);
    this.refresh();
  }

  /** Resolved when every copy that was begun has been made, or is not going to be. */
  async settled(): Promise<void> {
    for (const until = Date.now() + SETTLE_MS; Date.now() < until; await new Promise((done) => setTimeout(done, 20))) {
      if (!this.outbox.entries.some((entry) => entry.kept === "not yet")) return;
    }
  }

  /** The page says that the article is not there any more, perhaps before the socket does. */
  forbid(): void {
    if (!this.why) this.stop("not-allowed");
  }

  /** Send nothing more and listen no more; copies stay. */
  close(): void {
    this.connection.stop();
    Object.values(this.timers).forEach(clearTimeout);
    this.awareness.destroy();
  }

  // --- From here to the server ---------------------------------------------------------------------

  /** What this browser keeps of the article: from before a crash, from a tab that was closed, from one that is open. */
  private async load(): Promise<void> {
    const known = new Set(this.outbox.entries.map((entry) => entry.id));
    const rows = (await this.parts.copies.updates(this.parts.article)).filter((row) => !known.has(row.id));
    if (rows.length === 0 || this.why) return;
    this.textKept = true;
    // Who may not write any more is offered the text instead: in the document it would look like part of the draft.
    if (this.rights === "edit") this.doc.transact(() => rows.forEach((row) => Y.applyUpdate(this.doc, row.data, FROM_COPY)), FROM_COPY);
    rows.forEach((row: KeptUpdate & { id: number }) => this.outbox.add({ update: row.data, since: row.at, kept: "yes", id: row.id, stored: false }));
    if (this.rights !== "edit") return this.become(this.rights, "read-only");
    this.refresh();
    this.send();
  }

  private changed(update: Uint8Array, origin: unknown): void {
    if (origin === FROM_SERVER || origin === FROM_COPY) return;
    const entry: Entry = { update, since: Date.now(), kept: "not yet", id: null, stored: false };
    this.outbox.add(entry);
    void this.keep(entry);
    this.send();
    this.refresh();
    this.soon("text", TEXT_MS, () => this.keepText());
    if (this.awareness.getLocalState()?.["doing"] !== "writing") this.awareness.setLocalStateField("doing", "writing");
    clearTimeout(this.timers.writing);
    this.timers.writing = setTimeout(() => this.awareness.setLocalStateField("doing", "reading"), WRITING_MS);
  }

  private async keep(entry: Entry): Promise<void> {
    const { copies, article } = this.parts;
    const id = await copies.put(article, entry.update);
    entry.id = id;
    entry.kept = id === null ? "no" : "yes";
    if (entry.stored && id !== null) copies.drop([id]);
    else if (!this.connection.way) await this.mergeCopies();
    this.refresh();
  }

  /** A long time without a connection: many rows become one. They are stored in order, so the last entry stands for all. */
  private async mergeCopies(): Promise<void> {
    const { copies, article } = this.parts;
    const entries = this.outbox.entries.filter((entry) => entry.id !== null);
    const merged = await copies.merge(article, entries.map((entry) => entry.id as number), Y.mergeUpdates);
    if (merged === null) return;
    entries.forEach((entry) => (entry.id = null));
    const last = entries.at(-1) as Entry;
    if (last.stored) copies.drop([merged]);
    else last.id = merged;
  }

  /** Beside the bytes what people can read: whoever signs out, on any page, is shown what is not saved. */
  private async keepText(): Promise<void> {
    const { copies, article } = this.parts;
    const [oldest] = this.outbox.entries;
    if (!oldest) {
      if (this.textKept) await copies.dropText(article);
      this.textKept = false;
      return;
    }
    // It takes time on long articles, so not for what will be stored in a moment.
    if (!this.why && Date.now() - oldest.since < TEXT_MS) return this.soon("text", TEXT_MS, () => this.keepText());
    this.textKept = true;
    const title = this.title.toString().trim() || this.parts.title;
    const offer = this.unsaved();
    // Before the server's text is here, what was kept earlier hangs in the air and reads as nothing.
    if (offer.html !== "" || this.everSynced) await copies.keepText({ article, title, at: Date.now(), address: globalThis.location?.pathname ?? "", ...offer });
  }

  /** Send what waits: the first at once, then together what comes within a moment. */
  private send(): void {
    const wait = this.sent + this.parts.pace.coalesce - Date.now();
    if (wait > 0) return this.soon("send", wait, () => this.send());
    const { way } = this.connection;
    while (way?.takes() && this.rights === "edit" && this.outbox.hasWaiting) {
      const update = this.outbox.take();
      if (update) way.send(update);
      this.sent = Date.now();
    }
  }

  private show(): void {
    if (this.awareness.getLocalState() === null) return;
    this.connection.way?.show(encodeAwarenessUpdate(this.awareness, [this.doc.clientID]));
  }

  // --- From the server -----------------------------------------------------------------------------

  private owner() {
    return {
      synced: (way: Way) => this.caughtUp(way),
      ready: () => this.send(),
      stored: (count: number) => this.stored(count),
      asked: (vector: Uint8Array) => (this.asked = vector),
      notice: (notice: Notice) => this.notice(notice),
      update: (update: Uint8Array) => Y.applyUpdate(this.doc, update, FROM_SERVER),
      awareness: (update: Uint8Array) => applyAwarenessUpdate(this.awareness, update, FROM_SERVER),
      heard: () => undefined,
      lost: () => this.lost(),
      ended: (code: number) => this.stop(WHY[code] ?? "malformed"),
      tick: () => this.tick(),
    };
  }

  private caughtUp(way: Way): void {
    this.outbox.back();
    this.lostAt = null;
    this.parts.copies.careful = false;
    if (this.everSynced) void this.load(); // another tab may have been closed while there was no way
    this.everSynced = true;
    this.whole();
    // With a new clock: the others may have been told meanwhile that this client is gone.
    this.awareness.setLocalState(this.awareness.getLocalState());
    if (way.kind === "socket") this.seq = Math.max(this.seq, this.promised);
    this.show(); // first who this is: what somebody else has written under this id is told from what is written here
    this.answer(way);
    this.send();
    this.refresh();
  }

  /**
   * The server has told what it has. What waits here goes as it was written: where the server has taken its block out
   * meanwhile, the document has forgotten the text already. Then all else that the server lacks, as it does when it
   * came back from a backup; if that is too much, it stays here.
   */
  private answer(way: Way): void {
    const vector = this.asked;
    this.asked = null;
    if (!vector || this.rights !== "edit") return;
    const written = this.outbox.entries.map((entry) => entry.update);
    while (way.takes() && this.outbox.hasWaiting) way.send(this.outbox.take()!);
    const missing = Y.encodeStateAsUpdate(this.doc, vector);
    if (!way.takes() || !bringsText(missing) || missing.length > LARGE || isWithin(missing, written)) return;
    this.outbox.takeAllWith();
    way.send(missing);
  }

  private stored(count: number): void {
    this.forget(this.outbox.stored(count));
    if (this.outbox.size === 0) {
      this.savedAt = new Date();
      this.soon("text", TEXT_MS, () => this.keepText());
    }
    this.refresh();
  }

  private forget(entries: Entry[]): void {
    entries.forEach((entry) => (entry.stored = true));
    this.parts.copies.drop(entries.flatMap((entry) => (entry.id === null ? [] : [entry.id])));
  }

  private notice(notice: Notice): void {
    if (notice.seq !== undefined) this.promised = notice.seq;
    if (notice.rights === "watch" && this.rights === "edit") this.become("watch", "read-only");
    if (!notice.refused) return;
    if (notice.refused === "read-only") this.become("watch", "read-only");
    else this.stop(notice.refused);
  }

  private lost(): void {
    this.lostAt ??= Date.now();
    this.outbox.back();
    this.parts.copies.careful = true;
    this.refresh();
  }

  /** Nobody is seen: the way is gone. */
  private alone(): void {
    const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, FROM_SERVER);
    others.forEach((client) => this.awareness.meta.delete(client)); // so that they are believed when they come back
  }

  private tick(): void {
    if (this.lostAt !== null && Date.now() - this.lostAt > this.parts.pace.blink) this.alone();
    this.refresh();
  }

  private stop(why: Why): void {
    this.connection.stop();
    this.alone();
    this.outbox.back();
    this.become(why === "not-allowed" ? "none" : "watch", why);
    this.tell("ended");
  }

  private become(rights: Rights, why: Why): void {
    this.why = why;
    this.outbox.back();
    const before = this.rights;
    this.rights = rights;
    void this.keepText();
    this.refresh();
    if (before !== rights) this.tell("rights");
  }

  // --- What is true now ----------------------------------------------------------------------------

  private current(connection: Connection | null): State {
    return stateOf({
      way: connection?.way?.kind ?? null,
      everSynced: this.everSynced,
      heard: connection?.heard ?? Date.now(),
      lostAt: this.lostAt,
      busy: connection?.busy ?? false,
      blink: this.parts.pace.blink,
      entries: this.outbox.entries,
      savedAt: this.savedAt,
      rights: this.rights,
      why: this.why,
    });
  }

  private refresh(): void {
    if (!this.connection) return; // a copy was quicker than the constructor
    const next = this.current(this.connection);
    if (JSON.stringify(next) === JSON.stringify(this.state)) return;
    this.state = next;
    this.tell("state");
  }

  private tell(name: Name): void {
    this.listeners.get(name)?.forEach((listener) => listener());
  }

  private soon(name: "send" | "show" | "text", ms: number, what: () => unknown): void {
    if (this.timers[name] !== undefined) return;
    this.timers[name] = setTimeout(() => {
      delete this.timers[name];
      what();
    }, ms);
  }
}
