// When writing has to stop: say why, and offer what could not be saved for copying. The dialog stands outside the page's
// content, which may have to go.
import { leaveUnasked } from "../leaving";
import { icon, say, text } from "../page";
import type { Draft } from "./draft";
import type { Why } from "./state";
import type { Offer } from "./unsaved";

/** Shows what is offered. `throwAway` is what happens when its writer does not want it. */
export function showOffer(why: Why, offer: Offer, throwAway: () => void): void {
  const template = document.getElementById("draft-offer");
  if (!(template instanceof HTMLTemplateElement)) return;
  const dialog = (template.content.cloneNode(true) as DocumentFragment).querySelector("dialog");
  if (!dialog) return;
  for (const reason of dialog.querySelectorAll<HTMLElement>("[data-why]")) reason.hidden = !reason.dataset["why"]?.split(" ").includes(why);
  const place = dialog.querySelector<HTMLElement>("[data-slot=text]");
  const empty = offer.html === "";
  dialog.querySelectorAll<HTMLElement>("[data-with-text]").forEach((part) => (part.hidden = empty));
  dialog.querySelectorAll<HTMLElement>("[data-without-text]").forEach((part) => (part.hidden = !empty));
  // Made from the document, by our own serializer that escapes; parsed apart from the page, and run by nobody.
  place?.replaceChildren(...new DOMParser().parseFromString(offer.html, "text/html").body.childNodes);
  dialog.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-do]") : null;
    if (button?.dataset["do"] === "text") void copy(button, offer, false, place);
    else if (button?.dataset["do"] === "html") void copy(button, offer, true, place);
    else if (button?.dataset["do"] === "discard") throwAway();
    else if (button?.dataset["do"] === "close") dialog.close();
  });
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

async function copy(button: HTMLButtonElement, offer: Offer, formatted: boolean, shown: HTMLElement | null): Promise<void> {
  const done = (await (formatted ? writeFormatted(offer) : navigator.clipboard?.writeText(offer.text).then(() => true, () => false))) || selectAndCopy(shown);
  const told = text(done ? "copied" : "not-copied");
  say(told);
  button.querySelector(".i")?.replaceWith(icon(done ? "check" : "triangle-alert"));
  const words = button.querySelector("[data-label]");
  if (words) words.textContent = told;
}

async function writeFormatted(offer: Offer): Promise<boolean> {
  try {
    const parts = { "text/html": new Blob([offer.html], { type: "text/html" }), "text/plain": new Blob([offer.text], { type: "text/plain" }) };
    await navigator.clipboard.write([new ClipboardItem(parts)]);
    return true;
  } catch {
    return false;
  }
}

/** Without the clipboard's API (a centre without HTTPS has none): what is shown, the old way. */
function selectAndCopy(shown: HTMLElement | null): boolean {
  if (!shown) return false;
  getSelection()?.selectAllChildren(shown);
  return document.execCommand("copy");
}

/** When the article is not there for this person any more, its text leaves the page at once. */
export function takeAway(): void {
  const main = document.getElementById("main");
  const words = document.getElementById("draft-gone");
  if (!main || !(words instanceof HTMLTemplateElement)) return location.reload();
  main.replaceChildren(words.content.cloneNode(true));
  document.querySelectorAll("aside.rail.right").forEach((part) => part.replaceChildren());
}

/** Stop as the reason asks for. */
export async function showEnd(draft: Draft): Promise<void> {
  const why = draft.state.why;
  if (!why) return;
  const pending = draft.state.pending;
  if (why === "not-allowed") takeAway();
  await draft.settled();
  if (why === "read-only") await draft.synced; // what was kept may hang on text that is still on its way
  if (why === "other-schema" && !draft.inDanger && mayReload()) {
    leaveUnasked();
    return location.reload();
  }
  if (why === "signed-out" && !draft.inDanger) return; // kept: it comes back with its writer
  if (pending === 0) return;
  showOffer(why, await draft.offer(), () => {
    void draft.discard().then(() => (why === "not-allowed" ? location.assign("/") : location.reload()));
  });
}

const RELOADED = "kb-draft-reloaded";
const AGAIN_MS = 60_000;

/** Once: a server whose pages and rooms are not of one version would make the page reload for ever. */
function mayReload(): boolean {
  try {
    const last = Number(sessionStorage.getItem(RELOADED));
    sessionStorage.setItem(RELOADED, String(Date.now()));
    return Date.now() - last > AGAIN_MS;
  } catch {
    return false;
  }
}
