// The editing page: the draft, its title, what is to be mended, and what is known about the article.
import { openDraft } from "../drafting";
import type { Draft } from "../drafting/draft";
import { say } from "../page";
import { focusNow } from "./focus";
import { startAbout } from "./about";
import { Authors } from "./authors";
import { Checks } from "./checks";
import { startCounting } from "./count";
import { mountEditor } from "./mount";
import type { Mounted } from "./mount";
import { bindTitle } from "./title";
import { text } from "./words";

interface Setup {
  article: number;
  schema: number;
  mayWrite: boolean;
  title: string;
  user: { id: number; name: string; colour: number };
}

/** Everything that the page needs to know, from the page. Null on other pages. */
function setup(): Setup | null {
  const found = document.getElementById("editor-setup")?.textContent;
  return found ? (JSON.parse(found) as Setup) : null;
}

export async function startPage(): Promise<Mounted | null> {
  const known = setup();
  const element = document.querySelector<HTMLElement>("[data-editor-text]");
  if (!known || !element || !document.querySelector("[data-editor-page]")) return null;
  startAbout(String(known.article));
  const draft = openDraft(known);
  const save = (): void => say(text(draft.state.kind === "saved" ? "saved-already" : "saved-not-yet"));
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.defaultPrevented) return;
    event.preventDefault();
    save();
  });
  const mounted = await mountEditor({
    element, draft, save, pictures: `/api/v1/articles/${known.article}/images`, tools: document.getElementById("editor-tools"),
    extensions: [
      Authors.configure({
        article: known.article, fragment: draft.fragment, awareness: draft.awareness, user: known.user,
        panel: document.getElementById("who-wrote"),
      }),
    ],
  });
  const field = showTitle(draft, known.title, mounted);
  const count = document.getElementById("editor-count");
  if (count) startCounting(mounted.editor, count);
  const list = document.getElementById("editor-findings");
  if (list) {
    const checks = new Checks(list, document.getElementById("editor-no-findings"), mounted.editor, field && { field, given: known.title });
    draft.title.observe(() => checks.soon());
  }
  return mounted;
}

function showTitle(draft: Draft, given: string, { editor }: Mounted): HTMLTextAreaElement | null {
  const field = document.getElementById("editor-title");
  if (!(field instanceof HTMLTextAreaElement)) return null;
  const mayWrite = (): void => void (field.readOnly = draft.rights !== "edit");
  mayWrite();
  draft.on("rights", mayWrite);
  bindTitle(field, draft.title, given, () => focusNow(editor, "start"));
  return field;
}
