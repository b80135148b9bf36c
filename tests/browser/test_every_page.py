"""Every page, at a desk and on a phone, in both themes and both languages: nothing overflows, axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import PageAs, sign_in
from tests.live.clients import visitor
from tests.services.site import Site

pytestmark = pytest.mark.once

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LOOKS: dict[str, dict[str, Any]] = {
    "desk, light": {"viewport": DESK, "color_scheme": "light"},
    "desk, dark": {"viewport": DESK, "color_scheme": "dark", "locale": "sv-SE"},
    "phone, light": {"viewport": PHONE, "color_scheme": "light", "locale": "sv-SE"},
    "phone, dark": {"viewport": PHONE, "color_scheme": "dark"},
}


def addresses(site: Site) -> dict[str, list[str]]:
    """Who opens which pages: one of each kind, found as a person would find it."""
    maria = visitor(site, "maria")
    lines = maria.api("GET", "articles?limit=200")["items"]
    many = max(lines, key=lambda line: (line["version"] or {"number": 0})["number"])
    must_read = next(line for line in lines if (line["version"] or {}).get("significance") == "must-read")
    draft = next(line for line in lines if line["status"] == "draft")
    archived = maria.api("GET", "articles?status=archived")["items"][0]
    at = f"/articles/{many['id']}"
    number = many["version"]["number"]
    reading = [
        "/", f"{at}/", f"/articles/{must_read['id']}/", f"/articles/{archived['id']}/", f"{at}/history/",
        f"{at}/compare/?from={number - 1}&to={number}", f"{at}/compare/?from={number - 1}&to={number}&view=inline",
        "/categories/waste/", "/search/?q=garden+waste+fee", "/search/?q=gardne+fee", "/search/?q=xyzzyqwert",
        "/search/", "/preferences/", "/articles/987654/",
    ]  # fmt: skip
    writing = [
        f"{at}/edit/", f"{at}/edit/?as=markdown", f"{at}/publish/", f"{at}/move/", f"{at}/readers/", f"{at}/archive/", f"{at}/restore/1/",
        f"{at}/draft-history/", f"/articles/{archived['id']}/bring-back/", f"/articles/{draft['id']}/", "/articles/new/", "/import/",
        "/status/", "/accounts/password/change/",
    ]  # fmt: skip
    suggestion, proposal, plan = (maria.api("GET", what)["items"][0] for what in ("suggestions", "proposals", "plans"))
    reading += [f"{at}/suggest/", "/suggestions/", f"/suggestions/{suggestion['id']}/"]
    writing += [
        "/proposals/", "/proposals/?show=planned", "/proposals/?show=mine", "/suggestions/", f"/plans/{plan['id']}/",
        f"/proposals/{proposal['id']}/", f"/suggestions/{suggestion['id']}/", f"/articles/{proposal['article']}/edit/",
        f"/articles/{proposal['article']}/publish/",
    ]  # fmt: skip
    return {"clara": reading, "maria": writing, "": ["/accounts/login/", "/accounts/password/reset/"]}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", ["clara", "maria", ""])
def test_nothing_overflows_and_axe_finds_nothing(
    site: Site, page_as: PageAs, complaints: Any, who: str, look: str
) -> None:
    complaints.expect("404")
    page = page_as(who or None, **LOOKS[look])
    problems: list[str] = []
    for path in addresses(site)[who]:
        page.goto(path)
        problems += [f"{path}: {problem}" for problem in (*overflow(page), *axe(page))]
    assert problems == []


def overflow(page: Page) -> list[str]:
    """What reaches out of the window at the right."""
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")].filter(node => node.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map(node => node.outerHTML.slice(0, 100))"""
    )
    return [f"reaches out of the window: {node}" for node in wide]


def axe(page: Page) -> list[str]:
    """What axe says is wrong, WCAG 2.2 AA and best practice."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]}" for one in found]


@pytest.mark.parametrize("path", ["/", "/search/?q=garden", "/categories/waste/"])
def test_the_page_does_not_shift_when_the_client_starts(page_as: PageAs, path: str) -> None:
    page = page_as("clara", viewport=DESK)
    page.add_init_script(
        """window.shift = 0;
        new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value })
            .observe({ type: "layout-shift", buffered: true })"""
    )
    page.goto(path)
    page.locator("#live-status[data-state=live]").wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.01


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
