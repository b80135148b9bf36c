// Where one was in each open article: kept in this browser for its person, per tab, and found again after a change of tab
// or a reload. Whoever comes another way begins at the top. Nobody signed in: nothing is kept (desks are shared).

const PREFIX = "kb-places:";
const BY_TAB = "kb-by-tab"; // the page that comes next was chosen among the tabs
const WAIT_MS = 250;
const LINES = "p, li, dt, dd, tr, h2, h3, h4, pre, summary, figure";

/** A line of the text, by its number, and how far from the top of the window it stood. */
interface Place {
  line: number;
  top: number;
}

export function startPlaces(): void {
  const user = document.body.dataset["user"];
  if (user === undefined) return forgetAll();
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("#open-articles a") : null;
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) noteTab();
  });
  document.addEventListener("submit", (event) => {
    if (event.target instanceof Element && event.target.closest("#open-articles")) noteTab(); // closing one leads to the next
  });
  const article = document.querySelector<HTMLElement>("main[data-article]")?.dataset["article"];
  if (article) new Keeper(PREFIX + user, article);
}

class Keeper {
  private timer = 0;

  constructor(private readonly key: string, private readonly article: string) {
    let atTop = true;
    if (cameByTab() && location.hash === "") this.goBack();
    addEventListener("scroll", () => {
      atTop = false;
      this.keepSoon();
    }, { passive: true });
    // The next page waits for this, and to ask where things are takes a while: only what is not kept yet.
    addEventListener("pagehide", () => {
      if (this.timer) this.keep();
      else if (atTop) this.write(null);
    });
  }

  private goBack(): void {
    const place = read(this.key)[this.article];
    const line = place && lines()[place.line];
    if (line) scrollTo({ top: scrollY + line.getBoundingClientRect().top - place.top, behavior: "instant" });
  }

  private keepSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), WAIT_MS);
  }

  private keep(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    if (document.querySelector("main[data-article]")) this.write(current()); // else it was taken away
  }

  private write(here: Place | null): void {
    const open = new Set([...document.querySelectorAll<HTMLElement>("#open-articles button[name=article]")].map((button) => (button as HTMLButtonElement).value));
    const kept = Object.entries(read(this.key)).filter(([article]) => open.has(article) && article !== this.article);
    if (here) kept.push([this.article, here]);
    write(this.key, Object.fromEntries(kept));
  }
}

/** The first line that can be read below the header; none at the top of the page, where there is nothing to keep. */
function current(): Place | null {
  if (scrollY < 8) return null;
  const edge = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0; // of what stays at the top
  for (const [line, element] of lines().entries()) {
    const { top, bottom, height } = element.getBoundingClientRect();
    if (height > 0 && bottom > edge) return { line, top: Math.round(top) };
  }
  return null;
}

function lines(): Element[] {
  return [...document.querySelectorAll(`#article-body :is(${LINES})`)];
}

function noteTab(): void {
  try {
    sessionStorage.setItem(BY_TAB, "1");
  } catch {
    // then the page begins at its top
  }
}

/** By a tab, or again after a reload or a crash of the browser. */
function cameByTab(): boolean {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (navigation?.type === "reload") return true;
  try {
    const noted = sessionStorage.getItem(BY_TAB) !== null;
    sessionStorage.removeItem(BY_TAB);
    return noted;
  } catch {
    return false;
  }
}

function read(key: string): Record<string, Place> {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "{}") ?? {}) as Record<string, Place>;
  } catch {
    return {};
  }
}

function write(key: string, places: Record<string, Place>): void {
  try {
    if (Object.keys(places).length) localStorage.setItem(key, JSON.stringify(places));
    else localStorage.removeItem(key);
  } catch {
    // full or switched off
  }
}

function forgetAll(): void {
  try {
    Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => localStorage.removeItem(key));
  } catch {
    // then nothing was kept either
  }
}
