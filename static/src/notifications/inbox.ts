// Keys of the inbox: what they do is written on the buttons of each entry, and is done to the one that has the focus.
// Where that takes the entry away (data-leaves) its reader goes on with the next one.
import { isTyping } from "../page";

export function startInbox(): void {
  document.addEventListener("submit", (event) => {
    const entry = event.submitter?.matches("[data-leaves]") ? event.submitter.closest("[data-inbox] > li") : null;
    if (entry) goOnFrom(entry); // before it is gone, and the focus with it
  });
  if (document.body.dataset["singleKeys"] !== "1") return;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const entry = document.activeElement?.closest<HTMLElement>("[data-inbox] > li");
    const button = entry?.querySelector<HTMLButtonElement>(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    if (!event.repeat) button.click(); // held down it means one entry, not all of them
  });
}

/** Move the focus to the next entry, from the last to the one before, from the only one to where the list was. */
function goOnFrom(entry: Element): void {
  const next = entry.nextElementSibling ?? entry.previousElementSibling;
  const heir = next?.querySelector<HTMLElement>("h2 a") ?? document.getElementById("inbox");
  heir?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}
