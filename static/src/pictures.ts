// Pictures in the plain editor: chosen, pasted or dropped, they are sent at once and stand in the text as Markdown.
import { csrfToken } from "./csrf";
import { say } from "./page";

interface Sent {
  url: string;
}

/** Connects the field for pictures with the text; `article` is the id that they belong to. */
export function startPictures(area: HTMLTextAreaElement, article: string): void {
  const place = document.querySelector<HTMLElement>("[data-pictures]");
  const field = place?.querySelector<HTMLInputElement>("input[type=file]");
  if (!place || !field) return;
  const take = (files: Iterable<File>): void => {
    for (const file of files) {
      if (file.size > Number(field.dataset["maxBytes"])) tell(place, `${file.name}: ${field.dataset["tooLarge"] ?? ""}`);
      else void send(file, area, place, article);
    }
  };
  field.addEventListener("change", () => {
    take(field.files ?? []);
    field.value = "";
  });
  area.addEventListener("paste", (event) => {
    const files = pictures(event.clipboardData);
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
  // Anywhere on the page, and whatever it is: a browser would open it. What is no picture is said by the server.
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
  place.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-insert]") : null;
    const markdown = button?.closest(".picture")?.querySelector("[data-slot=markdown]")?.textContent;
    if (markdown) insert(area, markdown);
  });
}

function pictures(transfer: DataTransfer | null): File[] {
  return [...(transfer?.files ?? [])].filter((file) => file.type.startsWith("image/"));
}

async function send(file: File, area: HTMLTextAreaElement, place: HTMLElement, article: string): Promise<void> {
  const name = file.name || "image";
  tell(place, "");
  say((place.dataset["textSending"] ?? "").replace("{name}", name));
  const body = new FormData();
  body.append("file", file, name);
  try {
    const answer = await fetch(`/api/v1/articles/${article}/images`, {
      method: "POST", body, headers: { "X-CSRFToken": csrfToken() }, credentials: "same-origin",
    });
    const made = (await answer.json()) as Sent & { error?: { message: string } };
    if (!answer.ok) return tell(place, `${name}: ${made.error?.message ?? ""}`);
    const alt = place.dataset["textAlt"] ?? "";
    insert(area, `![${alt}](${made.url})`, 2, alt.length);
    list(place, name, made.url);
  } catch {
    tell(place, (place.dataset["textFailed"] ?? "").replace("{name}", name));
  }
}

/** Put words where the cursor is, so that Ctrl+Z takes them out again; then mark a part of them. */
function insert(area: HTMLTextAreaElement, words: string, from = words.length, length = 0): void {
  area.focus();
  const start = area.selectionStart;
  if (!document.execCommand("insertText", false, words)) {
    area.setRangeText(words, start, area.selectionEnd, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  area.setSelectionRange(start + from, start + from + length);
}

function list(place: HTMLElement, name: string, url: string): void {
  const template = document.getElementById("picture");
  if (!(template instanceof HTMLTemplateElement)) return;
  const entry = template.content.cloneNode(true) as DocumentFragment;
  entry.querySelector("img")?.setAttribute("src", url);
  for (const slot of entry.querySelectorAll("[data-slot=name]")) slot.textContent = name;
  const markdown = entry.querySelector("[data-slot=markdown]");
  if (markdown) markdown.textContent = `![${name}](${url})`;
  place.querySelector("[data-list]")?.prepend(entry);
}

function tell(place: HTMLElement, problem: string): void {
  const line = place.querySelector<HTMLElement>("[data-problem]");
  if (!line) return;
  line.textContent = problem;
  line.hidden = problem === "";
}
