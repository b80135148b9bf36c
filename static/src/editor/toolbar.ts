// The toolbar and its menus after the WAI-ARIA practices: one stop of Tab, arrow keys within, menus with arrow keys.
import type { Editor } from "@tiptap/core";
import { focusNow } from "./focus";
import { commands, placeOf } from "./commands";
import type { Desk } from "./commands";
import { placeBelow } from "./popup";
import { asOneStep } from "./undo";
import { text } from "./words";

const STYLES = ["heading-2", "heading-3", "heading-4", "paragraph"];

export class Toolbar {
  private readonly bar: HTMLElement;
  private readonly buttons: HTMLButtonElement[];
  private open: { menu: HTMLElement; by: HTMLButtonElement } | null = null;
  private drawing = 0;
  private place = "";

  constructor(private readonly root: HTMLElement, private readonly editor: Editor, private readonly desk: Desk) {
    this.bar = root.querySelector<HTMLElement>("[role=toolbar]") as HTMLElement;
    this.buttons = [...this.bar.querySelectorAll<HTMLButtonElement>("button")];
    this.buttons.forEach((button, index) => (button.tabIndex = index === 0 ? 0 : -1));
    // The text keeps its selection: nothing takes the focus from it but the keyboard.
    root.addEventListener("mousedown", (event) => {
      if ((event.target as Element).closest("button")) event.preventDefault();
    });
    root.addEventListener("click", (event) => this.clicked(event));
    this.bar.addEventListener("keydown", (event) => this.onBarKey(event));
    this.bar.addEventListener("focusin", (event) => this.rove(event.target as HTMLButtonElement));
    for (const menu of root.querySelectorAll<HTMLElement>(".tool-menu")) {
      menu.addEventListener("keydown", (event) => this.onMenuKey(event, menu));
    }
    document.addEventListener("mousedown", (event) => {
      if (this.open && !root.contains(event.target as Node)) this.close();
    });
    addEventListener("scroll", () => this.open && placeBelow(this.open.menu, this.open.by.getBoundingClientRect()), { passive: true, capture: true });
    editor.on("transaction", () => this.drawSoon());
    editor.on("update", () => this.drawSoon());
    this.draw();
  }

  /** Alt+F10 comes here from the text. */
  focus(): void {
    (this.buttons.find((button) => button.tabIndex === 0) ?? this.buttons[0])?.focus();
  }

  private clicked(event: Event): void {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-command], button[data-menu]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const name = button.dataset["command"];
    if (name) this.run(name);
    else this.toggle(button);
  }

  private run(name: string): void {
    this.close();
    asOneStep(this.editor, () => commands[name]?.run(this.editor, this.desk));
    if (!document.querySelector("dialog[open]") && name !== "find") focusNow(this.editor, null, false);
  }

  private toggle(button: HTMLButtonElement): void {
    const menu = document.getElementById(button.dataset["menu"] ?? "");
    const was = this.open?.menu;
    this.close();
    if (!menu || was === menu) return;
    this.open = { menu, by: button };
    this.showParts(menu);
    menu.showPopover();
    placeBelow(menu, button.getBoundingClientRect());
    button.setAttribute("aria-expanded", "true");
    this.items(menu)[0]?.focus({ preventScroll: true });
  }

  private close(): void {
    if (!this.open) return;
    this.open.menu.hidePopover();
    this.open.by.setAttribute("aria-expanded", "false");
    this.open = null;
  }

  /** What applies to the place of the cursor, and what can be done there. */
  private showParts(menu: HTMLElement): void {
    for (const part of menu.querySelectorAll<HTMLElement>("[data-for]")) {
      part.hidden = !(part.dataset["for"] ?? "").split(" ").includes(this.place);
    }
    for (const item of menu.querySelectorAll<HTMLButtonElement>("[data-command]")) {
      const command = commands[item.dataset["command"] ?? ""];
      const able = !command?.can || command.can(this.editor);
      item.setAttribute("aria-disabled", String(!able));
      if (item.hasAttribute("aria-checked")) item.setAttribute("aria-checked", String(command?.on?.(this.editor) ?? false));
    }
  }

  private items(menu: HTMLElement): HTMLButtonElement[] {
    return [...menu.querySelectorAll<HTMLButtonElement>("button")].filter((item) => !item.closest("[hidden]"));
  }

  private rove(target: HTMLButtonElement): void {
    if (!this.buttons.includes(target)) return;
    for (const button of this.buttons) button.tabIndex = button === target ? 0 : -1;
  }

  private onBarKey(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.preventDefault();
      focusNow(this.editor);
      return;
    }
    const target = event.target as HTMLButtonElement;
    if (event.key === "ArrowDown" && target.dataset["menu"]) {
      event.preventDefault();
      if (!this.open) this.toggle(target);
      return;
    }
    const usable = this.buttons.filter((button) => !button.disabled && button.offsetParent);
    move(event, usable, { ArrowRight: 1, ArrowLeft: -1 });
  }

  private onMenuKey(event: KeyboardEvent, menu: HTMLElement): void {
    const { key } = event;
    if (key === "Escape" || key === "Tab") {
      const by = this.open?.by;
      this.close();
      if (key === "Escape") {
        event.preventDefault();
        by?.focus();
      }
      return;
    }
    const items = this.items(menu);
    if (move(event, items, { ArrowDown: 1, ArrowUp: -1 })) return;
    if (key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey || key === " ") return;
    const from = items.indexOf(document.activeElement as HTMLButtonElement) + 1;
    const wanted = key.toLowerCase();
    [...items.slice(from), ...items.slice(0, from)].find((item) => item.textContent?.trim().toLowerCase().startsWith(wanted))?.focus();
  }

  /** Once a frame at most, and never between a key and its letter. */
  private drawSoon(): void {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      this.draw();
    });
  }

  private draw(): void {
    if (this.editor.isDestroyed) return;
    const { editor } = this;
    for (const button of this.buttons) {
      const command = commands[button.dataset["command"] ?? ""];
      if (!command) continue;
      if (command.on) set(button, "aria-pressed", String(command.on(editor)));
      const able = editor.isEditable && (button.dataset["command"] !== "undo" && button.dataset["command"] !== "redo" || command.can?.(editor) !== false);
      set(button, "aria-disabled", String(!able));
    }
    const stop = this.buttons.find((button) => button.tabIndex === 0);
    if (!stop || stop.disabled) this.rove(this.buttons[0] as HTMLButtonElement);
    const style = STYLES.find((name) => commands[name]?.on?.(editor));
    const named = this.root.querySelector(`#tools-style [data-command="${style ?? "paragraph"}"] span`)?.textContent ?? "";
    setText(this.bar.querySelector("[data-style-name]"), named);
    this.place = editor.isEditable ? placeOf(editor) : "";
    const place = this.bar.querySelector<HTMLButtonElement>(".place");
    if (place) {
      place.disabled = this.place === "";
      setText(place.querySelector("[data-place-name]"), text(`place-${this.place || "none"}`));
    }
  }
}

/** Arrow keys, Home and End among these; true when the key was one of them. */
function move(event: KeyboardEvent, among: HTMLElement[], steps: Record<string, number>): boolean {
  const at = among.indexOf(document.activeElement as HTMLElement);
  const step = steps[event.key];
  let to: HTMLElement | undefined;
  if (step !== undefined) to = among[(at + step + among.length) % among.length];
  else if (event.key === "Home") to = among[0];
  else if (event.key === "End") to = among.at(-1);
  else return false;
  event.preventDefault();
  to?.focus();
  return true;
}

function set(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function setText(element: Element | null, words: string): void {
  if (element && element.textContent !== words) element.textContent = words;
}
