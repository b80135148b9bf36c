"""What is amiss with a page that is open: axe, in both themes; what reaches out of the window, or is cut off in it.

Running all of axe takes longest, so it is asked once, in the light theme; in the dark one those rules that the theme
decides. Everything else is looked at in the same page by changing the size of its window.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page, ViewportSize

from tests.gallery.browser import DESK, PHONE, WIDTHS
from tests.gallery.vitals import TWO_FRAMES

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
ALL_RULES_AT: dict[str, ViewportSize] = {"en": DESK, "sv": PHONE}
DESK_AT_200_PER_CENT: ViewportSize = {"width": 640, "height": 450}  # what a browser makes of 1280 × 900
# WCAG 2.2, 1.4.12: nothing is lost when people set their text so. As a sheet of the page: the policy forbids a tag.
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-block-end:2em!important}");
    document.adoptedStyleSheets.push(sheet);
}"""
# Controls whose words do not fit in them any more. What is cut on purpose says so with an ellipsis, or is for listening.
CUT_OFF = """() => [...document.querySelectorAll("button, .btn, .tag, h1, h2, h3, label, summary, th, td, dt, dd")].filter(node => {
    const style = getComputedStyle(node);
    const hides = [style.overflowX, style.overflowY].some(value => value === "hidden" || value === "clip");
    return node.checkVisibility() && hides && style.textOverflow !== "ellipsis" && !node.closest(".heard")
        && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1);
}).slice(0, 3).map(node => `is cut off: ${node.outerHTML.slice(0, 100)}`)"""


def begin(page: Page, language: str) -> None:
    """Make the window what it has to be before a page is opened in it that `faults` looks at."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(ALL_RULES_AT[language])


def faults(page: Page, language: str) -> list[str]:
    """All that is amiss with an open page in a window that `begin` made; leaves the page spaced, narrow and dark."""
    found = [] if page.locator("html").get_attribute("lang") == language else [f"is not in {language}"]
    found += axe(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {problem}" for problem in axe(page, runOnly=["color-contrast"])]
    for name, width in WIDTHS.items():
        page.set_viewport_size(width)
        found += [f"{name}: {problem}" for problem in overflow(page)]
    page.set_viewport_size(DESK_AT_200_PER_CENT)
    found += [f"at 200 %: {problem}" for problem in overflow(page)]
    page.evaluate(SPACED)
    return found + [f"spaced: {problem}" for problem in (*overflow(page), *page.evaluate(CUT_OFF))]


def axe(page: Page, **options: Any) -> list[str]:
    """What axe says is wrong: WCAG 2.2 AA and best practice.

    It describes the violations alone: to write down where all that is right stands takes it most of its time.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    asked = json.dumps({"resultTypes": ["violations"], **options})
    violations = page.evaluate(f"async () => (await axe.run({asked})).violations")
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]}" for one in violations]


def overflow(page: Page) -> list[str]:
    """What reaches out of the window at the right, as soon as the page has followed the size of the window."""
    page.evaluate(TWO_FRAMES)
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")].filter(node => node.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map(node => node.outerHTML.slice(0, 100))"""
    )
    return [f"reaches out of the window: {node}" for node in wide]
