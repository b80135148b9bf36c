// For which roles a passage is.
import type { Editor } from "@tiptap/core";

type Done = (roles: string[] | null) => void;

export class RolesDialog {
  private readonly dialog = document.getElementById("roles-dialog") as HTMLDialogElement;
  private readonly boxes = [...this.dialog.querySelectorAll<HTMLInputElement>("input[name=role]")];
  private readonly problem = document.getElementById("roles-problem") as HTMLElement;
  private readonly remove = this.dialog.querySelector("[data-roles-remove]") as HTMLButtonElement;
  private done: Done | undefined;

  constructor(editor: Editor) {
    this.dialog.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = this.boxes.filter((box) => box.checked).map((box) => box.value);
      this.problem.hidden = chosen.length > 0;
      if (chosen.length > 0) this.finish(chosen);
      else this.boxes[0]?.focus();
    });
    this.remove.addEventListener("click", () => this.finish(null));
    this.dialog.addEventListener("close", () => editor.commands.focus());
  }

  /** `done` gets the chosen roles, or null for everybody; it is not called when the dialog is left. */
  open(roles: string[], isThere: boolean, done: Done): void {
    this.done = done;
    for (const box of this.boxes) box.checked = roles.includes(box.value);
    this.remove.hidden = !isThere;
    this.problem.hidden = true;
    this.dialog.showModal();
    (this.boxes.find((box) => box.checked) ?? this.boxes[0])?.focus();
  }

  private finish(roles: string[] | null): void {
    this.dialog.close();
    this.done?.(roles);
  }
}
