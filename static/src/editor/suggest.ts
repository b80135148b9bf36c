// A text of one's own in a form: who may not write the draft proposes a change. The form sends the text as it is then.
import type { JSONContent } from "@tiptap/core";
import { Checks } from "./checks";
import { startCounting } from "./count";
import { Unsent } from "../unsent";
import { mountEditor } from "./mount";

/** <form data-editor-suggest> with [data-editor-text], <script data-start-document> and <input name="document">. */
export async function startSuggesting(form: HTMLFormElement): Promise<void> {
  const element = form.querySelector<HTMLElement>("[data-editor-text]");
  const start = form.querySelector("script[data-start-document]")?.textContent;
  const field = form.elements.namedItem("document");
  if (!element || !start || !(field instanceof HTMLInputElement)) return;
  const { article } = form.dataset;
  const { editor } = await mountEditor({
    element,
    startDocument: JSON.parse(start) as JSONContent,
    tools: form.querySelector<HTMLElement>("#editor-tools") ?? document.getElementById("editor-tools"),
    ...(article ? { pictures: `/api/v1/articles/${article}/suggestions/images` } : {}),
  });
  // Without scripts the same form takes the text as Markdown; with them it is one or the other.
  form.querySelector("[data-suggest-rich]")?.removeAttribute("hidden");
  form.querySelector("[data-suggest-plain]")?.setAttribute("hidden", "");
  const write = (): void => void (field.value = JSON.stringify(editor.getJSON()));
  editor.on("update", write);
  form.addEventListener("submit", write);
  write();
  // What was not sent is kept in this browser, like the text of every other form.
  const unsent = new Unsent(form, {
    name: `suggest-${article ?? ""}`,
    fields: ["title", "reason", "document", "version"],
    restored: () => editor.commands.setContent(JSON.parse(field.value) as JSONContent),
  });
  editor.on("update", () => unsent.keepSoon());
  const count = document.getElementById("editor-count");
  if (count) startCounting(editor, count);
  const list = document.getElementById("editor-findings");
  if (list) new Checks(list, document.getElementById("editor-no-findings"), editor);
}
