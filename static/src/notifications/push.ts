// The settings: whether messages come to this desktop, and with closed tabs where the browser has a way for that.
import { csrfToken } from "../csrf";

export function startPush(): void {
  const box = document.getElementById("desktop");
  if (!box) return;
  const on = box.querySelector<HTMLButtonElement>("[data-push=on]");
  const off = box.querySelector<HTMLButtonElement>("[data-push=off]");
  on?.addEventListener("click", () => void allow(box).finally(() => show(box)));
  off?.addEventListener("click", () => void forbid().finally(() => show(box)));
  void show(box);
}

/** Register the worker and, where that is possible, subscribe; without a push service pages show messages themselves. */
async function allow(box: HTMLElement): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted" || !("serviceWorker" in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
    await navigator.serviceWorker.ready;
    const key = decoded(box.dataset["pushKey"] ?? "");
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const answer = await send("POST", subscription.toJSON());
    if (!answer.ok) await subscription.unsubscribe();
  } catch {
    // No push service can be reached: messages come while a page is open.
  }
}

async function forbid(): Promise<void> {
  const subscription = await subscribed();
  if (!subscription) return;
  await send("DELETE", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
}

async function show(box: HTMLElement): Promise<void> {
  const state = box.querySelector<HTMLElement>("[data-push-state]");
  const supported = "Notification" in window;
  const subscription = supported ? await subscribed() : null;
  const granted = supported && Notification.permission === "granted";
  const denied = supported && Notification.permission === "denied";
  const name = !supported ? "textUnsupported" : denied ? "textDenied" : subscription ? "textOn" : granted ? "textOpen" : "textOff";
  if (state) state.textContent = state.dataset[name] ?? "";
  const on = box.querySelector<HTMLButtonElement>("[data-push=on]");
  const off = box.querySelector<HTMLButtonElement>("[data-push=off]");
  if (on) on.hidden = !supported || denied || subscription !== null;
  if (off) off.hidden = subscription === null;
}

async function subscribed(): Promise<PushSubscription | null> {
  if (!("serviceWorker" in navigator)) return null;
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager?.getSubscription()) ?? null;
}

function send(method: string, body: unknown): Promise<Response> {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  return fetch("/notifications/push/", { method, headers, body: JSON.stringify(body) });
}

function decoded(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
