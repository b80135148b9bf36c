// Small things around the text: keys that belong to the page, a hint in an empty text, and nothing written by those who
// only watch.
import { Extension } from "@tiptap/core";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { ySyncPluginKey } from "@tiptap/y-tiptap";

export interface Keys {
  link(): void;
  find(): void;
  save(): void;
  toolbar(): void;
}

const run = (action: (() => void) | undefined) => (): boolean => {
  action?.();
  return action !== undefined;
};

export const PageKeys = Extension.create<{ keys: Keys | null }>({
  name: "pageKeys",
  priority: 1_050,
  addOptions: () => ({ keys: null }),
  addKeyboardShortcuts() {
    const { keys } = this.options;
    return {
      "Mod-k": run(keys?.link),
      "Mod-f": run(keys?.find),
      "Mod-s": run(keys?.save),
      "Alt-F10": run(keys?.toolbar),
    };
  },
});

export const Hint = Extension.create<{ words: string }>({
  name: "hint",
  addOptions: () => ({ words: "" }),
  addProseMirrorPlugins() {
    const { words } = this.options;
    return [
      new Plugin({
        key: new PluginKey("hint"),
        props: {
          decorations: ({ doc }) => {
            const only = doc.childCount === 1 ? doc.firstChild : null;
            if (only?.type.name !== "paragraph" || only.content.size > 0) return null;
            return DecorationSet.create(doc, [Decoration.node(0, only.nodeSize, { class: "hint", "data-hint": words })]);
          },
        },
      }),
    ];
  },
});

/** Whoever watches a draft sees every change, and makes none: not by a plugin that tidies either. */
export const WatchOnly = Extension.create({
  name: "watchOnly",
  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        key: new PluginKey("watchOnly"),
        filterTransaction: (tr) => editor.isEditable || !tr.docChanged || tr.getMeta(ySyncPluginKey) !== undefined,
      }),
    ];
  },
});
