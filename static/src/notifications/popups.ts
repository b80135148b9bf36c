// On the desktop: what is to be seen although nobody looks at the page. The server says which, and how it may read now.
interface Popup {
  tag: string;
  title: string;
  body: string;
  url: string;
}

export function startPopups(): void {
  if (document.body.dataset["user"] === undefined) return void closeAll();
  document.addEventListener("live:notifications", (event) => {
    const ids = (event as CustomEvent<{ ids?: number[] }>).detail.ids ?? [];
    if (ids.length > 0 && "Notification" in window && Notification.permission === "granted" && document.hidden) void show(ids);
  });
}

/** Every hidden tab does this, and the worker seconds later what is pushed: the same tag replaces, so that it is seen
    once. Browsers replace only among those of pages or those of a worker, so it is the worker's where there is one. */
async function popUp(one: Popup, worker: ServiceWorkerRegistration | undefined): Promise<void> {
  if (worker?.active) return worker.showNotification(one.title, { body: one.body, tag: one.tag, data: one.url });
  const popup = new Notification(one.title, { body: one.body, tag: one.tag });
  popup.addEventListener("click", () => {
    window.focus();
    location.assign(one.url);
    popup.close();
  });
}

/** Nobody is signed in: what the worker has shown to the person before goes. */
async function closeAll(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const worker = await navigator.serviceWorker.getRegistration("/");
  for (const shown of (await worker?.getNotifications()) ?? []) shown.close();
}

async function show(ids: number[]): Promise<void> {
  try {
    const answer = await fetch(`/notifications/popups/?ids=${ids.slice(-50).join(",")}`, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const { items } = (await answer.json()) as { items: Popup[] };
    const worker = "serviceWorker" in navigator ? await navigator.serviceWorker.getRegistration("/") : undefined;
    for (const one of items) await popUp(one, worker);
  } catch {
    // the inbox has it anyway
  }
}
