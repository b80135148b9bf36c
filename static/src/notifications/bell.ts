// The bell: its number follows in every tab, and it opens what is new. Without a script it is a link to the inbox.
import { csrfToken } from "../csrf";
import { isTyping, say } from "../page";

interface Told {
  ids?: number[];
  unread?: number;
}

let saidUnread = -1;

export function startBell(): void {
  const bell = document.getElementById("bell");
  const menu = document.getElementById("bell-menu");
  if (!bell || !menu) return;
  saidUnread = Number(bell.dataset["unread"] ?? 0);
  document.addEventListener("live:notifications", (event) => hear((event as CustomEvent<Told>).detail));
  // A press beside an open menu closes it, before the click: what was open then is not opened again.
  let wasOpen = false;
  bell.addEventListener("pointerdown", () => (wasOpen = menu.matches(":popover-open")));
  bell.addEventListener("click", (event) => {
    const narrow = matchMedia("(max-width: 40rem)").matches;
    if (narrow || event.ctrlKey || event.metaKey || event.shiftKey || location.pathname === "/notifications/") return;
    event.preventDefault();
    if (menu.matches(":popover-open")) menu.hidePopover();
    else if (!wasOpen) void open(bell, menu);
    wasOpen = false;
  });
  menu.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState === "closed" && menu.contains(document.activeElement)) bell.focus();
  });
  menu.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    const form = event.target;
    if (form.matches("[data-call]")) {
      event.preventDefault();
      const body = new URLSearchParams([...new FormData(form, event.submitter)].map(([name, value]) => [name, String(value)]));
      void fetch(form.action, { method: "POST", body, redirect: "manual" }).then(() => open(bell, menu));
    }
    if (!form.matches("[data-mark]")) return;
    event.preventDefault();
    void fetch("/api/v1/notifications/read", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({ all: true }),
    }).then(() => open(bell, menu));
  });
}

/** How many unread ones the bell shows. */
export function shownUnread(): number {
  return Number(document.getElementById("bell")?.dataset["unread"] ?? 0);
}

async function open(bell: HTMLElement, menu: HTMLElement): Promise<void> {
  try {
    const answer = await fetch("/notifications/latest/", { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error("not there");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const writes = document.activeElement instanceof HTMLElement && isTyping(document.activeElement);
    menu.replaceChildren(...page.body.childNodes);
    if (writes) return; // it came late: somebody has gone on
    if (!menu.matches(":popover-open")) menu.showPopover();
    menu.querySelector<HTMLElement>("a, button")?.focus();
  } catch {
    if (bell instanceof HTMLAnchorElement) location.assign(bell.href);
  }
}

function hear(told: Told): void {
  if (typeof told.unread !== "number") return;
  const bell = document.getElementById("bell");
  const badge = bell?.querySelector(".badge");
  if (!bell || !badge) return;
  bell.dataset["unread"] = String(told.unread);
  badge.textContent = told.unread > 99 ? "99+" : told.unread > 0 ? String(told.unread) : "";
  const label = (told.unread > 0 ? bell.dataset["labelSome"] : bell.dataset["labelNone"]) ?? "";
  const words = label.replace("{count}", told.unread > 99 ? "99+" : String(told.unread));
  bell.setAttribute("aria-label", words);
  // With a voice of its own: it must not cut off what was just said of one's own doing.
  if (told.unread > saidUnread && document.visibilityState === "visible") say(words, "bell-said");
  saidUnread = told.unread;
}
