// The session has ended, perhaps in another tab: nothing of the page may stay readable.

const SIGN_OUT_MS = 5_000;

let leaving = false;

/** Empty the page, and go to where one signs in; from there the way leads back here. */
export function leave(): void {
  if (leaving) return;
  leaving = true;
  // The last moment to keep what was being written. Who can keep it nowhere else stops here, and shows nothing but that.
  if (!document.dispatchEvent(new CustomEvent("live:leaving", { cancelable: true }))) return;
  for (const part of document.querySelectorAll(".frame, dialog, header.top form, [popover]")) part.replaceChildren();
  document.title = "";
  const go = (): void => location.replace(`/accounts/login/${wayBack()}`);
  // Somebody signs out on this page: the answer is on its way and leads where it should. If it does not come, this does.
  if (document.documentElement.hasAttribute("data-signing-out")) setTimeout(go, SIGN_OUT_MS);
  else go();
}

/** Back to this page after signing in; nobody wants back to the page on which they signed out. */
function wayBack(): string {
  if (location.pathname.startsWith("/accounts/")) return "";
  return `?next=${encodeURIComponent(location.pathname + location.search)}`;
}
