// The plain editor: a form that works without this. Here it gets an unsent copy, pictures, a preview in place, Ctrl+S.
import { csrfToken, renewCsrf } from "./csrf";
import { startPictures } from "./pictures";
import { startForgetting, Unsent } from "./unsent";

export function startEditing(): void {
  startForgetting();
  const form = document.querySelector<HTMLFormElement>("form[data-editor]");
  const resent = document.querySelector<HTMLFormElement>("form[data-resend]");
  resent?.addEventListener("submit", () => renewCsrf(resent));
  const area = form?.querySelector<HTMLTextAreaElement>("textarea[name=text]");
  if (!form || !area) return;
  new Unsent(form);
  if (form.dataset["article"]) startPictures(area, form.dataset["article"]);
  startPreview(form, area);
  form.addEventListener("submit", () => renewCsrf(form));
  form.addEventListener("htmx:configRequest", (event) => {
    const detail = (event as CustomEvent<{ parameters: Record<string, string> }>).detail;
    detail.parameters["csrfmiddlewaretoken"] = csrfToken();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    form.querySelector<HTMLButtonElement>("[data-save]")?.click();
  });
}

/** The button shows the preview in the place of the text, and the text again. */
function startPreview(form: HTMLFormElement, area: HTMLTextAreaElement): void {
  const button = form.querySelector<HTMLButtonElement>("[data-preview]");
  const pane = document.getElementById("preview");
  if (!button || !pane) return;
  const show = (shown: boolean): void => {
    if (shown) pane.style.minBlockSize = `${area.offsetHeight}px`; // by script: the policy forbids it in the markup only
    button.setAttribute("aria-pressed", String(shown));
    pane.hidden = !shown;
    area.hidden = shown;
  };
  show(!pane.hidden);
  button.addEventListener("htmx:confirm", (event) => {
    if (pane.hidden) return;
    event.preventDefault(); // it is shown: back to writing, without asking the server
    show(false);
    area.focus();
  });
  pane.addEventListener("htmx:afterSwap", () => show(true));
}
