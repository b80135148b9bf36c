// The table of contents shows where the reader is.

export function startContents(): void {
  const mark = (): void => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>("aside .toc a[href^='#']")];
    const line = document.documentElement.clientHeight / 4;
    let current = links[0];
    for (const link of links) {
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (heading && heading.getBoundingClientRect().top <= line) current = link;
    }
    for (const link of links) {
      if (link === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  document.addEventListener(
    "scroll",
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        mark();
      });
    },
    { passive: true },
  );
  document.addEventListener("live:changed", mark);
  mark();
}
