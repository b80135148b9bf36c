// Copying: the whole answer, the passage that is selected, one section, or the link to it. Passages for certain roles are
// not for those who get the copy: they are in it only where somebody chose them.
import { icon, say, text } from "./page";
import { plainText } from "./plaintext";

const DONE_MS = 1_600;
const READ_MS = 6_000; // what is more than a word
const PASSAGE = "[data-roles]";
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
  if (kind === "link") await copyWords(linkTo(heading ?? null), button);
  else if (kind === "section" && heading) await copyAnswer(section(heading), button, firstLine());
  else if (kind === "selection") await copyWords(chosen(body) ?? "", button);
  else await copyChosen(body, button);
}

/** Copy what is selected in an answer, as it is, or else the answer. Where it does not hold, the button has what to begin with. */
export async function copyChosen(body: HTMLElement, button: HTMLButtonElement): Promise<string> {
  const words = chosen(body);
  return words === null ? copyAnswer(body, button) : copyWords(after(button.dataset["first"], words), button);
}

/** Copy an answer for those who asked: without the passages for certain roles, and the button says so. */
export async function copyAnswer(body: HTMLElement, button: HTMLButtonElement, first = button.dataset["first"]): Promise<string> {
  const [open, passages] = withoutPassages(body);
  const words = plainText(open);
  const roles = [...new Set(passages.flatMap((one) => (one.dataset["roles"] ?? "").split(/\s+/)))].filter(Boolean);
  const values = { count: passages.length, roles: roles.map((role) => text(`role-${role}`) || role).join(", ") };
  if (!words && passages.length > 0) return tell(text("nothing-to-copy", values), button, false);
  const done = passages.length > 0 ? text(passages.length === 1 ? "copied-without-one" : "copied-without-more", values) : text("copied");
  return copyWords(after(first, words), button, done);
}

/** Copy words, and let the button that was pressed say for a moment whether it worked; gives what it says. */
export async function copyWords(words: string, button: HTMLButtonElement, done = text("copied")): Promise<string> {
  const copied = await write(words);
  return tell(copied ? done : text("not-copied"), button, copied);
}

function tell(told: string, button: HTMLButtonElement, copied: boolean): string {
  say(told);
  const label = button.querySelector<HTMLElement>("[data-label]");
  const before = button.dataset["before"] ?? label?.textContent ?? "";
  button.dataset["before"] = before;
  button.toggleAttribute("data-done", copied);
  const isLong = told !== text("copied");
  const beside = label || !isLong ? null : document.createElement("span");
  if (label) label.textContent = told;
  else button.title = told;
  if (beside) {
    beside.textContent = told;
    button.before(beside);
  }
  window.setTimeout(() => {
    button.removeAttribute("data-done");
    beside?.remove();
    if (label) label.textContent = before;
    else button.title = button.getAttribute("aria-label") ?? "";
  }, isLong ? READ_MS : DONE_MS);
  return told;
}

function after(first: string | undefined, words: string): string {
  return first ? `${first}\n\n${words}` : words;
}

/** What an answer that does not hold begins with. */
function firstLine(): string | undefined {
  return document.querySelector<HTMLElement>("[data-copy='answer']")?.dataset["first"];
}

/** What everybody may have of a text, and what that leaves out. A box that held nothing else goes too. */
function withoutPassages(body: HTMLElement): [HTMLElement, HTMLElement[]] {
  const open = body.cloneNode(true) as HTMLElement;
  const passages = [...open.querySelectorAll<HTMLElement>(PASSAGE)];
  for (const passage of passages) {
    let gone: Element = passage;
    for (let box = gone.parentElement; box && box !== open && isOnly(gone, box); box = gone.parentElement) gone = box;
    gone.remove();
  }
  return [open, passages];
}

function isOnly(element: Element, box: Element): boolean {
  return !box.matches("td, th, details") && box.children.length === 1 && box.textContent?.trim() === element.textContent?.trim();
}

/** What is selected in a text, or in the quick facts above it. */
function chosen(body: HTMLElement): string | null {
  const facts = document.getElementById("quick-facts");
  return selectedText(body) ?? (facts ? selectedText(facts) : null);
}

/** What is selected inside the article, or null when nothing of it is. */
function selectedText(body: HTMLElement): string | null {
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
function section(heading: HTMLElement): HTMLElement {
  const part = document.createElement("div");
  part.append(heading.cloneNode(true));
  for (let next = heading.nextElementSibling; next; next = next.nextElementSibling) {
    if (/^H[1-6]$/.test(next.tagName) && next.tagName <= heading.tagName) break;
    part.append(next.cloneNode(true));
  }
  return part;
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
