// Copying: the whole answer, the passage that is selected, one section, or the link to it.
import { icon, say, text } from "./page";
import { plainText } from "./plaintext";

const DONE_MS = 1_600;
const HEADINGS = "h2[id], h3[id], h4[id]";

export function startCopying(): void {
  const body = document.getElementById("article-body");
  if (!body) return;
  addHeadingTools(body);
  // The live connection swaps the text: its new headings get their buttons too.
  new MutationObserver(() => addHeadingTools(body)).observe(body, { childList: true });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-copy]") : null;
    if (button) void copy(button, body);
  });
}

async function copy(button: HTMLButtonElement, body: HTMLElement): Promise<void> {
  const heading = button.closest(".heading-tools")?.previousElementSibling as HTMLElement | null;
  const kind = button.dataset["copy"];
  const words =
    kind === "link" ? linkTo(heading ?? null) : kind === "section" && heading ? sectionText(heading) : (selectedText(body) ?? plainText(body));
  await copyWords(words, button);
}

/** Copy words, and let the button that was pressed say for a moment whether it worked; gives what it says. */
export async function copyWords(words: string, button: HTMLButtonElement): Promise<string> {
  const copied = await write(words);
  const told = text(copied ? "copied" : "not-copied");
  say(told);
  const label = button.querySelector<HTMLElement>("[data-label]");
  const before = button.dataset["before"] ?? label?.textContent ?? "";
  button.dataset["before"] = before;
  button.toggleAttribute("data-done", copied);
  if (label) label.textContent = told;
  else button.title = told;
  window.setTimeout(() => {
    button.removeAttribute("data-done");
    if (label) label.textContent = before;
    else button.title = button.getAttribute("aria-label") ?? "";
  }, DONE_MS);
  return told;
}

/** What is selected inside the article, or null when nothing of it is. */
export function selectedText(body: HTMLElement): string | null {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(body)) return null;
  const inside = range.cloneRange();
  if (!body.contains(inside.startContainer)) inside.setStart(body, 0);
  if (!body.contains(inside.endContainer)) inside.setEnd(body, body.childNodes.length);
  return plainText(inside.cloneContents()) || null;
}

/** A heading and all until the next heading of its level or above. */
function sectionText(heading: HTMLElement): string {
  const section = document.createElement("div");
  section.append(heading.cloneNode(true));
  for (let next = heading.nextElementSibling; next; next = next.nextElementSibling) {
    if (/^H[1-6]$/.test(next.tagName) && next.tagName <= heading.tagName) break;
    section.append(next.cloneNode(true));
  }
  return plainText(section);
}

function linkTo(heading: HTMLElement | null): string {
  const address = new URL(location.pathname, location.origin);
  if (heading) address.hash = heading.id;
  return address.href;
}

async function write(words: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return writeOldWay(words); // a centre without HTTPS has no clipboard API
  }
}

function writeOldWay(words: string): boolean {
  const area = document.createElement("textarea");
  area.value = words;
  area.className = "heard";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}

function addHeadingTools(body: HTMLElement): void {
  for (const heading of body.querySelectorAll<HTMLElement>(HEADINGS)) {
    if (heading.nextElementSibling?.matches(".heading-tools")) continue;
    const name = (heading.textContent ?? "").trim();
    const tools = document.createElement("span");
    tools.className = "heading-tools";
    tools.append(tool("link", "link", text("copy-link", { name })), tool("section", "copy", text("copy-section", { name })));
    heading.after(tools); // beside the heading and not in it: its name is read without ours
  }
}

function tool(kind: string, picture: string, label: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset["copy"] = kind;
  button.title = label;
  button.setAttribute("aria-label", label);
  button.append(icon(picture));
  return button;
}
