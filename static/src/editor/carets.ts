// Where the others are: a caret with their name, and what they have marked. Colours come from the page (data-hue), as
// for all marks of people; nothing here writes a style. The name is seen when somebody comes or goes to another place, and
// fades: it stands over the line above, and whoever writes on does not need to be named with every key.
import { Extension } from "@tiptap/core";
import { Plugin } from "@tiptap/pm/state";
import { yCursorPlugin } from "@tiptap/y-tiptap";
import type { Awareness } from "y-protocols/awareness";

interface Person {
  name?: unknown;
  colour?: unknown;
}

const HUES = 8;
const QUIET_MS = 5_000; // whoever has not moved for so long is named when they move again
const DRAWN_MS = 100; // a caret is drawn a moment after it was heard of

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

/** Shows the names of those who move again after a while. */
function names(awareness: Awareness): Plugin {
  return new Plugin({
    view(view) {
      const moved = new Map<number, { at: number; cursor: string }>();
      const heard = ({ updated, removed }: Record<"updated" | "removed", number[]>): void => {
        removed.forEach((client) => moved.delete(client));
        updated.forEach((client) => {
          const cursor = JSON.stringify(awareness.getStates().get(client)?.["cursor"] ?? null);
          const before = moved.get(client);
          if (before?.cursor === cursor) return;
          moved.set(client, { at: Date.now(), cursor });
          if (before && Date.now() - before.at > QUIET_MS) setTimeout(() => showName(view.dom, client), DRAWN_MS);
        });
      };
      awareness.on("change", heard);
      return { destroy: () => awareness.off("change", heard) };
    },
  });
}

/** Again what the style sheet does with a caret that is new. */
function showName(text: HTMLElement, client: number): void {
  const name = text.querySelector(`[data-caret="${client}"] > span`);
  name?.getAnimations().forEach((one) => {
    one.cancel();
    one.play();
  });
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
      names(awareness),
    ];
  },
});
