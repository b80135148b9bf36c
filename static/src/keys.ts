// Single keys. A control names its own with aria-keyshortcuts, so that what is shown, announced and done is one thing.
// Lists marked data-keys="list" are walked with J and K. People can switch all of this off (WCAG 2.1.4).
import { show } from "./dialogs";
import { openPalette } from "./palette";
import { isTyping } from "./page";

export function startKeys(): void {
  if (areOff()) {
    dropSingleKeys(document);
    // What is fetched later, a dialog or a preview, names its keys again.
    new MutationObserver(() => dropSingleKeys(document)).observe(document.body, { childList: true, subtree: true });
    return;
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (event.repeat && key !== "j" && key !== "k") return; // held down it means nothing more
    if (press(key)) event.preventDefault();
  });
}

/** For those who switched single keys off no control names one. It is marked as one that had a key (`data-act`): the palette
 * offers it all the same. `page`: this one, or a fresh one before the page is made equal to it. */
export function dropSingleKeys(page: ParentNode): void {
  if (!areOff()) return;
  for (const control of page.querySelectorAll<HTMLElement>('[aria-keyshortcuts]:not([aria-keyshortcuts*="+"])')) {
    control.removeAttribute("aria-keyshortcuts");
    control.dataset["act"] = "";
  }
}

function areOff(): boolean {
  return document.body.dataset["singleKeys"] !== "1";
}

/** Do what a key stands for; false when it stands for nothing on this page. */
function press(key: string): boolean {
  if (key === "/") return search();
  if (key === "?") {
    show("shortcuts");
    return true;
  }
  if (!/^[a-z0-9]$/.test(key)) return false;
  if ((key === "j" || key === "k") && walk(key === "j" ? 1 : -1)) return true;
  const control = [...document.querySelectorAll<HTMLElement>(`[aria-keyshortcuts="${key}" i]`)].find((one) => one.checkVisibility());
  control?.click();
  return control !== undefined;
}

function search(): boolean {
  if (openPalette()) return true;
  const field = document.querySelector<HTMLInputElement>("#search input");
  field?.focus();
  field?.select();
  return field !== null;
}

/** Move the focus to the title of the next (1) or previous (-1) entry; Enter then opens it as any link. */
function walk(step: 1 | -1): boolean {
  const titles = [...document.querySelectorAll<HTMLElement>('[data-keys="list"] > li :is(h2, h3) a')];
  if (titles.length === 0) return false;
  const here = titles.findIndex((title) => title.closest("li")?.contains(document.activeElement));
  const next = here < 0 ? titles[0] : titles[Math.min(Math.max(here + step, 0), titles.length - 1)];
  next?.focus();
  next?.closest("li")?.scrollIntoView({ block: "nearest" });
  return true;
}
