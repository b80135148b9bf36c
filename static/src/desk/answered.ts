// Was it answered? Two questions at the end of a call, each one key; "no" opens a flag with everything filled in.
import { csrfToken } from "../csrf";
import { searched } from "./flagging";

export function startAnswered(): void {
  const box = document.getElementById("answered");
  if (box) new Answered(box);
}

class Answered {
  private customer = "";
  private call = 0;
  private busy = false; // with what was pressed before

  constructor(private readonly box: HTMLElement) {
    box.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button") : null;
      const says = button?.dataset["says"];
      if (button?.hasAttribute("data-undo")) void this.undo();
      else if (says && !this.part("customer")?.hidden) this.ask(says);
      else if (says) void this.send(says);
    });
  }

  private part(name: string): HTMLElement | null {
    return this.box.querySelector<HTMLElement>(`[data-question="${name}"]`);
  }

  private show(name: string): void {
    for (const one of this.box.querySelectorAll<HTMLElement>("[data-question]")) one.hidden = one.dataset["question"] !== name;
  }

  private ask(says: string): void {
    const focused = this.part("customer")?.contains(document.activeElement) ?? false;
    this.customer = says;
    this.show("article");
    if (focused) this.part("article")?.querySelector<HTMLElement>("button")?.focus();
  }

  private async send(says: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", csrfToken());
    data.set("customer", this.customer);
    data.set("article", says);
    data.set("query", searched());
    try {
      const answer = await fetch(this.address, { method: "POST", body: data, headers: { "X-Dialog": "1" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const made = (await answer.json()) as { call: number; flag: string };
      this.call = made.call;
      this.say("textNoted");
      if (made.flag) this.open(made.flag);
    } catch {
      this.say("textFailed");
    } finally {
      this.busy = false;
    }
  }

  /** The form of another page, in a dialog: as if a link to it had been pressed. */
  private open(address: string): void {
    const link = document.createElement("a");
    link.href = address;
    link.dataset["dialog"] = "";
    link.hidden = true;
    this.box.append(link);
    link.click();
    link.remove();
  }

  private async undo(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const undone = this.call === 0 || (await this.takeBack());
    this.busy = false;
    if (!undone) return this.say("textFailed"); // it still counts, and can be tried again
    this.call = 0;
    const focused = this.box.contains(document.activeElement);
    this.show("customer");
    if (focused) this.part("customer")?.querySelector<HTMLElement>("button")?.focus();
  }

  private async takeBack(): Promise<boolean> {
    try {
      const headers = { "X-CSRFToken": csrfToken() };
      const answer = await fetch(`/api/v1/calls/${this.call}`, { method: "DELETE", headers, credentials: "same-origin" });
      return answer.ok || answer.status === 404; // gone already
    } catch {
      return false;
    }
  }

  private say(name: string): void {
    const focused = this.box.contains(document.activeElement);
    this.show("done");
    if (focused) this.part("done")?.querySelector<HTMLElement>("button")?.focus();
    const place = this.box.querySelector<HTMLElement>("[data-said]");
    if (place) place.textContent = this.box.dataset[name] ?? "";
  }

  private get address(): string {
    return `/articles/${this.box.dataset["article"] ?? ""}/answered/`;
  }
}
