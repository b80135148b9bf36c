"""Every page, at a desk and on a phone, in both themes and both languages: nothing overflows, axe finds nothing.
And at 200 %, and with the spaces between letters and lines that some people need, all of it can still be read.

Loading a page and running all of axe are what takes time. So a page is loaded once in each language: in English at a desk,
in Swedish on a phone; there all rules are asked in the light theme, and in the dark one those that the theme decides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Complaints, PageAs, sign_in
from tests.gallery.browser import DESK, LOCALES, PHONE, WIDTHS, show, speak
from tests.gallery.pages import PAGES, found
from tests.gallery.vitals import TWO_FRAMES
from tests.services.site import Site

pytestmark = pytest.mark.once

ALL_RULES_AT = {"en": DESK, "sv": PHONE}
DESK_AT_200_PER_CENT = {"width": 640, "height": 450}  # what a browser makes of 1280 × 900
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


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("who", sorted({page.who for page in PAGES}))
def test_nothing_overflows_and_axe_finds_nothing(
    site: Site, page_as: PageAs, complaints: Complaints, who: str, language: str
) -> None:
    complaints.expect("404")
    if who:
        speak(site, who, language)
    # Without movement a colour is what it will be as soon as the theme is switched.
    page = page_as(who or None, locale=LOCALES[language], reduced_motion="reduce")
    places = found(site)
    problems: list[str] = []
    for shown in (one for one in PAGES if one.who == who):
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(ALL_RULES_AT[language])  # type: ignore[arg-type]
        show(page, shown, places)
        here = [] if page.locator("html").get_attribute("lang") == language else [f"is not in {language}"]
        here += axe(page)
        page.emulate_media(color_scheme="dark")
        here += [f"dark: {problem}" for problem in contrast(page)]
        for name, width in WIDTHS.items():
            page.set_viewport_size(width)  # type: ignore[arg-type]
            here += [f"{name}: {problem}" for problem in overflow(page)]
        page.set_viewport_size(DESK_AT_200_PER_CENT)  # type: ignore[arg-type]
        here += [f"at 200 %: {problem}" for problem in overflow(page)]
        page.evaluate(SPACED)
        here += [f"spaced: {problem}" for problem in (*overflow(page), *page.evaluate(CUT_OFF))]
        problems += [f"{shown.name}: {problem}" for problem in here]
    if who:
        speak(site, who, "en")  # as the demo centre has it
    assert problems == []


def overflow(page: Page) -> list[str]:
    """What reaches out of the window at the right, as soon as the page has followed the size of the window."""
    page.evaluate(TWO_FRAMES)
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")].filter(node => node.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map(node => node.outerHTML.slice(0, 100))"""
    )
    return [f"reaches out of the window: {node}" for node in wide]


def axe(page: Page) -> list[str]:
    """What axe says is wrong, WCAG 2.2 AA and best practice."""
    return _said(Axe().run(page).response["violations"])


def contrast(page: Page) -> list[str]:
    """What axe says of colours alone, on a page that it has been asked about already."""
    return _said(page.evaluate("async () => (await axe.run({ runOnly: ['color-contrast'] })).violations"))


def _said(violations: list[dict[str, Any]]) -> list[str]:
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]}" for one in violations]


@pytest.mark.parametrize("path", ["/", "/search/?q=garden", "/categories/waste/"])
def test_the_page_does_not_shift_when_the_client_starts(page_as: PageAs, path: str) -> None:
    page = page_as("clara", viewport=DESK)
    while page.request.get("/readyz").status != 200 or not page.request.get("/api/v1/search?q=garden").json()["hits"]:
        page.wait_for_timeout(200)  # what the indexer brings comes into an open page, and that is no shift of ours
    page.add_init_script(
        """window.shift = 0;
        new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value })
            .observe({ type: "layout-shift", buffered: true });
        window.moved = [];
        new PerformanceObserver(list => { for (const entry of list.getEntries()) for (const one of entry.sources)
            window.moved.push((one.node?.outerHTML ?? String(one.node?.data)).slice(0, 120)) })
            .observe({ type: "layout-shift", buffered: true })"""
    )
    page.goto(path)
    page.locator("#live-status[data-state=live]").wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.01, page.evaluate("window.moved")


def test_articles_and_searches_can_be_read_without_javascript(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context(base_url=site.url, java_script_enabled=False).new_page()
    page.goto("/accounts/login/")
    sign_in(page, "clara")
    page.get_by_role("searchbox").or_(page.locator("input[name=q]")).first.fill("garden waste fee")
    page.keyboard.press("Enter")
    page.locator("main li a").first.click()
    assert page.locator("#article-body").inner_text()
    assert (
        page.get_by_role("button", name="Copy answer").count() == 0
        or not page.locator("[data-copy]").first.is_visible()
    )


def test_the_main_things_need_no_mouse(page_as: PageAs) -> None:
    page = page_as("clara", viewport=DESK)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("garden waste fee")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    page.locator("main li").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("y")
    page.wait_for_function("async () => (await navigator.clipboard.readText()).length > 100")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert page.locator("#article-body p").first.inner_text() in copied
    assert "<" not in copied
    page.keyboard.press("?")
    assert page.locator("dialog[open]").is_visible()
