"""Pictures of every page in both themes and widths, for people who look at the product: `make screenshots`.

    python -m tests.gallery.screenshots [NAME …] [--out FOLDER] [--language en|sv|both] [--first-screen]

Starts a demo centre of its own, opens each page of `pages.PAGES` (or those named) as the demo person who uses it, and
writes `NAME-desk-light.png`, `…-phone-dark.png` and so on, with an `index.html` that shows them side by side.
"""

from __future__ import annotations

import argparse
import html
import sys
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from tests.gallery.browser import LOCALES, WIDTHS, Amiss, NoBrowser, chromium, open_as, show, speak
from tests.gallery.pages import PAGES, Shown
from tests.gallery.places import places
from tests.services.site import PROJECT, Site, running_site

THEMES = ("light", "dark")
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;background:#888;color:#000}h2{margin:2rem 0 .5rem}"
    "div{display:flex;gap:1rem;align-items:start;overflow-x:auto}img{height:34rem;object-fit:cover;object-position:top}"
)


def main(arguments: list[str]) -> int:
    """Gives 0 when every page could be photographed."""
    parser = argparse.ArgumentParser(prog="tests.gallery.screenshots", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="pages of tests/gallery/pages.py; all of them when none is named")
    parser.add_argument("--out", type=Path, default=PROJECT / "screenshots")
    parser.add_argument("--language", choices=[*LOCALES, "both"], default="en")
    parser.add_argument("--first-screen", action="store_true", help="only what is seen without scrolling")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.names) - {page.name for page in PAGES}:
        print(f"There is no page {', '.join(sorted(unknown))}; tests/gallery/pages.py names them.", file=sys.stderr)
        return 2
    pages = [page for page in PAGES if not chosen.names or page.name in chosen.names]
    languages = list(LOCALES) if chosen.language == "both" else [chosen.language]
    chosen.out.mkdir(parents=True, exist_ok=True)
    try:
        with running_site(demo=True) as site, chromium() as browser:
            photographer = Photographer(browser, site, chosen.out, whole=not chosen.first_screen)
            for language in languages:
                photographer.visit(pages, language)
    except NoBrowser:
        print("Chromium is not installed: `make services` installs it where it may.", file=sys.stderr)
        return 1
    write_index(chosen.out)
    print(f"\n{photographer.taken} pictures, and index.html to look at them: {chosen.out}")
    return 1 if photographer.failed else 0


class Photographer:
    """Goes through pages and takes each in both widths and themes, loading it once for a width."""

    def __init__(self, browser: Browser, site: Site, out: Path, *, whole: bool) -> None:
        self._browser, self._site, self._out, self._whole = browser, site, out, whole
        self._places = places(site)
        self.taken = 0
        self.failed = 0

    def visit(self, pages: list[Shown], language: str) -> None:
        """Takes `pages` in one language."""
        for width, viewport in WIDTHS.items():
            for who in dict.fromkeys(page.who for page in pages):
                if who:
                    speak(self._site, who, language)
                page = open_as(
                    self._browser, self._site, who, viewport=viewport, locale=LOCALES[language], reduced_motion="reduce"
                )
                for shown in pages:
                    if shown.who != who:
                        continue
                    try:
                        show(page, shown, self._places)
                        for theme in THEMES:
                            page.emulate_media(color_scheme="light" if theme == "light" else "dark")
                            name = f"{shown.name}-{width}-{theme}{'' if language == 'en' else '-' + language}.png"
                            page.screenshot(path=self._out / name, full_page=self._whole and not shown.press)
                            self.taken += 1
                        print(".", end="", flush=True)
                    except (Amiss, BrowserError) as problem:
                        self.failed += 1
                        print(f"\n{shown.name}: {str(problem).splitlines()[0]}", file=sys.stderr)
                page.context.close()


def write_index(folder: Path) -> None:
    """One page with all pictures that lie in `folder`, those of a page in a row."""
    rows = []
    for shown in PAGES:
        names = sorted(path.name for width in WIDTHS for path in folder.glob(f"{shown.name}-{width}-*.png"))
        if names:
            pictures = "".join(f'<a href="{n}"><img src="{n}" alt="{n}" title="{n}" loading="lazy"></a>' for n in names)
            rows.append(
                f"<h2>{shown.name} <small>{html.escape(shown.path)} · {shown.who}</small></h2><div>{pictures}</div>"
            )
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>All pages</title><style>{STYLE}</style>'
    (folder / "index.html").write_text(page + "\n".join(rows) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
