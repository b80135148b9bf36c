// Whoever leaves the page while something in it is not safe is asked first. Where the page itself has to go, nobody is.
const dangers: Array<() => boolean> = [];
let unasked = false;

/** Ask as long as `isUnsafe`. */
export function askBeforeLeaving(isUnsafe: () => boolean): void {
  if (dangers.push(isUnsafe) > 1) return;
  addEventListener("beforeunload", (event) => {
    // Who signs out has been asked already (drafting/kept.ts).
    const isSigningOut = document.documentElement.hasAttribute("data-signing-out");
    if (!unasked && !isSigningOut && dangers.some((danger) => danger())) event.preventDefault();
  });
  addEventListener("pageshow", () => (unasked = false));
  document.addEventListener("live:leaving", (event) => {
    queueMicrotask(() => (unasked ||= !event.defaultPrevented)); // the session is over: there is nothing to ask
  });
}

/** What is about to happen is the page's own doing. */
export function leaveUnasked(): void {
  unasked = true;
}
