"""From a question to the answer with the keyboard; the preview beside the list."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs
from tests.live.clients import visitor
from tests.services.site import Site

pytestmark = pytest.mark.once

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
ASKED = "/search/?q=garden+waste+fee"


@pytest.fixture(scope="module", autouse=True)
def indexed(site: Site) -> None:
    """The worker has made the index."""
    clara = visitor(site, "clara")
    until = time.monotonic() + 60
    while not clara.api("GET", "search?q=garden")["hits"]:
        assert time.monotonic() < until, "the index was not made in a minute"
        time.sleep(0.5)


def titles(page: Page) -> list[str]:
    return page.locator("#results li h2").all_inner_texts()


def test_the_best_hit_is_selected_and_shown_and_enter_opens_it(page_as: PageAs) -> None:
    page = page_as("clara", **DESK)
    page.goto(ASKED)
    best = titles(page)[0]
    expect(page.locator("#hit-preview header h2")).to_have_text(best)
    expect(page.locator("li[data-selected] h2")).to_have_text(best)
    report = page.get_by_role("link", name=f"Report: {titles(page)[1]}")
    expect(report).to_have_css("opacity", "0")  # the preview offers it for the first one
    page.locator("[data-hit]").nth(1).hover()
    expect(report).to_have_css("opacity", "1")
    with page.expect_request("**/opened/") as told:
        page.keyboard.press("Enter")
    expect(page.locator("#article-title")).to_have_text(best)
    words, *_tab = (told.value.post_data or "").split("&")
    assert words == "q=garden+waste+fee", "it counts as an answer to these words"
    page.reload()
    page.locator("#live-status[data-state=live]").wait_for()
    page.keyboard.press("a")
    with page.expect_request("**/answered/") as said:
        page.keyboard.press("a")
    assert 'name="query"\r\n\r\ngarden waste fee\r\n' in (said.value.post_data or ""), "also after a reload"


def test_j_k_and_the_arrows_walk_and_the_preview_follows(page_as: PageAs) -> None:
    page = page_as("clara", **DESK)
    page.goto(ASKED)
    names = titles(page)
    for key, at in (("j", 1), ("ArrowDown", 2), ("k", 1), ("ArrowUp", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(page.locator("li[data-selected] h2 a")).to_be_focused()
        expect(page.locator("#hit-preview header h2")).to_have_text(names[at])
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#article-title")).to_have_text(names[1])


def test_y_copies_the_answer_that_is_shown_and_a_search_leads_somewhere_once(page_as: PageAs) -> None:
    page = page_as("clara", **DESK)
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url) if "/search/clicked/" in request.url else None)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(ASKED)
    expect(page.locator("#hit-preview [data-preview-body]")).to_be_visible()
    page.keyboard.press("y")
    expect(page.locator("#hit-preview")).to_contain_text("Copied")
    assert len(told) == 1
    copied = page.evaluate("navigator.clipboard.readText()")
    assert page.locator("#hit-preview .prose p").first.inner_text() in copied
    with page.expect_request("**/opened/"):
        page.keyboard.press("Enter")
    assert len(told) == 1, "a second hit that is used must not hide a search that led nowhere"


def test_single_keys_do_nothing_for_those_who_switched_them_off(page_as: PageAs) -> None:
    page = page_as("carl", **DESK)
    page.goto("/preferences/")
    page.get_by_label("Use single keys as shortcuts").uncheck()
    page.locator("[data-preferences]").get_by_role("button", name="Save").click()
    page.goto(ASKED)
    selected = page.locator("li[data-selected] h2").inner_text()
    page.keyboard.press("j")
    expect(page.locator("li[data-selected] h2")).to_have_text(selected)
    page.keyboard.press("/")
    expect(page.locator("#palette")).to_be_hidden()


def test_filters_narrow_in_place_and_the_address_follows(page_as: PageAs) -> None:
    page = page_as("clara", **DESK)
    page.goto("/search/?q=avfall")
    page.locator("select[name=language]").select_option("sv")
    page.wait_for_url(re.compile("language=sv"))
    expect(page.locator("#results h1")).to_be_visible()
    assert page.locator('#results li h2 a:not([lang="sv"])').count() == 0
    page.locator("select[name=category]").select_option("parking")
    page.wait_for_url(re.compile("category=parking"))
    expect(page.locator("#hit-preview")).to_be_hidden()
    expect(page.get_by_text("Clear the filters").first).to_be_visible()


def test_a_result_that_changes_is_shown_without_losing_the_place(page_as: PageAs, site: Site) -> None:
    erik = visitor(site, "erik")
    made = erik.api("POST", "articles", {"title": "Zebra crossing", "category": "waste", "markdown": "Zebras."})["id"]
    erik.api("POST", f"articles/{made}/publish", {})
    page = page_as("clara", **DESK)
    page.goto("/search/?q=zebra")
    for _ in range(20):
        if titles(page):
            break
        page.wait_for_timeout(500)
        page.reload()
    page.keyboard.press("j")
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live")
    erik.api("PATCH", f"articles/{made}", {"title": "Zebra crossing, painted"})
    expect(page.locator("#results li h2").first).to_have_text("Zebra crossing, painted")
    expect(page.locator("li[data-selected] h2 a")).to_be_focused()


def test_on_a_phone_there_is_no_preview_nothing_is_fetched_for_it_and_a_hit_is_reported_in_two_touches(
    page_as: PageAs,
) -> None:
    page = page_as("clara", viewport={"width": 390, "height": 844})
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(ASKED)
    page.locator("#results li").first.wait_for()
    page.wait_for_timeout(300)
    expect(page.locator("#hit-preview")).to_be_hidden()
    assert not [url for url in fetched if "/preview/" in url]
    # Each hit can be reported all the same: two touches.
    name = titles(page)[1]
    page.get_by_role("link", name=f"Report: {name}").click()
    expect(page.get_by_role("dialog").get_by_label("What is wrong?")).to_be_focused()
    expect(page.get_by_role("dialog")).to_contain_text(name)
    expect(page.locator("#dialog input[name=query]")).to_have_value("garden waste fee")
