// Nobody leaves unasked what is not on the server yet, and nobody is asked about what is there in a moment.
import { askBeforeLeaving, leaveUnasked } from "../leaving";
import type { Draft } from "./draft";
import { showOffer } from "./offer";

const PATIENCE_MS = 2_000;

export function guard(draft: Draft): void {
  askBeforeLeaving(() => draft.state.pending > 0);
  document.addEventListener("click", (event) => {
    const link = followed(event);
    if (!link) return;
    if (link.id === "draft-sign-in" && !draft.inDanger) return leaveUnasked(); // it is kept, and comes back with its writer
    const isUnderWay = draft.state.kind === "saving" || (draft.state.kind === "slow" && draft.state.pending > 0);
    if (!isUnderWay) return;
    event.preventDefault();
    void isStored(draft).then(() => location.assign(link.href));
  });
  document.addEventListener("live:leaving", (event) => {
    if (draft.state.copies !== "none") return;
    event.preventDefault(); // the session is over, but this is the only place where the text is
    draft.close();
    showOffer("signed-out", draft.unsaved(), () => void draft.discard().then(() => location.assign("/accounts/login/")));
  });
}

/** The link that this click follows to another page in this window, or null. */
function followed(event: MouseEvent): HTMLAnchorElement | null {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
  const isOther = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || event.defaultPrevented || isOther || link.isContentEditable || link.hasAttribute("download")) return null;
  if ((link.target && link.target !== "_self") || link.origin !== location.origin) return null;
  const isHere = link.pathname === location.pathname && link.search === location.search && link.hash !== "";
  return isHere ? null : link;
}

/** Resolved when everything is on the server, or when that takes too long: then the guard asks. */
function isStored(draft: Draft): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(patience);
      draft.off("state", look);
      done();
    };
    const look = (): void => void (draft.state.pending === 0 && end());
    const patience = setTimeout(end, PATIENCE_MS);
    draft.on("state", look);
    look();
  });
}
