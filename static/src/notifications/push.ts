// The settings: whether messages come to this desktop, and with closed tabs where the browser has a way for that. On
// every page: who signs in anew has allowed it already, and whoever sits here after them has not.
import { csrfToken } from "../csrf";

const RESUMED = "kb-pushed"; // in which sign-in the server was last asked: a digest of the key that each one renews

export function startPush(): void {
  const box = document.getElementById("desktop");
  const settled = resume(box).catch(() => {}); // no connection: the next page asks
  if (!box) return;
  const on = box.querySelector<HTMLButtonElement>("[data-push=on]");
  const off = box.querySelector<HTMLButtonElement>("[data-push=off]");
  on?.addEventListener("click", () => void allow(box).finally(() => show(box)));
  off?.addEventListener("click", () => void forbid().finally(() => show(box)));
  void settled.then(() => show(box));
}

/** After signing in, and in the settings where the server does not list this browser: theirs again, or given up. */
async function resume(box: HTMLElement | null): Promise<void> {
  if (!document.body.dataset["user"] || !("Notification" in window) || Notification.permission !== "granted") return;
  const subscription = await subscribed();
  if (!subscription) return;
  const listed = box && (box.dataset["pushedTo"] ?? "").split(" ").includes(await digestOf(subscription.endpoint));
  if (box ? listed : await isResumed()) return;
  const answer = await send("PUT", { endpoint: subscription.endpoint });
  if (answer.status === 404) await subscription.unsubscribe();
  else if (answer.status === 204) await noteResumed();
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
    if (answer.status === 201) await noteResumed();
    else await subscription.unsubscribe();
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

async function isResumed(): Promise<boolean> {
  try {
    return localStorage.getItem(RESUMED) === (await digestOf(csrfToken()));
  } catch {
    return true; // storage is switched off: the settings ask
  }
}

async function noteResumed(): Promise<void> {
  try {
    localStorage.setItem(RESUMED, await digestOf(csrfToken()));
  } catch {
    // asked again in the settings
  }
}

async function digestOf(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function send(method: string, body: unknown): Promise<Response> {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  return fetch("/notifications/push/", { method, headers, body: JSON.stringify(body) });
}

function decoded(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
