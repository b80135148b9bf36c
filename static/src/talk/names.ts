// Whom one may name with @: a list under the field, walked with the keyboard (the pattern of an editable combobox with
// a list, WAI-ARIA APG). Only the server knows who may see what this is about.
import { call } from "./calls";

export interface About {
  article: string;
  thread: number | null;
  quote: string;
}

interface Offer {
  name: string;
  word: string;
  isRole: boolean;
}

const TYPED = /(^|[^\w@./])@([\p{L}\w.+-]{0,40})$/u;

export function startNames(form: HTMLElement, field: HTMLTextAreaElement, about: () => About): void {
  const list = form.querySelector<HTMLUListElement>("[role=listbox]");
  if (!list) return;
  let asked = 0;
  let chosen = 0;
  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[role=option]")];
  const hide = (): void => {
    asked += 1;
    list.hidden = true;
    list.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (index: number): void => {
    chosen = index;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = options()[index];
    if (option) field.setAttribute("aria-activedescendant", option.id);
    option?.scrollIntoView({ block: "nearest" });
  };
  const take = (option: HTMLElement): void => {
    const before = field.value.slice(0, field.selectionStart).replace(TYPED, (_all, space: string) => `${space}@${option.dataset["word"] ?? ""} `);
    field.setRangeText(before, 0, field.selectionStart, "end");
    hide();
    field.focus();
  };
  const show = (offers: Offer[]): void => {
    list.replaceChildren(...offers.map(asOption));
    list.hidden = offers.length === 0;
    field.setAttribute("aria-expanded", String(offers.length > 0));
    if (offers.length > 0) choose(0);
  };
  field.addEventListener("input", () => {
    const typed = TYPED.exec(field.value.slice(0, field.selectionStart))?.[2];
    if (typed === undefined || form.querySelector<HTMLElement>("[data-only=comment]")?.hidden) return hide();
    const number = (asked += 1);
    void offersFor(about(), typed).then((offers) => number === asked && show(offers));
  });
  field.addEventListener("keydown", (event) => {
    const count = options().length;
    if (list.hidden || count === 0) return;
    const option = options()[chosen];
    if (event.key === "ArrowDown") choose((chosen + 1) % count);
    else if (event.key === "ArrowUp") choose((chosen + count - 1) % count);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") option && take(option);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
    if (option) take(option);
  });
  field.addEventListener("blur", hide);
  form.addEventListener("reset", hide);
}

async function offersFor(about: About, typed: string): Promise<Offer[]> {
  const query = new URLSearchParams({ q: typed });
  if (about.thread !== null) query.set("thread", String(about.thread));
  else if (about.quote) query.set("quote", about.quote);
  const answer = await call("GET", `articles/${about.article}/mentions?${query.toString()}`);
  if (!answer.ok) return [];
  const { people, roles, role_names } = answer.data as { people: { name: string; username: string }[]; roles: string[]; role_names: string[] };
  return [
    ...people.map((one) => ({ name: one.name, word: one.username, isRole: false })),
    ...roles.map((role, at) => ({ name: role_names[at] ?? role, word: role, isRole: true })),
  ];
}

function asOption(offer: Offer, index: number): HTMLLIElement {
  const option = document.createElement("li");
  option.id = `composer-name-${index}`;
  option.setAttribute("role", "option");
  option.dataset["word"] = offer.word;
  const name = document.createElement("b");
  name.textContent = offer.name;
  const word = document.createElement("span");
  word.className = "meta";
  word.textContent = `@${offer.word}`;
  option.append(name, " ", word);
  return option;
}
