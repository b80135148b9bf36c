// What was chosen in a form beside its words: ticked, picked, a number, a day.

export type Chosen = Record<string, string[]>;

const CHOICES = "select[name], input[name]:is([type=checkbox], [type=radio], [type=number], [type=date], [type=time])";

/** The values that are chosen now, by the names of the fields. */
export function chosenIn(form: HTMLFormElement): Chosen {
  const chosen: Chosen = {};
  for (const field of choices(form)) (chosen[field.name] ??= []).push(...valuesOf(field));
  return chosen;
}

/** Choose the same again, where the form still offers it; whatever depends on a choice hears of it. */
export function chooseAgain(form: HTMLFormElement, chosen: Chosen): void {
  for (const field of choices(form)) {
    const values = chosen[field.name];
    if (!values || !differs(field, values)) continue;
    set(field, values);
    field.closest("details")?.setAttribute("open", "");
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

type Choice = HTMLInputElement | HTMLSelectElement;

function choices(form: HTMLFormElement): Choice[] {
  return [...form.querySelectorAll<Choice>(CHOICES)];
}

function isTicked(field: HTMLInputElement): boolean {
  return field.type === "checkbox" || field.type === "radio";
}

function valuesOf(field: Choice): string[] {
  if (field instanceof HTMLSelectElement) return [...field.selectedOptions].map((option) => option.value);
  return isTicked(field) && !field.checked ? [] : [field.value];
}

function differs(field: Choice, values: string[]): boolean {
  if (field instanceof HTMLInputElement && isTicked(field)) return field.checked !== values.includes(field.value);
  return valuesOf(field).join("\n") !== values.join("\n");
}

function set(field: Choice, values: string[]): void {
  if (field instanceof HTMLSelectElement) {
    const offered = [...field.options].filter((option) => values.includes(option.value));
    if (offered.length === 0 && values.length > 0) return; // it is not offered any more: what stands there holds
    for (const option of field.options) option.selected = offered.includes(option);
  } else if (isTicked(field)) field.checked = values.includes(field.value);
  else field.value = values[0] ?? "";
}
