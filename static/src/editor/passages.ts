// Who wrote which passage of a draft: the items of a Yjs document know their client and its clock, the server knows
// which person each client is. Positions are those of the ProseMirror document that y-tiptap makes of the same tree.
import * as Y from "yjs";

export interface Author {
  id: number;
  name: string;
  colour: number;
}

/** Between two positions, by one author; `null` is a client of whom nothing is known. `leaf`: one node without text. */
export interface Passage {
  from: number;
  to: number;
  author: Author | null;
  leaf: boolean;
}

/** Which author a client is from which clock on, oldest first. */
export type Clients = Map<number, [clock: number, author: Author][]>;

export interface Told {
  /** What was written before: the clock up to which each client had come. */
  since: Map<number, number>;
  clients: Clients;
}

export interface Passages {
  found: Passage[];
  /** The size of the content that was walked: another one than ProseMirror's, and the two are not in step just now. */
  size: number;
  /** Clients that are in no answer of the server yet. */
  unknown: Set<number>;
}

/** The passages written since, in order. `isLeaf` tells of a node type whether it has no content. */
export function passagesOf(fragment: Y.XmlFragment, isLeaf: (name: string) => boolean, told: Told): Passages {
  const found: Passage[] = [];
  const unknown = new Set<number>();

  function add(item: Y.Item, at: number, leaf: boolean): void {
    const { client, clock } = item.id;
    const since = told.since.get(client) ?? 0;
    if (clock + item.length <= since) return;
    const known = told.clients.get(client);
    if (!known) unknown.add(client);
    for (const [start, end, author] of parts(Math.max(clock, since), clock + item.length, known ?? [])) {
      const [from, to] = [at + start - clock, at + end - clock];
      const last = found.at(-1);
      if (last && !leaf && !last.leaf && last.to === from && last.author?.id === author?.id) last.to = to;
      else found.push({ from, to, author, leaf });
    }
  }

  /** Gives the position behind the children. */
  function walk(parent: { _start: Y.Item | null }, start: number): number {
    let at = start;
    for (let item = parent._start; item; item = item.right) {
      if (item.deleted) continue;
      const { content } = item;
      if (!(content instanceof Y.ContentType)) {
        if (!item.countable) continue; // a mark begins or ends
        add(item, at, false);
        at += item.length;
      } else if (content.type instanceof Y.XmlElement && isLeaf(content.type.nodeName)) {
        add(item, at, true);
        at += 1;
      } else if (content.type instanceof Y.XmlElement) {
        at = walk(content.type, at + 1) + 1;
      } else {
        at = walk(content.type, at);
      }
    }
    return at;
  }

  return { size: walk(fragment, 0), found, unknown };
}

/** The clocks from `start` to `end`, divided where another author begins. */
function parts(start: number, end: number, known: [clock: number, author: Author][]): [number, number, Author | null][] {
  const made: [number, number, Author | null][] = [];
  let at = start;
  while (at < end) {
    const author = known.filter(([clock]) => clock <= at).at(-1)?.[1] ?? known[0]?.[1] ?? null;
    const next = Math.min(end, ...known.map(([clock]) => clock).filter((clock) => clock > at));
    made.push([at, next, author]);
    at = next;
  }
  return made;
}
