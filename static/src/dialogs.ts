// Dialogs: <button data-opens="id"> shows a <dialog> of this page; <a data-dialog href> shows the form of another page
// in one. Without a script the link simply leads to that page, so each form exists once.
import { say, text } from "./page";

const WRITTEN = "form[method=post] :is(textarea, input[type=text])";

export function startDialogs(): void {
  let pressed: EventTarget | null = null; // where the click began: who selects words may let go outside of the dialog
  document.addEventListener("mousedown", (event) => {
    pressed = event.target;
    if (pressed instanceof HTMLDialogElement && holdsWords(pressed)) event.preventDefault(); // the focus stays where it is
  });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.defaultPrevented) return;
    const opener = event.target.closest<HTMLElement>("[data-opens]");
    if (opener) return show(opener.dataset["opens"] ?? "");
    if (event.target.closest("[data-closes]") && event.target.closest("dialog")) {
      event.preventDefault(); // on a page of its own the same control is a link back
      event.target.closest("dialog")?.close();
    }
    // The backdrop belongs to the dialog. A press beside it takes no words away.
    if (event.target instanceof HTMLDialogElement && pressed === event.target && !holdsWords(event.target)) event.target.close();
    const link = event.target.closest<HTMLAnchorElement>("a[data-dialog]");
    if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      void showPage(link);
    }
  });
}

function holdsWords(dialog: HTMLDialogElement): boolean {
  return [...dialog.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(WRITTEN)].some((field) => field.value.trim() !== "");
}

/** Open a <dialog> of this page by its id. */
export function show(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

async function showPage(link: HTMLAnchorElement): Promise<void> {
  link.closest("details")?.removeAttribute("open");
  try {
    const answer = await fetch(link.href, { headers: { "X-Dialog": "1" }, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const content = answer.ok && !answer.redirected ? page.getElementById("dialog-content") : null;
    const dialog = document.getElementById("dialog");
    if (!content || !(dialog instanceof HTMLDialogElement)) return location.assign(link.href);
    dialog.replaceChildren(document.adoptNode(content));
    dialog.dispatchEvent(new CustomEvent("dialog:filled", { bubbles: true }));
    dialog.showModal();
    dialog.addEventListener("close", () => link.focus(), { once: true });
  } catch {
    say(text("unreachable"));
    location.assign(link.href);
  }
}
