// Copies in this browser of what the server does not have yet: one database per person, so that nobody else who signs
// in here ever opens it. They survive reload, crash and the end of a session; they go when the server has the text, and
// with the person who signs out.
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";

const PREFIX = "kb-drafts-";
const OPEN_MS = 4_000;
const FLUSH_MS = 1_000;
const MANY = 200; // rows of one article; a day offline must not make thousands of them

/** One Yjs update as it was written. */
export interface KeptUpdate {
  article: number;
  at: number;
  data: Uint8Array;
  /** The server does not take it, ever; and whether its writer has been told. */
  refused?: "new" | "told";
}

/** The same for people: what they would copy when it cannot be sent. */
export interface KeptText {
  article: number;
  address: string;
  title: string;
  html: string;
  text: string;
  at: number;
}

interface Kept extends DBSchema {
  updates: { key: number; value: KeptUpdate; indexes: { article: number } };
  texts: { key: number; value: KeptText };
}

type Database = IDBPDatabase<Kept>;
type Merge = (updates: Uint8Array[]) => Uint8Array;

interface Waiting {
  row: KeptUpdate;
  done(id: number | null): void;
}

export class Copies {
  /** Without a connection the copy is all there is: then the disk has it within a second, for a power cut. */
  careful = true;
  private flushed = 0;
  private readonly opening: Promise<Database | null>;
  private wiped = false;
  private puts: Waiting[] = [];
  private drops: number[] = [];
  private busy = false;

  constructor(private readonly user: string) {
    this.opening = this.open();
  }

  /** Keep an update; gives its number here, or null when this browser keeps nothing. */
  put(article: number, data: Uint8Array): Promise<number | null> {
    return new Promise((done) => {
      this.puts.push({ row: { article, at: Date.now(), data }, done });
      void this.work();
    });
  }

  /** These are stored on the server. */
  drop(ids: number[]): void {
    this.drops.push(...ids);
    if (ids.length > 0) void this.work();
  }

  /** Everything that is kept of an article (of all without one), oldest first: from this tab, others, and dead ones. */
  async updates(article?: number): Promise<Array<KeptUpdate & { id: number }>> {
    return this.reading(async (db) => {
      const transaction = db.transaction("updates");
      const source = article === undefined ? transaction.store : transaction.store.index("article");
      const found: Array<KeptUpdate & { id: number }> = [];
      for (let at = await source.openCursor(article ?? null); at; at = await at.continue()) {
        found.push({ ...at.value, id: at.primaryKey });
      }
      return found;
    }, []);
  }

  /** The texts of what is kept, for people. */
  texts(): Promise<KeptText[]> {
    return this.reading((db) => db.getAll("texts"), []);
  }

  async keepText(text: KeptText): Promise<void> {
    await this.reading((db) => db.put("texts", text), 0);
  }

  async dropText(article: number): Promise<void> {
    await this.reading((db) => db.delete("texts", article), undefined);
  }

  /** The server takes these in no way; `told` when their writer knows. They stay, and are not sent by themselves again. */
  async refuse(ids: number[], refused: "new" | "told"): Promise<void> {
    await this.reading(async (db) => {
      const transaction = db.transaction("updates", "readwrite");
      for (const id of ids) {
        const row = await transaction.store.get(id);
        if (row) await transaction.store.put({ ...row, refused }, id);
      }
      await transaction.done;
    }, undefined);
  }

  /** Make one row of these: in one transaction, so that a crash leaves the old ones or the new one. */
  async merge(article: number, ids: number[], merge: Merge): Promise<number | null> {
    if (ids.length < MANY) return null;
    return this.reading(async (db) => {
      const transaction = db.transaction("updates", "readwrite");
      const rows = (await Promise.all(ids.map((id) => transaction.store.get(id)))).filter((row) => row !== undefined);
      // Another tab had some of them stored meanwhile; then there is less to merge than it seemed.
      if (rows.length < ids.length) return null;
      const id = await transaction.store.add({ article, at: rows[0]!.at, data: merge(rows.map((row) => row.data)) });
      await Promise.all(ids.map((old) => transaction.store.delete(old)));
      await transaction.done;
      return id;
    }, null);
  }

  /** Forget everything that this person wrote here, in every tab. */
  async wipe(): Promise<void> {
    await this.reading(async (db) => {
      const transaction = db.transaction(["updates", "texts"], "readwrite");
      await Promise.all([transaction.objectStore("updates").clear(), transaction.objectStore("texts").clear(), transaction.done]);
    }, undefined);
    await this.close();
    await Promise.race([deleteDB(PREFIX + this.user).catch(() => undefined), later(1_000)]);
  }

  /** Let go of the database: it is being deleted, or nobody needs it. */
  async close(): Promise<void> {
    this.wiped = true;
    (await this.opening)?.close();
  }

  private async open(): Promise<Database | null> {
    try {
      const opened = openDB<Kept>(PREFIX + this.user, 1, {
        upgrade(db) {
          db.createObjectStore("updates", { autoIncrement: true }).createIndex("article", "article");
          db.createObjectStore("texts", { keyPath: "article" });
        },
        // Another tab deletes it: its person has signed out, so this one must not write any more either.
        blocking: () => void this.close(),
        terminated: () => (this.wiped = true),
      });
      return await Promise.race([opened, later(OPEN_MS).then(() => null)]);
    } catch {
      return null; // private windows, a full disk, a policy: the label says that nothing is kept
    }
  }

  private async reading<T>(what: (db: Database) => Promise<T>, otherwise: T): Promise<T> {
    const db = await this.opening;
    if (!db || this.wiped) return otherwise;
    try {
      return await what(db);
    } catch {
      return otherwise;
    }
  }

  /** One transaction for all that has come together while the one before was written. */
  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    await null;
    while (this.puts.length + this.drops.length > 0) {
      const puts = this.puts.splice(0);
      const drops = this.drops.splice(0);
      const ids = await this.reading((db) => this.write(db, puts, drops), null);
      puts.forEach((put, index) => put.done(ids?.[index] ?? null));
    }
    this.busy = false;
  }

  private async write(db: Database, puts: Waiting[], drops: number[]): Promise<number[]> {
    // Relaxed outlives the browser, and is quick: what waits for the disk would be lost in a crash. Strict flushes all.
    const flush = this.careful && Date.now() - this.flushed > FLUSH_MS;
    if (flush) this.flushed = Date.now();
    const transaction = db.transaction("updates", "readwrite", { durability: flush ? "strict" : "relaxed" });
    const adding = puts.map((put) => transaction.store.add(put.row));
    const dropping = drops.map((id) => transaction.store.delete(id));
    const [ids] = await Promise.all([Promise.all(adding), Promise.all(dropping), transaction.done]);
    return ids;
  }
}

/** The people of whom this browser keeps something; null where browsers do not tell (Firefox before 126). */
export async function keepers(): Promise<string[] | null> {
  try {
    const found = await indexedDB.databases();
    return found.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
  } catch {
    return null;
  }
}

function later(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
