// Following and muting, where htmx puts a fresh form in the place of the pressed one: the focus stays on the button, and
// what is refused is said beside it.
import { say, text } from "../page";

interface Swap {
  elt: Element;
  xhr?: XMLHttpRequest;
}

let pressed: "mute" | "follow" | null = null;

export function startFollowing(): void {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = formOf(event);
    form?.parentElement?.querySelector("[data-refused]")?.remove();
    if (form?.contains(document.activeElement)) pressed = document.activeElement?.matches(".mute") ? "mute" : "follow";
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const form = event.target instanceof Element && event.target.matches("form.follow") ? event.target : null;
    if (form && pressed) form.querySelector<HTMLElement>(pressed === "mute" ? "button.mute" : "button:not(.mute)")?.focus();
    if (form) pressed = null;
  });
  for (const name of ["htmx:responseError", "htmx:sendError"]) document.addEventListener(name, refuse);
}

function formOf(event: Event): HTMLFormElement | null {
  const { elt } = (event as CustomEvent<Swap>).detail;
  return elt instanceof HTMLFormElement && elt.matches(".follow") ? elt : null;
}

function refuse(event: Event): void {
  const form = formOf(event);
  if (!form) return;
  const answer = new DOMParser().parseFromString((event as CustomEvent<Swap>).detail.xhr?.responseText ?? "", "text/html");
  const words = answer.querySelector("#main > .notice p")?.textContent?.trim() || text("unreachable");
  const line = document.createElement("p");
  line.className = "wrong";
  line.dataset["refused"] = "";
  line.textContent = words;
  form.parentElement?.querySelector("[data-refused]")?.remove();
  form.after(line);
  say(words);
}
