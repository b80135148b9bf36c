// What is on an open page that somebody looks at is not news to them: the server is told, and tells them nothing more.
import { csrfToken } from "../csrf";
import { openArticle } from "../live/article";
import { shownUnread } from "./bell";

const PATIENCE_MS = 250;
const SPREAD_MS = 1_200; // a thousand pages show a new version at one time

let shown = 0; // the newest event that this page shows
let said = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export function startSeen(): void {
  shown = Number(document.body.dataset["cursor"] ?? 0);
  if (shownUnread() > 0) soon(0);
  document.addEventListener("live:event", (event) => {
    const { seq, article, kind } = (event as CustomEvent<{ seq: number; article: number | null; kind: string }>).detail;
    shown = Math.max(shown, seq);
    if (kind === "notification.created") soon(0);
    else if (article !== null && article === openArticle() && kind !== "draft.edited") soon(SPREAD_MS);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && shown > said && shownUnread() > 0) soon(0);
  });
}

function soon(spreadMs: number): void {
  if (openArticle() === null) return;
  clearTimeout(timer);
  timer = setTimeout(() => void tell(), PATIENCE_MS + Math.random() * spreadMs);
}

async function tell(): Promise<void> {
  const article = openArticle();
  if (article === null || document.visibilityState !== "visible" || shown <= said) return;
  said = shown;
  try {
    await fetch("/api/v1/notifications/seen", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({ article, until: said }),
      keepalive: true,
    });
  } catch {
    said = 0; // the network is away: said again with the next event
  }
}
