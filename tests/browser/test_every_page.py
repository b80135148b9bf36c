"""Every page, at a desk and on a phone, in both themes and both languages: nothing overflows, axe finds nothing.
And at 200 %, and with the spaces between letters and lines that some people need, all of it can still be read.

Loading a page takes time too, so it is loaded once in each language: in English at a desk, in Swedish on a phone
(`tests/gallery/eyes.py` says what is looked at).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, ViewportSize

from tests.browser.conftest import Complaints, PageAs, sign_in
from tests.browser.keys import press_on, tab_to
from tests.gallery.browser import DESK, LOCALES, Amiss, show, speak
from tests.gallery.eyes import DESK_AT_200_PER_CENT, begin, faults
from tests.gallery.pages import PAGES
from tests.gallery.places import places
from tests.live.clients import visitor
from tests.services.site import Site

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def there(site: Site) -> dict[str, int | str]:
    """What the addresses of the table lead to."""
    return places(site)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("who", sorted({page.who for page in PAGES}))
def test_nothing_overflows_and_axe_finds_nothing(
    site: Site, there: dict[str, int | str], page_as: PageAs, complaints: Complaints, who: str, language: str
) -> None:
    complaints.expect("404")  # the browser says so of the page that is not there; `show` of every other
    if who:
        speak(site, who, language)
    # Without movement a colour is what it will be as soon as the theme is switched.
    page = page_as(who or None, locale=LOCALES[language], reduced_motion="reduce")
    problems: list[str] = []
    for shown in (one for one in PAGES if one.who == who):
        begin(page, language)
        try:
            show(page, shown, there)
        except Amiss as problem:
            problems.append(f"{shown.name}: {problem}")
        else:
            problems += [f"{shown.name}: {problem}" for problem in faults(page, language)]
    if who:
        speak(site, who, "en")  # as the demo centre has it
    assert problems == []


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


WINDOWS = pytest.mark.parametrize("window", [DESK, DESK_AT_200_PER_CENT], ids=["at a desk", "at 200 %"])


@WINDOWS
def test_who_answers_a_call_needs_no_mouse(page_as: PageAs, window: ViewportSize) -> None:
    page = page_as("clara", viewport=window)
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


@WINDOWS
def test_who_writes_and_publishes_needs_no_mouse(site: Site, page_as: PageAs, window: ViewportSize) -> None:
    ella = visitor(site, "ella")
    article = ella.api("POST", "articles", {"title": "Lampor", "category": "waste", "markdown": "Lampor lämnas in."})[
        "id"
    ]
    ella.api("POST", f"articles/{article}/publish", {})
    page = page_as("ella", viewport=window)
    page.goto(f"/articles/{article}/")
    page.locator("#live-status[data-state=live]").wait_for()
    page.keyboard.press("e")
    text = page.locator(".ProseMirror[contenteditable=true]")
    tab_to(page, text)
    page.keyboard.press("Control+End")
    page.keyboard.type(" Batterier också.")
    page.locator("#draft-status[data-kind=saved]").wait_for()
    press_on(page, page.locator(".writing-actions .btn.primary"), "Shift+Tab")
    tab_to(page, page.locator("form.publishing [name=note]"))
    page.keyboard.type("Batterier")
    press_on(page, page.locator("form.publishing button[value=publish]"))
    page.wait_for_url(lambda url: "/publish/" not in url)
    assert "Batterier också." in page.locator("#article-body").inner_text()


@WINDOWS
def test_who_decides_and_answers_flags_needs_no_mouse(site: Site, page_as: PageAs, window: ViewportSize) -> None:
    erik, clara = visitor(site, "erik"), visitor(site, "clara")
    lines = erik.api("GET", "articles?limit=200&scope=all")["items"]
    article = next(line["id"] for line in lines if line["title"].startswith("School transport"))
    words = f"Seen at {window['width']} px."
    text = erik.api("GET", f"articles/{article}/draft")["markdown"]
    erik.api("PUT", f"articles/{article}/draft", {"markdown": f"{text}\n\n{words}"})
    erik.api("POST", f"articles/{article}/proposals", {"note": words})
    said = {"article": article, "kind": "outdated", "severity": "low", "body": f"Who drives? {words}"}
    flag = clara.api("POST", "flags", said)["id"]

    page = page_as("maria", viewport=window)
    page.goto("/proposals/")
    press_on(page, page.locator("#proposals li", has_text=words).get_by_role("link").first)
    press_on(page, page.get_by_role("button", name="Approve and publish"))
    page.locator(".notice.ok", has_text="is what readers see now").first.wait_for()

    page.goto(f"/flags/{flag}/")
    press_on(page, page.get_by_role("button", name="Take it"))
    press_on(page, page.get_by_role("main").get_by_role("button", name="Undo"))
    press_on(page, page.get_by_role("link", name="Resolve\u2026"))
    tab_to(page, page.get_by_label("Answer to Clara"))
    page.keyboard.type("The bus of the municipality.")
    press_on(page, page.get_by_role("dialog").get_by_role("button", name="Resolve"))
    page.locator("#flag-whole", has_text="The bus of the municipality.").wait_for()
    assert clara.api("GET", f"flags/{flag}")["status"] == "resolved"
