// What can be chosen while typing: blocks (the tools of the toolbar that have data-slash), and articles by their title.
import type { Editor } from "@tiptap/core";
import type { Choice, Source } from "./choices";
import { commands } from "./commands";
import type { Desk } from "./commands";
import { asOneStep } from "./undo";
import { text } from "./words";

export interface Suggested {
  id: number;
  title: string;
  category: string;
}

const LEAST_LETTERS = 2;

/** Titles that begin so, as the search field of every page finds them; null when the server cannot be reached. */
export async function articlesLike(words: string): Promise<Suggested[] | null> {
  try {
    const answer = await fetch(`/api/v1/search/suggest?${new URLSearchParams({ q: words })}`, { credentials: "same-origin" });
    return answer.ok ? ((await answer.json()) as { items: Suggested[] }).items : null;
  } catch {
    return null;
  }
}

export function articleSource(): Source {
  return {
    pattern: /\[\[([^[\]]{0,60})$/,
    label: text("articles-list"),
    waitMs: 90,
    nothing: (words) => (words.trim().length < LEAST_LETTERS ? text("more-letters") : text("no-articles")),
    find: async (words) => {
      if (words.trim().length < LEAST_LETTERS) return [];
      const found = await articlesLike(words.trim());
      return found ? found.map((one) => ({ label: one.title, hint: one.category, take: (editor, from, to) => putLink(editor, from, to, one) })) : null;
    },
  };
}

function putLink(editor: Editor, from: number, to: number, { id, title }: Suggested): void {
  const link = { type: "link", attrs: { href: `/articles/${id}/`, title: null } };
  editor
    .chain()
    .focus()
    .insertContentAt({ from, to }, { type: "text", text: title, marks: [link] })
    .unsetMark("link")
    .run();
}

interface Block {
  name: string;
  label: string;
  hint: string;
  words: string;
  icon: SVGElement | null;
}

export function blockSource(tools: HTMLElement, desk: Desk): Source {
  const blocks = [...tools.querySelectorAll<HTMLElement>("[data-slash]")].map(described);
  return {
    pattern: /(?:^|\s)\/([\p{L}\d -]{0,30})$/u,
    label: text("slash-list"),
    find: (typed) => {
      const found = matching(blocks, typed);
      return found.length ? found.map((block) => choice(block, desk)) : null;
    },
  };
}

function described(tool: HTMLElement): Block {
  const label = tool.getAttribute("aria-label") ?? tool.querySelector("span")?.textContent?.trim() ?? "";
  return {
    name: tool.dataset["command"] ?? "",
    label,
    hint: tool.querySelector("kbd")?.textContent ?? "",
    words: `${label} ${tool.dataset["words"] ?? ""}`.toLowerCase(),
    icon: tool.querySelector<SVGElement>("svg.i"),
  };
}

/** Those with a word that begins like what was typed; first those whose name begins so. */
function matching(blocks: Block[], typed: string): Block[] {
  const wanted = typed.trim().toLowerCase();
  const found = blocks.filter((block) => block.words.split(/\s+/).some((word) => word.startsWith(wanted)) || block.words.startsWith(wanted));
  const first = (block: Block): number => (block.label.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((one, other) => first(one) - first(other));
}

function choice(block: Block, desk: Desk): Choice {
  return {
    label: block.label,
    hint: block.hint,
    icon: block.icon?.cloneNode(true) ?? null,
    take: (editor, from, to) => {
      asOneStep(editor, () => {
        editor.chain().focus().deleteRange({ from, to }).run();
        commands[block.name]?.run(editor, desk);
      });
      if (!document.querySelector("dialog[open]")) editor.commands.focus();
    },
  };
}
