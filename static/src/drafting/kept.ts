// What this browser keeps of unsaved drafts, seen from every page: it is sent when it can be, and at sign-out it is
// sent, or shown to its writer, and then wiped. No Yjs here: updates are sent as they were kept.
import { copyWords } from "../copy";
import { Copies, type KeptText, keepers } from "./copies";
import { post, updatesAddress } from "./requests";

const QUIET_MS = 4_000; // an editor on the page, or in another tab, sends its own
const PATIENCE_MS = 5_000;
const FOREIGN_DAYS = 30; // so long what somebody else left here waits for them

/** On every page of somebody signed in. */
export function startKeeping(): void {
  const user = document.body.dataset["user"];
  if (!user) return;
  document.addEventListener("submit", (event) => onSubmit(event, user), { capture: true });
  if (!document.querySelector("[data-editor-page]")) setTimeout(() => void tidy(user), QUIET_MS);
}

async function tidy(user: string): Promise<void> {
  const found = await keepers();
  if (found.includes(user)) await sendAll(new Copies(user), AbortSignal.timeout(60_000));
  for (const other of found.filter((name) => name !== user)) {
    const copies = new Copies(other);
    const rows = await copies.updates();
    const newest = Math.max(0, ...rows.map((row) => row.at));
    if (rows.length > 0 && Date.now() - newest > FOREIGN_DAYS * 86_400_000) await copies.wipe();
    else await copies.close();
  }
}

/** Send what is kept, article by article in the order of writing; what is refused stays. Gives how much is left. */
async function sendAll(copies: Copies, signal: AbortSignal): Promise<number> {
  const refused = new Set<number>();
  for (const row of await copies.updates()) {
    if (signal.aborted || refused.has(row.article)) continue;
    if ((await post(updatesAddress(row.article), row.data, signal)) === null) copies.drop([row.id]);
    else refused.add(row.article);
  }
  const left = await copies.updates();
  const still = new Set(left.map((row) => row.article));
  for (const { article } of await copies.texts()) if (!still.has(article)) await copies.dropText(article);
  return left.length;
}

/** In the capture phase, before the form's own copies are dealt with: staying must leave everything as it is. */
function onSubmit(event: SubmitEvent, user: string): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.action.endsWith("/accounts/logout/") || form.hasAttribute("data-agreed")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // Whatever goes wrong with copies, nobody is held back from signing out.
  void signOut(form, user).catch(() => submit(form));
}

function submit(form: HTMLFormElement): void {
  form.setAttribute("data-agreed", "");
  document.documentElement.setAttribute("data-signing-out", ""); // live/signout.ts leaves the way to this form
  form.requestSubmit();
}

async function signOut(form: HTMLFormElement, user: string): Promise<void> {
  if ((await keepers()).includes(user)) {
    const copies = new Copies(user);
    const left = await sendAll(copies, AbortSignal.timeout(PATIENCE_MS));
    if (left > 0 && !(await agreed(await copies.texts()))) return copies.close();
    await copies.wipe();
  }
  submit(form);
}

/** Ask: stay, copy, or sign out without it. */
function agreed(texts: KeptText[]): Promise<boolean> {
  const template = document.getElementById("sign-out-unsaved");
  const dialog = template instanceof HTMLTemplateElement ? (template.content.cloneNode(true) as DocumentFragment).querySelector("dialog") : null;
  if (!dialog) return Promise.resolve(false);
  const list = dialog.querySelector("[data-slot=texts]");
  const row = dialog.querySelector<HTMLTemplateElement>("template[data-row]");
  for (const kept of texts) {
    const entry = row?.content.cloneNode(true) as DocumentFragment;
    const link = entry.querySelector("a");
    if (link) link.href = kept.address;
    if (link && kept.title) link.textContent = kept.title;
    const words = entry.querySelector("[data-slot=text]");
    if (words) words.textContent = kept.text;
    list?.append(entry);
  }
  dialog.querySelector<HTMLElement>("[data-do=copy]")?.toggleAttribute("hidden", texts.every((kept) => !kept.text));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-do]") : null;
      if (button?.dataset["do"] === "copy") void copyWords(texts.map((kept) => `${kept.title}\n\n${kept.text}`.trim()).join("\n\n"), button);
      else if (button?.dataset["do"] === "discard") dialog.close("discard");
      else if (button?.dataset["do"] === "stay") dialog.close();
    });
    dialog.addEventListener("close", () => {
      done(dialog.returnValue === "discard");
      dialog.remove();
    });
  });
}
