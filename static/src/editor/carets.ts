// Where the others are: a caret with their name, and what they have marked. Colours come from the page (data-hue), as
// for all marks of people; nothing here writes a style.
import { Extension } from "@tiptap/core";
import { yCursorPlugin } from "@tiptap/y-tiptap";
import type { Awareness } from "y-protocols/awareness";

interface Person {
  name?: unknown;
  colour?: unknown;
}

const HUES = 8;

function hueOf({ colour }: Person): string {
  const hue = Number.parseInt(String(colour ?? ""), 10);
  return String(Number.isNaN(hue) ? 0 : ((hue % HUES) + HUES) % HUES);
}

function caret(person: Person, client: number): HTMLElement {
  const made = document.createElement("span");
  made.className = "caret";
  made.dataset["hue"] = hueOf(person);
  made.dataset["caret"] = String(client);
  made.setAttribute("aria-hidden", "true"); // the list of who is here is read out instead
  const name = document.createElement("span");
  name.textContent = String(person.name ?? "");
  made.append("\u2060", name, "\u2060"); // the joiners keep the browser's own caret beside it in the line
  return made;
}

export const Carets = Extension.create<{ awareness: Awareness | null }>({
  name: "carets",
  priority: 999,
  addOptions: () => ({ awareness: null }),
  addProseMirrorPlugins() {
    const { awareness } = this.options;
    if (!awareness) return [];
    return [
      yCursorPlugin(awareness, {
        cursorBuilder: (person: Person, client: number) => caret(person, client),
        selectionBuilder: (person: Person) => ({ class: "caret-range", "data-hue": hueOf(person) }),
      }),
    ];
  },
});
