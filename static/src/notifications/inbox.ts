// Keys of the inbox: what they do is written on the buttons of each entry, and is done to the one that has the focus.
import { isTyping } from "../page";

export function startInbox(): void {
  if (document.body.dataset["singleKeys"] !== "1") return;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const entry = document.activeElement?.closest<HTMLElement>("[data-inbox] > li");
    const button = entry?.querySelector<HTMLButtonElement>(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
