// Who is here: everybody with the draft open, once each, with the colour of their cursor and whether they write. A
// click, or Enter, goes to where they are.
import * as Y from "yjs";
import type { Draft, Person } from "./draft";

const IDLE_MS = 90_000;
const SHOWN = 8;
const LOOK_MS = 15_000;

interface Here extends Person {
  client: number;
  writing: boolean;
  moved: number;
}

type Cursor = { anchor?: unknown; head?: unknown } | null | undefined;

/** Draws #people-here and keeps it current. */
export function showPeople(draft: Draft): void {
  const list = document.getElementById("people-here");
  if (!list) return;
  const moved = new Map<number, number>(); // client → when it last did something
  let drawn = "";
  const draw = (): void => {
    const people = peopleOf(draft, moved);
    // Cursors move all the time; the list is touched only when it will say something else.
    const next = JSON.stringify([people.map((person) => [person.id, person.name, person.client, doingOf(person)]), list.hasAttribute("data-all")]);
    if (next === drawn) return;
    drawn = next;
    const focused = list.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["person"] : undefined;
    list.replaceChildren(...entries(draft, list, people));
    if (focused) list.querySelector<HTMLElement>(`[data-person="${focused}"]`)?.focus();
  };
  let drawing = 0;
  draft.awareness.on("change", ({ added, updated, removed }: Record<"added" | "updated" | "removed", number[]>) => {
    const now = Date.now();
    [...added, ...updated].forEach((client) => moved.set(client, now));
    removed.forEach((client) => moved.delete(client));
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(draw);
  });
  setInterval(draw, LOOK_MS); // who does nothing fades
  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-client]") : null;
    if (button) goTo(draft, Number(button.dataset["client"]));
    else if (event.target instanceof Element && event.target.closest("[data-more]")) {
      list.toggleAttribute("data-all");
      draw();
    }
  });
  draw();
}

/** Everybody once, this person last; of several windows of one person the one that moved last. */
function peopleOf(draft: Draft, moved: Map<number, number>): Here[] {
  const people = new Map<number, Here>();
  draft.awareness.getStates().forEach((state, client) => {
    const user = state["user"] as Partial<Person> | undefined;
    if (!user || typeof user.id !== "number" || typeof user.name !== "string") return;
    const here: Here = { id: user.id, name: user.name, colour: Number(user.colour) || 0, client, writing: state["doing"] === "writing", moved: moved.get(client) ?? Date.now() };
    const known = people.get(user.id);
    if (!known || known.moved < here.moved) people.set(user.id, { ...here, writing: here.writing || (known?.writing ?? false) });
    else known.writing ||= here.writing;
  });
  const mine = draft.awareness.getLocalState()?.["user"]?.["id"] as number | undefined;
  return [...people.values()].sort((a, b) => Number(a.id === mine) - Number(b.id === mine) || a.name.localeCompare(b.name));
}

function entries(draft: Draft, list: HTMLElement, people: Here[]): HTMLElement[] {
  const all = list.hasAttribute("data-all") || people.length <= SHOWN;
  const items = (all ? people : people.slice(0, SHOWN - 1)).map((person) => entry(draft, list, person));
  if (people.length > SHOWN) items.push(moreButton(list, all ? null : people.length - SHOWN + 1));
  return items;
}

function entry(draft: Draft, list: HTMLElement, person: Here): HTMLElement {
  const texts = list.dataset;
  const self = draft.awareness.getLocalState()?.["user"]?.["id"] === person.id;
  const doing = doingOf(person);
  const mark = element("span", "who", initials(person.name));
  mark.setAttribute("aria-hidden", "true");
  mark.dataset["hue"] = String(person.colour);
  const words = element("span", "person-words");
  words.append(element("span", "person-name", self ? (texts["textYou"] ?? "").replace("{name}", person.name) : person.name), " ", element("small", "", texts[`text${doing[0]!.toUpperCase()}${doing.slice(1)}`]));
  const inside = self ? element("span", "person") : element("button", "person");
  if (inside instanceof HTMLButtonElement) {
    inside.type = "button";
    inside.dataset["client"] = String(person.client);
    inside.title = (texts["textGo"] ?? "").replace("{name}", person.name);
  }
  inside.dataset["person"] = String(person.id);
  inside.dataset["doing"] = doing;
  inside.append(mark, words);
  const item = document.createElement("li");
  item.append(inside);
  return item;
}

function doingOf(person: Here): "writing" | "reading" | "idle" {
  if (person.writing) return "writing";
  return Date.now() - person.moved > IDLE_MS ? "idle" : "reading";
}

function moreButton(list: HTMLElement, hidden: number | null): HTMLElement {
  const button = element("button", "person more", hidden === null ? (list.dataset["textFewer"] ?? "") : (list.dataset["textMore"] ?? "").replace("{count}", String(hidden)));
  (button as HTMLButtonElement).type = "button";
  button.dataset["more"] = "";
  button.dataset["person"] = "more";
  button.setAttribute("aria-expanded", String(hidden === null));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

/** Bring the cursor of a client into view: its caret where the editor draws one, else the block that it is in. */
export function goTo(draft: Draft, client: number): void {
  const target = document.querySelector(`[data-caret="${client}"]`) ?? blockOf(draft, client);
  if (!target) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  // An animation, because the editor takes back any change to its elements.
  const ring = { outline: "2px solid var(--accent)", outlineOffset: "4px", borderRadius: "4px" };
  target.animate([ring, { ...ring, offset: 0.7 }, { ...ring, outlineColor: "transparent" }], 1_600);
  target.querySelector(":scope > span")?.getAnimations().forEach((name) => (name.cancel(), name.play())); // it had faded
}

function blockOf(draft: Draft, client: number): Element | null {
  const cursor = draft.awareness.getStates().get(client)?.["cursor"] as Cursor;
  if (!cursor?.head) return null;
  const at = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(cursor.head), draft.doc);
  if (!at) return null;
  let type: Y.AbstractType<unknown> | null = at.type as Y.AbstractType<unknown>;
  while (type?.parent && type.parent !== (draft.fragment as unknown)) type = type.parent as Y.AbstractType<unknown>;
  const index = type === (draft.fragment as unknown) ? at.index : draft.fragment.toArray().indexOf(type as unknown as Y.XmlElement);
  const blocks = document.querySelector(".ProseMirror")?.children;
  return blocks?.[Math.min(index, blocks.length - 1)] ?? null;
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]?.slice(0, 2)];
  return letters.map((word, at) => (words.length > 1 ? [...(word ?? "")][0] : at === 0 ? word : "")).join("").toUpperCase();
}

function element(name: string, className: string, words = ""): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words) made.textContent = words;
  return made;
}
