// Details under the quick facts: folded or open as they were left, in this browser and for this person. The server draws
// the next page so, without a jump. The key is D.
import { dropSingleKeys } from "./keys";

export function startFolds(): void {
  const fold = document.getElementById("article-details");
  if (!(fold instanceof HTMLDetailsElement)) return;
  const kept = `${document.body.dataset["user"] ?? ""}:folded`;
  fold.querySelector("summary")?.setAttribute("aria-keyshortcuts", "d");
  dropSingleKeys(fold);
  fold.addEventListener("toggle", () => {
    const age = fold.open ? 0 : 365 * 86_400;
    document.cookie = `kb_details=${fold.open ? "" : kept}; path=/; max-age=${age}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  });
  // Whoever follows a link into the text wants to see it.
  const show = (): void => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (target && fold.contains(target) && !fold.open) {
      fold.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", show);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href^='#']") : null;
    const target = link ? document.getElementById(decodeURIComponent(link.hash.slice(1))) : null;
    if (target && fold.contains(target)) fold.open = true;
  });
  show();
}
