// Menus are <details data-menu> and popovers: the browser opens them, this closes them as people expect.

export function startMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button[data-unfold]") : null;
    if (button) unfold(button);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  // The drawer of topics is the rail on a wide screen: it must not stay on the top layer there.
  matchMedia("(min-width: 64.001rem)").addEventListener("change", (wide) => {
    const drawer = document.getElementById("topics");
    if (wide.matches && drawer?.matches(":popover-open")) drawer.hidePopover();
  });
}

/** Open all <details> that the button names, or close them again. */
function unfold(button: HTMLElement): void {
  const isOpen = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(isOpen));
  for (const one of document.querySelectorAll<HTMLDetailsElement>(button.dataset["unfold"] ?? "")) one.open = isOpen;
}

function openMenus(): NodeListOf<HTMLDetailsElement> {
  return document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]");
}
