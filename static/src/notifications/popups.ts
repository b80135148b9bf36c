// On the desktop: what is to be seen although nobody looks at the page. The server says which, and how it may read now.
interface Popup {
  tag: string;
  title: string;
  body: string;
  url: string;
}

export function startPopups(): void {
  document.addEventListener("live:notifications", (event) => {
    const ids = (event as CustomEvent<{ ids?: number[] }>).detail.ids ?? [];
    if (ids.length > 0 && "Notification" in window && Notification.permission === "granted" && document.hidden) void show(ids);
  });
}

async function show(ids: number[]): Promise<void> {
  try {
    const answer = await fetch(`/notifications/popups/?ids=${ids.slice(-50).join(",")}`, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const { items } = (await answer.json()) as { items: Popup[] };
    // All tabs do this; the same tag replaces, so that it is seen once.
    for (const one of items) {
      const popup = new Notification(one.title, { body: one.body, tag: one.tag });
      popup.addEventListener("click", () => {
        window.focus();
        location.assign(one.url);
        popup.close();
      });
    }
  } catch {
    // the inbox has it anyway
  }
}
