// What this browser keeps of unsaved drafts, seen from every page: it is sent when it can be, and at sign-out it is
// sent, or shown to its writer, and then wiped. No Yjs here: updates are sent as they were kept.
import { copyWords } from "../copy";
import { isTyping } from "../page";
import { Copies, type KeptText, type KeptUpdate, keepers } from "./copies";
import { type Failure, post, updatesAddress } from "./requests";

const QUIET_MS = 4_000; // an editor on the page, or in another tab, sends its own
const PATIENCE_MS = 5_000;
const KEPT_MS = 30 * 86_400_000; // so long what somebody else left here waits for them, and what was refused for its writer

/** On every page of somebody signed in. */
export function startKeeping(): void {
  const user = document.body.dataset["user"];
  if (!user) return;
  document.addEventListener("submit", (event) => onSubmit(event, user), { capture: true });
  if (!document.querySelector("[data-editor-page]")) setTimeout(() => void tidy(user), QUIET_MS);
}

async function tidy(user: string): Promise<void> {
  const found = await keepers();
  if (found === null || found.includes(user)) await tidyOwn(user);
  for (const other of found?.filter((name) => name !== user) ?? []) {
    const copies = new Copies(other);
    const rows = await copies.updates();
    const newest = Math.max(0, ...rows.map((row) => row.at));
    if (rows.length > 0 && Date.now() - newest > KEPT_MS) await copies.wipe();
    else await copies.close();
  }
}

async function tidyOwn(user: string): Promise<void> {
  const copies = new Copies(user);
  await sendAll(copies, user, AbortSignal.timeout(60_000));
  const refused = (await copies.updates()).filter((row) => row.refused);
  copies.drop(refused.filter((row) => Date.now() - row.at > KEPT_MS).map((row) => row.id));
  await offerRefused(copies, refused.filter((row) => row.refused === "new"));
}

/** What the server will never take is shown once to its writer, when nobody is in the middle of something. */
async function offerRefused(copies: Copies, rows: Array<KeptUpdate & { id: number }>): Promise<void> {
  if (rows.length === 0 || isTyping(document.activeElement) || document.querySelector("dialog[open]")) return;
  const ids = rows.map((row) => row.id);
  const articles = new Set(rows.map((row) => row.article));
  const texts = (await copies.texts()).filter((text) => articles.has(text.article));
  const unread = [...articles].filter((article) => !texts.some((text) => text.article === article));
  texts.push(...unread.map((article) => ({ article, address: `/articles/${article}/edit/`, title: "", html: "", text: "", at: 0 })));
  await copies.refuse(ids, "told");
  if (!(await agreed("refused", texts))) return;
  copies.drop(ids);
  for (const article of articles) await copies.dropText(article);
}

/**
 * Send what is kept, article by article in the order of writing; what is refused stays, and is not tried again. Gives how
 * much is left.
 */
async function sendAll(copies: Copies, user: string, signal: AbortSignal): Promise<number> {
  const stuck = new Set<number>();
  for (const row of await copies.updates()) {
    if (row.refused) stuck.add(row.article);
    if (signal.aborted || stuck.has(row.article)) continue;
    const failure = await post(updatesAddress(row.article, user), row.data, signal);
    if (failure === null) {
      copies.drop([row.id]);
      continue;
    }
    stuck.add(row.article);
    if (isForEver(failure)) await copies.refuse([row.id], "new");
  }
  const left = await copies.updates();
  const still = new Set(left.map((row) => row.article));
  for (const { article } of await copies.texts()) if (!still.has(article)) await copies.dropText(article);
  return left.length;
}

/** Rights may come back, and so does a server; what is wrong with the bytes stays wrong. */
function isForEver(failure: Failure): boolean {
  return "refused" in failure && failure.refused !== "read-only";
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
  const copies = new Copies(user); // whether or not there are any: not every browser tells
  const left = await sendAll(copies, user, AbortSignal.timeout(PATIENCE_MS));
  if (left > 0 && !(await agreed("sign-out", await copies.texts()))) return copies.close();
  await copies.wipe();
  submit(form);
}

/** Ask: keep, copy, or go on without it. */
function agreed(why: "sign-out" | "refused", texts: KeptText[]): Promise<boolean> {
  const template = document.getElementById("unsaved-copies");
  const dialog = template instanceof HTMLTemplateElement ? (template.content.cloneNode(true) as DocumentFragment).querySelector("dialog") : null;
  if (!dialog) return Promise.resolve(false);
  for (const part of dialog.querySelectorAll<HTMLElement>("[data-why]")) part.hidden = part.dataset["why"] !== why;
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
