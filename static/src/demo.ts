// The sign-in page of a demo centre: one press fills in the form and sends it, as the person themselves would.

export function startDemo(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-sign-in-as]") : null;
    const form = document.querySelector<HTMLFormElement>("form[data-sign-in]");
    if (!button || !form) return;
    fill(form, "login", button.dataset["signInAs"] ?? "");
    fill(form, "password", button.dataset["password"] ?? "");
    form.requestSubmit();
  });
}

function fill(form: HTMLFormElement, name: string, value: string): void {
  const input = form.elements.namedItem(name);
  if (input instanceof HTMLInputElement) input.value = value;
}
