// What is known about the article: each change is saved at once, alone, so that what others change at the same time
// stays. What others change arrives with the live region (app.js), which this does not own.
import { csrfToken } from "../csrf";
import { icon } from "../page";
import { text } from "./words";

type Change = Record<string, unknown>;

export function startAbout(article: string): void {
  const panel = document.getElementById("editor-about");
  const said = document.getElementById("about-said");
  if (!panel || !said) return;
  const save = async (change: Change, field: HTMLElement): Promise<boolean> => {
    say(said, text("about-saving"), "saving");
    const problem = await send(article, change);
    field.closest<HTMLElement>("[data-about]")?.toggleAttribute("data-failed", problem !== "");
    say(said, problem ? text("about-failed", { problem }) : text("about-saved"), problem ? "failed" : "saved");
    return problem === "";
  };
  panel.addEventListener("change", (event) => {
    const field = event.target as HTMLInputElement | HTMLSelectElement;
    if (field.name) void save({ [field.name]: valueOf(field) }, field).then((kept) => !kept && restore(field));
  });
  panel.addEventListener("keydown", (event) => {
    const field = event.target as HTMLInputElement;
    if (field.id !== "about-tag" || (event.key !== "Enter" && event.key !== ",")) return;
    event.preventDefault();
    void addTag(field, save);
  });
  panel.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button");
    if (!button) return;
    const name = button.dataset["removeTag"];
    if (name !== undefined) void removeTag(button, name, save);
    else if (button.hasAttribute("data-add-tag")) void addTag(document.getElementById("about-tag") as HTMLInputElement, save);
  });
  document.addEventListener("live:changed", (event) => {
    const { region } = (event as CustomEvent<{ region: Element }>).detail;
    if (region === panel) panel.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]").forEach(restore);
  });
}

/** What the server last said: the markup holds it, whatever the field shows. */
function restore(field: HTMLInputElement | HTMLSelectElement): void {
  if (field === document.activeElement) return;
  if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = field.defaultChecked;
  else if (field instanceof HTMLSelectElement) field.value = field.querySelector<HTMLOptionElement>("option[selected]")?.value ?? "";
  else field.value = field.defaultValue;
}

function valueOf(field: HTMLInputElement | HTMLSelectElement): string | number | boolean | null {
  const { value } = field;
  if (field.type === "checkbox") return (field as HTMLInputElement).checked;
  if (field.type === "number") return value === "" ? null : Number(value);
  if (field.name === "owner") return value.slice(value.indexOf(":") + 1) || null; // "role:waste" is "waste" for the API
  return value || null;
}

async function addTag(field: HTMLInputElement, save: (change: Change, field: HTMLElement) => Promise<boolean>): Promise<void> {
  const name = field.value.trim().replace(/,$/, "").trim();
  const list = document.getElementById("about-tags");
  if (!name || !list) return;
  field.value = "";
  const has = [...list.children].some((row) => row.textContent?.trim().toLowerCase() === name.toLowerCase());
  if (has) return;
  if (!(await save({ add_tags: [name] }, field))) {
    if (!field.value) field.value = name;
    return;
  }
  // Shown at once; the live region brings it as the server draws it.
  const row = document.createElement("li");
  row.className = "tag";
  const remove = document.createElement("button");
  remove.type = "button";
  remove.dataset["removeTag"] = name;
  remove.setAttribute("aria-label", text("tag-remove", { name }));
  remove.append(icon("x"));
  row.append(name, remove);
  list.append(row);
}

async function removeTag(button: HTMLButtonElement, name: string, save: (change: Change, field: HTMLElement) => Promise<boolean>): Promise<void> {
  const row = button.closest("li");
  button.disabled = true;
  if (await save({ remove_tags: [name] }, button)) {
    row?.remove();
    document.getElementById("about-tag")?.focus();
  } else {
    button.disabled = false;
  }
}

/** Gives what was wrong, or "". */
async function send(article: string, change: Change): Promise<string> {
  try {
    const answer = await fetch(`/api/v1/articles/${article}`, {
      method: "PATCH", body: JSON.stringify(change), credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    });
    if (answer.ok) return "";
    const body = (await answer.json().catch(() => null)) as { error?: { message?: string; fields?: Record<string, string> } } | null;
    return Object.values(body?.error?.fields ?? {})[0] ?? body?.error?.message ?? String(answer.status);
  } catch {
    return text("unreachable");
  }
}

function say(place: HTMLElement, words: string, state: string): void {
  place.textContent = words;
  place.dataset["state"] = state;
}
