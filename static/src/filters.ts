// A long list of boxes, narrowed by what one types above it: <input data-filters="id of the list">. What is ticked stays.
export function startFilters(): void {
  document.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.dataset["filters"]) return;
    const list = document.getElementById(target.dataset["filters"]);
    if (list) narrow(list, target.value);
  });
  document.addEventListener("keydown", (event) => {
    const isFilter = event.target instanceof HTMLInputElement && event.target.dataset["filters"];
    if (isFilter && event.key === "Enter") event.preventDefault(); // it would send the form
  });
}

function narrow(list: HTMLElement, typed: string): void {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const lines = [...list.querySelectorAll<HTMLElement>(".check")];
  for (const line of lines) {
    const name = (line.textContent ?? "").toLocaleLowerCase();
    line.hidden = !words.every((word) => name.includes(word)) && !line.querySelector(":checked");
  }
  const nothing = document.getElementById(`${list.id}-nothing`);
  if (nothing) nothing.hidden = lines.some((line) => !line.hidden);
}
