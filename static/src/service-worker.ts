// Shows what is pushed, with pages open or not, and leads to it; what pages in the background show is its own as well, so
// that neither stands beside the other. It keeps nothing and answers no request of a page.

interface Pushed {
  tag: string;
  title: string;
  body: string;
  url: string;
}

const worker = self as unknown as ServiceWorkerGlobalScope;

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("push", (event) => {
  const pushed = read(event);
  if (pushed) event.waitUntil(worker.registration.showNotification(pushed.title, { body: pushed.body, tag: pushed.tag, data: pushed.url }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(String(event.notification.data ?? "/notifications/")));
});

function read(event: PushEvent): Pushed | null {
  try {
    return event.data?.json() as Pushed;
  } catch {
    return null;
  }
}

/** To a page of this site that is open already, else to a new one. */
async function lead(path: string): Promise<void> {
  const url = new URL(path, worker.location.origin);
  if (url.origin !== worker.location.origin) return;
  const [open] = await worker.clients.matchAll({ type: "window" });
  if (!open) await worker.clients.openWindow(url.href);
  else await (await open.focus()).navigate(url.href);
}
