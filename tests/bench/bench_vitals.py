"""What pages weigh and how they feel in a real browser: bytes over the wire, LCP, CLS and INP.

    python -m tests.bench vitals

Aims: the first visit of an article under 150 kB, later ones under 30 kB, nothing moves (CLS 0); LCP under 2.5 s and INP
under 200 ms are what web.dev calls good for people far away, on this machine an LCP of 500 ms and an INP of 100 ms.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from playwright.sync_api import Browser, Page

from tests.gallery.browser import DESK, NoBrowser, chromium, open_as
from tests.gallery.places import found
from tests.gallery.vitals import Vitals, visit
from tests.services.site import Site, running_site

FIRST_BYTES, LATER_BYTES = 150_000, 30_000
LCP_MS, CLS, INP_MS = 500, 0.01, 100


def press(*keys: str) -> Callable[[Page], None]:
    """Press keys one after the other."""

    def act(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return act


def main() -> int:
    """Prints a line for each visit; gives 1 when one weighs too much or moves."""
    try:
        with running_site(demo=True) as site, chromium() as browser:
            return measure(browser, site)
    except NoBrowser:
        print("Chromium is not installed.")
        return 1


def measure(browser: Browser, site: Site) -> int:
    places = found(site)
    article, other = f"/articles/{places['many']}/", f"/articles/{places['must_read']}/"
    later = [
        ("article, later", other, press("?", "Escape")),
        ("home", "/", press("j", "k")),
        ("search", "/search/?q=garden+waste+fee", press("j", "j", "k")),
        ("topic", "/categories/waste/", press("j", "k")),
        ("inbox", "/notifications/", None),
    ]
    # Signing in fills the cache: the first visit is of a window that has only the session.
    door = open_as(browser, site, "clara", viewport=DESK)
    visitor = browser.new_context(
        base_url=site.url,
        viewport=DESK,
        storage_state=door.context.storage_state(),
    ).new_page()
    print(f"{'visit':18} {'kB':>7} {'requests':>9} {'LCP ms':>8} {'CLS':>7} {'INP ms':>8}")
    missed = _line("article, first", visit(visitor, article, press("?", "Escape")), FIRST_BYTES)
    for name, path, act in later:
        missed += _line(name, visit(visitor, path, act), LATER_BYTES)
    return 1 if missed else 0


def _line(name: str, one: Vitals, limit: int) -> int:
    missed = [
        word
        for word, is_missed in (
            (f"over {limit // 1000} kB", one.wire > limit),
            (f"LCP over {LCP_MS}", one.lcp > LCP_MS),
            ("it moves", one.cls > CLS),
            (f"INP over {INP_MS}", one.inp > INP_MS),
        )
        if is_missed
    ]
    print(
        f"{name:18} {one.wire / 1000:7.1f} {one.requests:9} {one.lcp:8.0f} {one.cls:7.4f} {one.inp:8.0f}"
        f"{'   ' + ', '.join(missed) if missed else ''}"
    )
    # What it weighs and whether it moves is the product's doing alone; how fast it was, also that of the machine.
    return int(one.wire > limit or one.cls > CLS)


if __name__ == "__main__":
    sys.exit(main())
