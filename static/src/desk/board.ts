// The board: a card that is dropped on a column, or sent there with Alt and an arrow key, presses the control of its own
// menu that leads there. So there is one way to move a card, and the server says who may do what.
import { csrfToken } from "../csrf";
import { say, text } from "../page";

export function startBoard(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-post]") : null;
    if (button) void post(button);
  });
  const board = document.getElementById("board");
  if (!board) return;
  board.addEventListener("dragstart", (event) => {
    const card = cardOf(event.target);
    if (!card || !event.dataTransfer) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.id);
    card.dataset["dragged"] = "";
    for (const column of columns(board)) column.toggleAttribute("data-open", control(card, column) !== null);
  });
  board.addEventListener("dragend", () => settle(board));
  board.addEventListener("dragover", (event) => {
    const column = columnOf(event.target);
    if (!column?.hasAttribute("data-open")) return;
    event.preventDefault();
    for (const one of columns(board)) one.toggleAttribute("data-over", one === column);
  });
  board.addEventListener("drop", (event) => {
    const column = columnOf(event.target);
    const card = document.getElementById(event.dataTransfer?.getData("text/plain") ?? "");
    settle(board);
    if (!column || !card) return;
    event.preventDefault();
    control(card, column)?.click();
  });
  board.addEventListener("keydown", (event) => {
    const card = cardOf(event.target);
    if (!card || !event.altKey || (event.key !== "ArrowRight" && event.key !== "ArrowLeft")) return;
    event.preventDefault();
    moved = card.id;
    send(board, card, event.key === "ArrowRight" ? 1 : -1);
  });
  // In its new column it is drawn anew, and the focus goes along with it.
  board.addEventListener("focusin", ({ target }) => cardOf(target)?.id !== moved && (moved = ""));
  document.addEventListener("live:fresh", () => {
    if (!moved || document.activeElement !== document.body) return;
    document.getElementById(moved)?.querySelector<HTMLElement>("a[href]")?.focus();
    moved = "";
  });
}

let moved = ""; // the card that was sent on by a key, until the focus is in it again

/** Press what leads to the next column in this direction to which the card can go. */
function send(board: HTMLElement, card: HTMLElement, step: 1 | -1): void {
  const all = columns(board);
  let at = all.findIndex((column) => column.contains(card)) + step;
  for (; at >= 0 && at < all.length; at += step) {
    const found = all[at];
    const way = found ? control(card, found) : null;
    if (way) return way.click();
  }
}

function control(card: HTMLElement, column: HTMLElement): HTMLElement | null {
  return column.contains(card) ? null : card.querySelector<HTMLElement>(`[data-to="${column.dataset["column"] ?? ""}"]`);
}

/** What needs no words is done at once. */
async function post(button: HTMLButtonElement): Promise<void> {
  button.closest("details")?.removeAttribute("open");
  const data = new FormData();
  data.set("csrfmiddlewaretoken", csrfToken());
  data.set("revision", button.dataset["revision"] ?? "");
  data.set("next", location.pathname + location.search);
  try {
    const answer = await fetch(button.dataset["post"] ?? "", { method: "POST", body: data, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const words = [...page.querySelectorAll("#main > .notice p")].map((one) => one.textContent ?? "").join(" ");
    if (words || !answer.ok) say(words || text("unreachable"));
    offerUndo(page);
    document.dispatchEvent(new CustomEvent("desk:done"));
  } catch {
    location.reload();
  }
}

/** The message that a page brought with a way back stands here too; only the newest does. */
function offerUndo(page: Document): void {
  document.querySelector("#main > [data-undone-here]")?.remove();
  const notice = page.querySelector('#main > .notice form[action="/undo/"]')?.closest<HTMLElement>(".notice");
  if (!notice) return;
  notice.dataset["undoneHere"] = "";
  document.getElementById("main")?.prepend(document.adoptNode(notice));
}

function settle(board: HTMLElement): void {
  for (const one of board.querySelectorAll("[data-dragged], [data-open], [data-over]")) {
    for (const name of ["data-dragged", "data-open", "data-over"]) one.removeAttribute(name);
  }
}

function columns(board: HTMLElement): HTMLElement[] {
  return [...board.querySelectorAll<HTMLElement>("[data-column]")];
}

function cardOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-flag]") : null;
}

function columnOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
}
