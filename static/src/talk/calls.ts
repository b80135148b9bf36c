// Calls of the API for what people press beside an article; the page itself comes anew from the server afterwards.
import { csrfToken } from "../csrf";
import { say, text } from "../page";

/** Call the API; gives the answer, or what went wrong in words. */
export async function call(method: string, path: string, body?: unknown): Promise<{ ok: boolean; words: string; data: unknown }> {
  try {
    const answer = await fetch(`/api/v1/${path}`, {
      method,
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const data: unknown = answer.status === 204 ? null : await answer.json();
    if (answer.ok) return { ok: true, words: "", data };
    const error = (data as { error?: { message?: string; fields?: Record<string, string> } }).error;
    return { ok: false, words: Object.values(error?.fields ?? {}).join(" ") || (error?.message ?? ""), data };
  } catch {
    return { ok: false, words: text("unreachable"), data: null };
  }
}

/** Let the live regions of this page be read again now. */
export function refresh(): void {
  document.dispatchEvent(new CustomEvent("live:refresh"));
}

/** Buttons that are one call: data-call="PATCH comments/5" data-send='{"resolved": true}'. */
export function startCalls(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-call]") : null;
    if (!button || button.disabled) return;
    const [method = "", path = ""] = (button.dataset["call"] ?? "").split(" ");
    const sent = button.dataset["send"];
    button.disabled = true;
    void call(method, path, sent ? JSON.parse(sent) : undefined).then(({ ok, words }) => {
      button.disabled = false;
      if (!ok) say(words);
      refresh();
    });
  });
}
