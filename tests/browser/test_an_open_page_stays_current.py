"""A page that was open for hours shows the new version the moment that it is published, and says when it cannot."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints, PageAs
from tests.live.clients import Visitor, visitor
from tests.services.proxy import without_websockets
from tests.services.site import Site

CENTRE = ZoneInfo("Europe/Stockholm")
PARAGRAPHS = "\n\n".join(f"Paragraph {number}. " + "Words that fill the page. " * 12 for number in range(1, 31))
NOTE_STATES = """label => {
  window.states = [];
  new MutationObserver(() => {
    if (window.states.at(-1) !== label.dataset.state) window.states.push(label.dataset.state);
  }).observe(label, { attributes: true, attributeFilter: ["data-state"] });
}"""
OFFLINE = r"ERR_INTERNET_DISCONNECTED|ERR_NETWORK|WebSocket connection|Failed to fetch|Failed to load resource"


@pytest.fixture(scope="module")
def erik(site: Site) -> Visitor:
    """The editor, at a program of his own: what he does is done by somebody else than the reader."""
    return visitor(site, "erik")


@pytest.fixture
def article(erik: Visitor) -> int:
    """A long article that Clara may read."""
    return new_article(erik, PARAGRAPHS)


def new_article(by: Visitor, text: str, title: str = "Bin for garden waste") -> int:
    made: int = by.api("POST", "articles", {"title": title, "category": "waste", "markdown": text})["id"]
    by.api("POST", f"articles/{made}/publish", {"note": "First"})
    return made


def publish(by: Visitor, article: int, text: str, note: str = "") -> None:
    by.api("PUT", f"articles/{article}/draft", {"markdown": text})
    by.api("POST", f"articles/{article}/publish", {"note": note})


def live(page: Page) -> None:
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live")


def top_of(page: Page, text: str) -> float:
    box = page.get_by_text(text).bounding_box()
    assert box
    return box["y"]


def test_one_publishes_in_the_browser_and_the_others_page_changes_in_place(page_as: PageAs, article: int) -> None:
    clara, erik = page_as("clara"), page_as("erik")
    clara.goto(f"/articles/{article}/")
    live(clara)
    clara.evaluate("window.neverLeft = true")
    erik.goto(f"/articles/{article}/edit/?as=markdown")
    erik.locator("textarea[name=text]").fill(PARAGRAPHS.replace("Paragraph 2.", "Second paragraph, at 745 kr."))
    erik.get_by_role("button", name="Publish…").click()
    erik.locator("input[name=note], textarea[name=note]").first.fill("The fee is in it now")
    erik.get_by_role("button", name=re.compile("^Publish")).last.click()
    expect(erik.locator("#article-body")).to_contain_text("at 745 kr")
    expect(clara.locator("#article-body")).to_contain_text("Second paragraph, at 745 kr.")
    notice = clara.locator("#article-notice")
    expect(notice).to_contain_text("Erik")
    expect(notice).to_contain_text("The fee is in it now")
    expect(clara.locator("#article-body .just-changed")).to_have_count(1)
    expect(clara.locator("#article-body .just-changed")).to_contain_text("745 kr")
    expect(clara.locator("main")).to_have_attribute("data-version", "2")
    expect(clara.locator(".trust")).to_contain_text("Version 2")
    assert clara.evaluate("window.neverLeft"), "the page was not loaded again"
    notice.get_by_role("link", name="Show the change").click()
    expect(clara.locator("main")).to_contain_text("745 kr")


def test_the_readers_line_stays_where_it_is(page_as: PageAs, erik: Visitor, article: int) -> None:
    clara = page_as("clara")
    clara.goto(f"/articles/{article}/")
    live(clara)
    clara.get_by_text("Paragraph 20.").evaluate("node => window.scrollTo(0, node.getBoundingClientRect().top - 200)")
    before = top_of(clara, "Paragraph 20.")
    longer = "\n\n".join(f"New beginning {number}. " + "More. " * 80 for number in range(6))
    publish(erik, article, longer + "\n\n" + PARAGRAPHS)
    expect(clara.locator("#article-body")).to_contain_text("New beginning 5.")
    assert abs(top_of(clara, "Paragraph 20.") - before) <= 2


def test_lists_counts_and_search_results_refresh_themselves(page_as: PageAs, erik: Visitor) -> None:
    home, topic, found = (page_as("clara") for _ in range(3))  # waste is one of her topics
    home.goto("/")
    topic.goto("/categories/waste/")
    found.goto("/search/?q=zeppelin")
    for page in (home, topic, found):
        live(page)
    count = topic.locator("nav a[href='/categories/waste/'] small").first
    before = int(re.sub(r"\D", "", count.inner_text()))
    new_article(erik, "A zeppelin is bulky waste.", title="Zeppelins and balloons")
    for page in (home, topic, found):
        expect(page.locator("main")).to_contain_text("Zeppelins and balloons")
    expect(count).to_have_text(re.compile(rf"^{before + 1}\b"))


def test_times_are_those_of_the_centre_wherever_the_browser_is(page_as: PageAs, erik: Visitor, article: int) -> None:
    """One page must not say two times for one change: the trust line is the server's, the notice the browser's."""
    clara = page_as("clara", timezone_id="America/New_York")
    clara.goto(f"/articles/{article}/")
    live(clara)
    before = datetime.now(CENTRE)
    publish(erik, article, PARAGRAPHS.replace("Paragraph 3.", "Far away."), note="Seen from far away")
    notice = clara.locator("#article-notice")
    expect(notice).to_contain_text("Seen from far away")
    said = {f"{moment:%H:%M}" for moment in (before, datetime.now(CENTRE))}
    assert said & set(re.findall(r"\b\d\d:\d\d\b", notice.inner_text()))


def test_what_was_missed_while_the_network_was_cut_is_there_when_it_comes_back(
    page_as: PageAs, erik: Visitor, article: int, complaints: Complaints
) -> None:
    complaints.expect(OFFLINE)
    clara = page_as("clara")
    clara.goto(f"/articles/{article}/")
    live(clara)
    label = clara.locator("#live-status")
    label.evaluate(NOTE_STATES)
    clara.context.set_offline(True)
    expect(label).to_have_attribute("data-state", "off")
    expect(label).to_contain_text(re.compile(r"\d\d:\d\d"))
    for number in range(1, 6):
        publish(erik, article, PARAGRAPHS.replace("Paragraph 3.", f"Change {number}."), note=f"Change {number}")
    expect(clara.locator("#article-body")).to_contain_text("Paragraph 3.")
    clara.context.set_offline(False)
    expect(clara.locator("#article-body")).to_contain_text("Change 5.")
    live(clara)
    assert clara.evaluate("window.states") == ["off", "catch", "live"], "it says that it catches up"
    expect(clara.locator("main")).to_have_attribute("data-version", "6")


def test_the_server_may_go_and_come_back(page_as: PageAs, site: Site, article: int, complaints: Complaints) -> None:
    complaints.expect(OFFLINE + "|ERR_CONNECTION|503|502")
    clara = page_as("clara")
    clara.goto(f"/articles/{article}/")
    live(clara)
    site.web.kill()
    try:
        expect(clara.locator("#live-status")).to_have_attribute("data-state", "off", timeout=10_000)
    finally:
        site.web.start()
    expect(clara.locator("#live-status")).to_have_attribute("data-state", "live", timeout=40_000)
    publish(visitor(site, "erik"), article, "After the restart.")
    expect(clara.locator("#article-body")).to_contain_text("After the restart.")


def test_where_sockets_are_blocked_the_page_is_current_all_the_same(
    page_as: PageAs, site: Site, erik: Visitor, article: int, complaints: Complaints
) -> None:
    complaints.expect("WebSocket|ERR_CONNECTION_RESET|ERR_SOCKET_NOT_CONNECTED")  # all are the proxy's doing
    with without_websockets(site.url) as address:
        clara = page_as("clara", at=address)
        clara.goto(f"/articles/{article}/")
        live(clara)
        expect(clara.locator("#live-status")).to_contain_text("slow connection")
        publish(erik, article, "Over the stream.")
        expect(clara.locator("#article-body")).to_contain_text("Over the stream.")


def test_signing_out_in_one_tab_takes_the_text_from_the_other(page_as: PageAs, article: int) -> None:
    first = page_as("clara")
    first.goto(f"/articles/{article}/")
    live(first)
    second = first.context.new_page()
    second.goto("/accounts/logout/")
    second.locator("main form button[type=submit], form[action*=logout] button").last.click()
    expect(second).to_have_url(re.compile("/accounts/login/"))
    expect(first.locator("body")).not_to_contain_text("Paragraph 7.")
    expect(first).to_have_url(re.compile("/accounts/login/"))


def test_an_article_that_is_restricted_leaves_open_pages_at_once(
    page_as: PageAs, erik: Visitor, article: int, complaints: Complaints
) -> None:
    complaints.expect("404")  # the page asks again
    clara = page_as("clara")
    clara.goto(f"/articles/{article}/")
    live(clara)
    erik.api("PATCH", f"articles/{article}", {"roles": ["manager"]})
    expect(clara.locator("main")).not_to_contain_text("Paragraph 7.")
    expect(clara.locator("main")).to_contain_text("no longer here for you")
    expect(clara.locator("main")).not_to_contain_text("Bin for garden waste")
    elsewhere = erik.api("POST", "articles", {"title": "Elsewhere", "category": "waste", "markdown": "Other."})["id"]
    publish(erik, elsewhere, "Something else.")
    clara.wait_for_timeout(4_000)  # the page asks for itself, and hears again that it is not there
    expect(clara.locator("main")).to_contain_text("no longer here for you")
    erik.api("PATCH", f"articles/{article}", {"roles": None})
    expect(clara.locator("#article-body")).to_contain_text("Paragraph 7.")


def test_a_page_that_is_not_there_stays_as_it_is_until_it_is(
    page_as: PageAs, erik: Visitor, article: int, complaints: Complaints
) -> None:
    complaints.expect("404")
    erik.api("PATCH", f"articles/{article}", {"roles": ["manager"]})
    clara = page_as("clara")
    clara.goto(f"/articles/{article}/")
    live(clara)
    clara.evaluate("window.stayed = true")
    other = erik.api("POST", "articles", {"title": "Another", "category": "waste", "markdown": "Other."})["id"]
    publish(erik, other, "Something else.")
    clara.wait_for_timeout(4_000)
    assert clara.evaluate("window.stayed")
    erik.api("PATCH", f"articles/{article}", {"roles": None})
    expect(clara.locator("#article-body")).to_contain_text("Paragraph 7.")


def test_the_description_of_the_api_is_drawn_under_the_policy_of_all_pages(page_as: PageAs) -> None:
    page = page_as("clara")
    page.goto("/api/v1/docs")
    expect(page.locator(".swagger-ui .info")).to_contain_text("kbcentre")
    expect(page.locator(".swagger-ui .opblock").first).to_be_visible()
