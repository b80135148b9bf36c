// On the preferences page the chosen theme is seen before it is saved.

export function startTheme(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-preferences]");
  form?.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.name === "theme") document.documentElement.dataset["theme"] = event.target.value;
  });
}
