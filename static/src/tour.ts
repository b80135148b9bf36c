// The tour of the home page: it points at the real things, one after the other. What it says is in parts/tour_steps.html;
// without a script the same link leads to the help page, which says it all at once.
import { csrfToken } from "./csrf";

const GAP = 12;
const WIDE = "(min-width: 40.001rem)";

export function startTour(): void {
  const template = document.getElementById("tour");
  if (!(template instanceof HTMLTemplateElement)) return;
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("a[data-tour]")) return;
    event.preventDefault();
    begin(template);
  });
  if (new URLSearchParams(location.search).has("tour")) {
    history.replaceState(history.state, "", location.pathname); // a reload does not begin it again
    begin(template);
  }
}

function begin(template: HTMLTemplateElement): void {
  if (document.querySelector("dialog.tour")) return;
  document.getElementById("tour-offer")?.remove();
  void fetch("/help/tour/", { method: "POST", redirect: "manual", headers: { "X-CSRFToken": csrfToken() } }).catch(() => undefined);
  new Tour(document.importNode(template.content, true));
}

class Tour {
  private readonly dialog: HTMLDialogElement;
  private readonly steps: HTMLLIElement[];
  private at = 0;
  private here: Element | null = null;

  constructor(content: DocumentFragment) {
    this.dialog = content.querySelector("dialog") as HTMLDialogElement;
    this.steps = [...content.querySelectorAll("li")];
    this.button("next").addEventListener("click", () => this.go(1));
    this.button("back").addEventListener("click", () => this.go(-1));
    this.dialog.addEventListener("keydown", (event) => {
      if (event.key === "ArrowRight") this.go(1);
      else if (event.key === "ArrowLeft") this.go(-1);
    });
    this.dialog.addEventListener("close", () => this.end());
    window.addEventListener("resize", this.place);
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.show();
    this.button("next").focus();
  }

  private go(step: 1 | -1): void {
    const to = this.at + step;
    if (to >= this.steps.length) return this.dialog.close();
    this.at = Math.max(0, to);
    this.show();
  }

  private show(): void {
    const step = this.steps[this.at];
    if (!step) return;
    const where = this.slot("where");
    where.textContent = (where.dataset["text"] ?? "").replace("{step}", String(this.at + 1)).replace("{count}", String(this.steps.length));
    this.slot("title").textContent = step.querySelector("strong")?.textContent ?? "";
    this.slot("text").textContent = step.querySelector("p")?.textContent ?? "";
    const next = this.button("next");
    next.dataset["more"] ??= next.textContent ?? "";
    next.textContent = this.at + 1 === this.steps.length ? (next.dataset["done"] ?? "") : next.dataset["more"];
    this.button("back").hidden = this.at === 0;
    this.here?.classList.remove("tour-here");
    const target = step.dataset["at"] ? document.querySelector(step.dataset["at"]) : null;
    this.here = target?.checkVisibility() ? target : null;
    this.here?.classList.add("tour-here");
    this.here?.scrollIntoView({ block: "nearest" });
    this.place();
  }

  /** Below what it tells of, or beside what is tall; in the middle when there is nothing to point at. */
  private readonly place = (): void => {
    const { style } = this.dialog;
    style.margin = style.insetInlineStart = style.insetBlockStart = "";
    if (!this.here || !matchMedia(WIDE).matches) return;
    const target = this.here.getBoundingClientRect();
    const width = this.dialog.offsetWidth;
    const height = this.dialog.offsetHeight;
    const isTall = target.height > innerHeight / 3;
    const left = isTall ? target.right + GAP : target.left;
    const top = isTall ? target.top : target.bottom + GAP;
    style.margin = "0";
    style.insetInlineStart = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
    style.insetBlockStart = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
  };

  private end(): void {
    this.here?.classList.remove("tour-here");
    window.removeEventListener("resize", this.place);
    this.dialog.remove();
    document.getElementById("main")?.focus();
  }

  private slot(name: string): HTMLElement {
    return this.dialog.querySelector(`[data-slot="${name}"]`) as HTMLElement;
  }

  private button(name: string): HTMLButtonElement {
    return this.dialog.querySelector(`[data-do="${name}"]`) as HTMLButtonElement;
  }
}
