// "Who wrote what": marks what was written since the last version, with the colour and the name of who wrote it, and
// lists them with what they wrote and deleted. The words come from the page: templates/articles/_who_wrote.html.
import { Extension } from "@tiptap/core";
import { type EditorState, Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { type Author, type Clients, type Passage, passagesOf } from "./passages";

const HUES = 8;
const LINES = 4; // kinds of underlining: who have one colour do not have one line
const SETTLE_MS = 150; // after a change of the text
const ASK_MS = 5_000; // at most this often the server is asked who a new client is

export interface AuthorsOptions {
  article: number;
  fragment: Y.XmlFragment | null;
  awareness: Awareness | null;
  /** Who writes here. */
  user: { id: number; name: string } | null;
  /** The panel with the button and the legend; without one nothing is shown. */
  panel: HTMLElement | null;
}

interface Person extends Author {
  written: number;
  deleted: number;
}

interface Answer {
  since: string;
  clients: Record<string, [number, number][]>;
  people: Record<string, Person>;
}

export const Authors = Extension.create<AuthorsOptions>({
  name: "authors",
  addOptions: () => ({ article: 0, fragment: null, awareness: null, user: null, panel: null }),
  addProseMirrorPlugins() {
    const { fragment, panel } = this.options;
    return fragment && panel ? [plugin(this.options, fragment, panel)] : [];
  },
});

const key = new PluginKey<DecorationSet>("authors");

function plugin(options: AuthorsOptions, fragment: Y.XmlFragment, panel: HTMLElement): Plugin<DecorationSet> {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (transaction, marks) => (transaction.getMeta(key) as DecorationSet | undefined) ?? marks.map(transaction.mapping, transaction.doc),
    },
    props: { decorations: (state: EditorState) => key.getState(state) },
    view: (view) => new Marking(view, options, fragment, panel),
  });
}

class Marking {
  private readonly button: HTMLButtonElement;
  private readonly legend: HTMLElement;
  private on = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private asking = false;
  private since = new Map<number, number>();
  private clients: Clients = new Map();
  private people = new Map<number, Person>();

  constructor(
    private readonly view: EditorView,
    private readonly options: AuthorsOptions,
    private readonly fragment: Y.XmlFragment,
    private readonly panel: HTMLElement,
  ) {
    this.button = panel.querySelector<HTMLButtonElement>("[data-who-wrote]")!;
    this.legend = panel.querySelector<HTMLElement>("[data-legend]")!;
    this.button.addEventListener("click", this.toggle);
    this.button.disabled = false; // until now a press would have done nothing
    fragment.doc?.on("update", this.changed);
  }

  destroy(): void {
    clearTimeout(this.timer);
    this.button.removeEventListener("click", this.toggle);
    this.fragment.doc?.off("update", this.changed);
  }

  private readonly toggle = (): void => {
    this.on = !this.on;
    this.button.setAttribute("aria-pressed", String(this.on));
    this.legend.hidden = !this.on;
    if (this.on) void this.ask();
    else this.show(DecorationSet.empty);
  };

  private readonly changed = (): void => {
    if (this.on) this.soon(SETTLE_MS);
  };

  private soon(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), milliseconds);
  }

  /** Ask the server who is who. */
  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.asked = Date.now();
    try {
      const answer = await fetch(`/api/v1/articles/${this.options.article}/draft/authors`, { credentials: "same-origin" });
      if (answer.ok) this.take((await answer.json()) as Answer);
      this.say(answer.ok ? "" : this.panel.dataset["failed"]);
    } catch {
      this.say(this.panel.dataset["failed"]);
    } finally {
      this.asking = false;
    }
    this.soon(0);
  }

  private take(answer: Answer): void {
    const people = new Map(Object.values(answer.people).map((person) => [person.id, person]));
    const rows = Object.entries(answer.clients).map(([client, parts]) => {
      const known = parts.map(([clock, id]) => [clock, people.get(id)] as const);
      return [Number(client), known.filter((part): part is [number, Person] => part[1] !== undefined)] as const;
    });
    this.since = Y.decodeStateVector(Uint8Array.from(atob(answer.since) || "\0", (letter) => letter.charCodeAt(0)));
    this.people = people;
    this.clients = new Map(rows.map(([client, known]) => [client, [...known]]));
  }

  private draw(): void {
    if (!this.on || this.view.isDestroyed) return;
    const { state } = this.view;
    const leaf = (name: string): boolean => state.schema.nodes[name]?.isLeaf ?? false;
    const { found, size, unknown } = passagesOf(this.fragment, leaf, { since: this.since, clients: this.withPresent() });
    if (size !== state.doc.content.size) {
      this.soon(SETTLE_MS * 2); // the editor is about to follow
      return;
    }
    const lines = this.list(found);
    this.show(DecorationSet.create(state.doc, found.map((passage) => this.mark(passage, lines))));
    if (unknown.size && Date.now() - this.asked > ASK_MS) void this.ask();
  }

  /** What the server told, and who is here now: those who began to write a moment ago. */
  private withPresent(): Clients {
    const clients: Clients = new Map(this.clients);
    const add = (client: number, user: { id?: unknown; name?: unknown } | null | undefined): void => {
      if (clients.has(client) || typeof user?.id !== "number" || typeof user.name !== "string") return;
      clients.set(client, [[0, { id: user.id, name: user.name, colour: user.id % HUES }]]);
    };
    this.options.awareness?.getStates().forEach((state, client) => add(client, state["user"] as { id?: unknown; name?: unknown }));
    if (this.fragment.doc) add(this.fragment.doc.clientID, this.options.user);
    return clients;
  }

  private mark({ from, to, author, leaf }: Passage, lines: Map<number, number>): Decoration {
    const attributes = {
      class: "wrote",
      "data-hue": String(author ? author.colour : "none"),
      "data-line": String(lines.get(author?.id ?? 0) ?? 0),
      title: (this.panel.dataset["by"] ?? "{name}").replace("{name}", this.name(author)),
    };
    return leaf ? Decoration.node(from, to, attributes) : Decoration.inline(from, to, attributes);
  }

  private name(author: Author | null): string {
    return author?.name || (this.panel.dataset["unknown"] ?? "");
  }

  /** The legend: who wrote what is there comes first, then who only deleted. Gives the line of each person. */
  private list(found: Passage[]): Map<number, number> {
    const rows = new Map<number, { author: Author | null; written: number; deleted: number }>();
    for (const { author, from, to } of found) {
      const row = rows.get(author?.id ?? 0) ?? { author, written: 0, deleted: this.people.get(author?.id ?? 0)?.deleted ?? 0 };
      rows.set(author?.id ?? 0, { ...row, written: row.written + to - from });
    }
    for (const person of this.people.values()) {
      if (!rows.has(person.id) && person.deleted) rows.set(person.id, { author: person, written: 0, deleted: person.deleted });
    }
    const lines = new Map([...rows.keys()].map((id, index) => [id, index % LINES]));
    const list = this.legend.querySelector("ul")!;
    const made = [...rows].map(([id, row]) => this.line(lines.get(id) ?? 0, row));
    if (list.innerHTML !== made.map((line) => line.outerHTML).join("")) list.replaceChildren(...made);
    this.legend.querySelector<HTMLElement>("[data-nothing]")!.hidden = rows.size > 0;
    return lines;
  }

  private line(line: number, { author, written, deleted }: { author: Author | null; written: number; deleted: number }): HTMLElement {
    const template = this.panel.querySelector("template")!;
    const row = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    const sample = row.querySelector<HTMLElement>(".wrote")!;
    sample.dataset["hue"] = String(author ? author.colour : "none");
    sample.dataset["line"] = String(line);
    sample.textContent = this.name(author);
    const say = (slot: string, count: number): void => {
      const place = row.querySelector<HTMLElement>(`[data-slot="${slot}"]`)!;
      place.textContent = (place.textContent ?? "").replace("{count}", count.toLocaleString(document.documentElement.lang));
      place.hidden = count === 0;
    };
    say("written", written);
    say("deleted", deleted);
    return row;
  }

  private say(words: string | undefined): void {
    this.legend.querySelector<HTMLElement>("[data-problem]")!.textContent = words ?? "";
  }

  private show(marks: DecorationSet): void {
    this.view.dispatch(this.view.state.tr.setMeta(key, marks).setMeta("addToHistory", false));
  }
}
