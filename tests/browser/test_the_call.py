"""Under a caller's breath: the palette from any page, tabs over a reload, G, and a home that is live."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Complaints, PageAs
from tests.gallery import devtools
from tests.live.clients import visitor
from tests.services.site import Site

pytestmark = pytest.mark.once

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="module", autouse=True)
def indexed(site: Site) -> None:
    """The worker has made the index."""
    clara = visitor(site, "clara")
    until = time.monotonic() + 60
    while not clara.api("GET", "search?q=garden")["hits"]:
        assert time.monotonic() < until, "the index was not made in a minute"
        time.sleep(0.5)


def find(page: Page, words: str) -> None:
    """Open the palette with its key, type, and wait until it shows what was found."""
    page.locator("#live-status[data-state=live]").wait_for()  # the client has started
    page.keyboard.press("/")
    expect(page.locator("#palette input")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator("#palette-list")).to_have_attribute("data-shows", words)  # the words' start was answered before
    expect(page.locator("#palette-said")).to_have_text(re.compile(r"\d+ found"))
    expect(page.locator("#palette-list [data-preview]").first).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/categories/waste/", "/search/?q=fee", "/preferences/"])
def test_from_any_page_to_the_answer_by_keyboard_and_back_to_where_one_was(page_as: PageAs, path: str) -> None:
    page = page_as("clara", **DESK)
    told: list[str | None] = []
    page.on("request", lambda request: told.append(request.post_data) if "/search/asked/" in request.url else None)
    page.goto(path)
    page.locator("#live-status[data-state=live]").wait_for()
    page.locator(".brand").focus()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator(".brand")).to_be_focused()
    if path == "/":  # what is looked at and not used is a search in vain, told once; what flashes by is none
        page.keyboard.press("/")
        page.keyboard.type("xyzzyqwert")
        expect(page.locator("#palette-list [data-search]")).to_contain_text("xyzzyqwert")
        page.wait_for_timeout(900)
        page.keyboard.press("Escape")
        expect(page.locator("#palette")).to_be_hidden()
        assert told == ["q=xyzzyqwert&found=0&opened="]
        told.clear()
    find(page, "garden waste")
    expect(page.locator("#palette-preview [data-preview-body]")).to_contain_text("bin")
    first = page.locator("#palette [role=option]").first
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    second = page.locator("#palette [role=option]").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    assert page.locator("#palette input").get_attribute("aria-activedescendant") == second.get_attribute("id")
    page.keyboard.press("ArrowUp")
    assert opened_for(page, "Enter") == "garden waste", "and not what the page beneath was asked"
    expect(page.locator("#article-title")).to_contain_text("Garden waste")
    assert len(told) == 1
    assert re.fullmatch(r"q=garden\+waste&found=[1-9]\d*&opened=1", told[0] or "")
    page.locator("#live-status[data-state=live]").wait_for()
    page.keyboard.press("a")
    with page.expect_request("**/answered/") as said:
        page.keyboard.press("a")
    assert 'name="query"\r\n\r\ngarden waste\r\n' in (said.value.post_data or "")


def opened_for(page: Page, key: str) -> str:
    """Press a key that opens an article; gives the words for which that is counted."""
    with page.expect_request("**/opened/") as told:
        page.keyboard.press(key)
    return parse_qs(told.value.post_data or "").get("q", [""])[0]


def test_the_marked_article_is_asked_for_ahead_and_has_its_tab_when_it_is_opened(page_as: PageAs) -> None:
    page = page_as("clara", **DESK)
    told: list[str] = []
    browser = page.context.new_cdp_session(page)
    browser.on("Preload.prefetchStatusUpdated", lambda one: told.append(one["status"]))
    browser.send("Preload.enable")
    find(page, "garden waste")
    until = time.monotonic() + 30
    while "Ready" not in told:
        assert time.monotonic() < until, told
        page.wait_for_timeout(50)
    assert [cookie for cookie in page.context.cookies() if cookie["name"] == "kb_tabs"] == []
    with page.expect_response("**/opened/"):
        page.keyboard.press("Enter")
    way = "performance.getEntriesByType('navigation')[0].deliveryType"
    assert page.evaluate(way) == "navigational-prefetch"
    title = page.locator("#article-title").inner_text()
    page.goto("/")
    expect(page.locator("#open-articles a")).to_contain_text([title])


def test_what_is_drawn_ahead_does_nothing_until_it_is_opened_and_is_there_at_once(site: Site) -> None:
    """In a browser as people have it: Playwright lets none draw ahead (tests/gallery/devtools.py)."""
    with devtools.tab() as tab:
        tab.sign_in(site.url, "clara")
        tab.press("/")
        tab.type("garden waste")
        tab.until("document.querySelector('#palette-list [data-preview]')")
        tab.until_drawn_ahead()
        marked = tab.evaluate("document.querySelector('#palette-list [aria-selected=true]').dataset.preview")
        has_tab = "fetch('/help/').then((one) => one.text()).then((one) => one.includes('class=\"tabs\"'))"
        assert tab.evaluate(has_tab) is False, "nobody has opened it yet"
        tab.press("Enter")
        tab.until(f"document.querySelector('main[data-article=\"{marked}\"]') && {devtools.LIVE}")
        assert tab.evaluate("performance.getEntriesByType('navigation')[0].activationStart") > 0, "it was drawn before"
        tab.until(has_tab)
        tab.press("/")  # keys work, as on any page
        tab.until("document.querySelector('#palette[open]')")


def test_enter_opens_nothing_that_was_not_seen_yet(page_as: PageAs) -> None:
    page = page_as("clara", **DESK)
    page.locator("#live-status[data-state=live]").wait_for()
    page.route("**/palette/?q=library*", lambda route: None)  # never answered
    page.keyboard.press("/")
    page.keyboard.type("library")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=library")


def test_an_answer_that_takes_long_is_waited_for_visibly(page_as: PageAs, complaints: Complaints) -> None:
    complaints.expect("ERR_FAILED")
    page = page_as("clara", **DESK)
    page.locator("#live-status[data-state=live]").wait_for()
    held: list[Route] = []
    page.route("**/palette/?q=", lambda route: held.append(route))
    page.keyboard.press("/")
    expect(page.locator("#palette-list")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#palette-said")).to_have_text("Looking …")
    held[0].continue_()
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    expect(page.locator("#palette-list")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#palette-said")).to_have_text("")
    page.route("**/palette/?q=l*", lambda route: route.abort())
    page.keyboard.type("l")
    expect(page.locator("#palette-said")).to_contain_text("The server cannot be reached.")


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_above_a_page_is_above_it(page_as: PageAs, width: int) -> None:
    """Tabs and the strip of must-reads have their room, under the bar and over the page, also when it was scrolled."""
    page = page_as("clara", viewport={"width": width, "height": 900})
    for article in (3, 10, 23):
        page.goto(f"/articles/{article}/")
        page.locator("#live-status[data-state=live]").wait_for()
    page.locator(".tabs").wait_for()
    for down in (0, 700):
        page.evaluate("down => scrollTo(0, down)", down)
        tops = page.evaluate("""() => [".top", ".tabs", ".strip", ".rail.right .actions"].map((one) => {
            const { top, bottom } = document.querySelector(one).getBoundingClientRect();
            return [Math.round(top), Math.round(bottom)];
        })""")
        (_, bar), tabs, strip, actions = tops
        assert bar <= tabs[0] + 1, tops
        assert tabs[1] - tabs[0] > 30
        assert tabs[1] <= strip[0] + 1, tops
        assert strip[1] - strip[0] > 30
        assert strip[1] <= actions[0], tops
        text = page.locator(".strip p")
        assert text.evaluate("one => one.scrollHeight <= one.parentElement.clientHeight"), "it fits into its strip"


@pytest.mark.parametrize("width", [1280, 390])
def test_what_one_can_do_with_an_article_fills_its_place(page_as: PageAs, width: int) -> None:
    page = page_as("clara", viewport={"width": width, "height": 900})
    page.goto("/articles/10/")
    page.locator("#live-status[data-state=live]").wait_for()
    room = page.locator(".actions").evaluate("""one => {
        const { left, right } = one.getBoundingClientRect(), { paddingLeft, paddingRight } = getComputedStyle(one);
        return [left + parseFloat(paddingLeft), right - parseFloat(paddingRight)].map(Math.round);
    }""")
    ends = page.locator(".actions .btn").evaluate_all("""all => {
        const boxes = all.filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect());
        return [Math.min(...boxes.map((one) => one.left)), Math.max(...boxes.map((one) => one.right))].map(Math.round);
    }""")
    assert ends == room
    last = page.locator(".actions > details > .btn").bounding_box()
    assert last
    assert round(last["x"] + last["width"]) == room[1], "also the last of them"


def test_the_preview_is_that_of_the_marked_row_or_out_of_use(page_as: PageAs) -> None:
    page = page_as("clara", **DESK)
    find(page, "garden waste")
    pane = page.locator("#palette-preview")
    expect(pane).to_contain_text("bin")
    expect(pane).not_to_have_attribute("inert", "")
    held: list[Route] = []
    page.route("**/preview/", lambda route: held.append(route))
    page.keyboard.press("ArrowDown")
    expect(pane).to_have_attribute("inert", "")  # not to be copied, opened or reported: it is another article's
    expect(pane.locator("header h2")).to_be_hidden()  # after a moment the shape of what is coming
    until = time.monotonic() + 15
    while not held:
        assert time.monotonic() < until
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(pane).not_to_have_attribute("inert", "")
    expect(pane.locator("header h2")).to_be_visible()


def test_who_finds_nothing_can_report_what_is_missing(page_as: PageAs) -> None:
    page = page_as("clara", **DESK)
    page.locator("#live-status[data-state=live]").wait_for()
    page.keyboard.press("/")
    expect(page.locator("#palette input")).to_have_attribute(
        "placeholder", "Find articles, actions"
    )  # no people for her
    page.keyboard.type("xyzzyqwert")
    expect(page.locator("#palette-said")).to_have_text("Nothing found")
    page.locator("#palette [data-missing]").click()
    page.wait_for_url("**/flags/new/?kind=missing&query=xyzzyqwert")


def test_an_answer_is_copied_without_opening_it(page_as: PageAs) -> None:
    page = page_as("clara", **DESK)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    find(page, "garden waste bin")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#palette-said")).to_have_text("Copied")
    assert "745 kr" in page.evaluate("navigator.clipboard.readText()")


def test_articles_stay_open_over_a_reload_and_leave_when_they_are_taken_away(page_as: PageAs, site: Site) -> None:
    erik = visitor(site, "erik")
    made = erik.api("POST", "articles", {"title": "Quokka permits", "category": "waste", "markdown": "Quokkas."})["id"]
    erik.api("POST", f"articles/{made}/publish", {})
    page = page_as("clara", **DESK)
    page.goto(f"/articles/{made}/")
    find(page, "garden waste bin")
    page.keyboard.press("Enter")
    tabs = page.locator("#open-articles a")
    expect(tabs).to_have_count(2)
    page.reload()
    expect(tabs).to_have_count(2)
    page.locator("#live-status[data-state=live]").wait_for()
    page.goto("/search/?q=garden+fee")
    page.locator("#live-status[data-state=live]").wait_for()
    assert opened_for(page, "1") == "", "a tab is no answer to what was searched for"
    expect(page.locator("#article-title")).to_have_text("Quokka permits")
    page.locator("#live-status[data-state=live]").wait_for()
    page.locator("#search input").fill("garden waste b")
    page.locator("#suggestions [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert opened_for(page, "Enter") == "garden waste b"
    expect(page.locator("#article-title")).to_contain_text("Garden waste")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list [data-preview]")).to_contain_text(["Quokka permits"])  # opened last
    while "Quokka" not in page.locator("#palette-preview").inner_text():
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(200)
    page.locator("#live-status[data-state=live]").wait_for()
    erik.api("PATCH", f"articles/{made}", {"roles": ["editor"]})
    expect(page.locator("body")).not_to_contain_text("Quokka")
    expect(page.locator("#palette")).to_be_visible()  # its rows and its preview went, it stays


def test_g_widens_in_place_and_goes_back(page_as: PageAs) -> None:
    page = page_as("carl", **DESK)  # whose team answers for schools
    page.goto("/search/?q=fee")
    page.locator("#live-status[data-state=live]").wait_for()
    note = page.locator("#results .outside-note")
    expect(note).to_contain_text("more outside your topics")
    few = page.locator("#results h1").inner_text()
    page.keyboard.press("g")
    expect(note).to_contain_text("Everything is shown")
    expect(page.locator("#results h1")).not_to_have_text(few)
    page.reload()
    expect(note).to_contain_text("Everything is shown")
    page.locator("#live-status[data-state=live]").wait_for()
    page.keyboard.press("g")
    expect(page.locator("#results h1")).to_have_text(few)


def test_home_is_live_and_keeps_a_star(page_as: PageAs, site: Site) -> None:
    erik = visitor(site, "erik")
    page = page_as("clara", **DESK)
    page.locator("#live-status[data-state=live]").wait_for()
    made = erik.api("POST", "articles", {"title": "Wombat crossing", "category": "waste", "markdown": "Wombats."})["id"]
    erik.api("POST", f"articles/{made}/publish", {"note": "New"})
    expect(page.locator("#changes")).to_contain_text("Wombat crossing")
    page.goto(f"/articles/{made}/")
    page.locator("#live-status[data-state=live]").wait_for()
    page.keyboard.press("s")
    expect(page.locator(".star button")).to_have_attribute("aria-pressed", "true")
    page.goto("/")
    stars = page.locator("#at-hand section").filter(has_text="Favourites")
    expect(stars).to_contain_text("Wombat crossing")
    page.locator("#live-status[data-state=live]").wait_for()
    visitor(site, "clara").api("DELETE", f"articles/{made}/favourite")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as on coming back to the window
    expect(stars).not_to_contain_text("Wombat crossing")
    writing = page_as("erik", **DESK)
    writing.locator("#live-status[data-state=live]").wait_for()
    drafts = writing.locator("#for-you section").filter(has_text="Your drafts")
    expect(drafts.filter(has_text="Wombat crossing")).to_have_count(0)
    erik.api("PUT", f"articles/{made}/draft", {"markdown": "Wombats and their young."})
    expect(drafts).to_contain_text("Wombat crossing")


@pytest.mark.parametrize("field", ["#search input", "#palette input"])
def test_titles_outside_of_ones_topics_come_behind_and_one_key_shows_everything(page_as: PageAs, field: str) -> None:
    page = page_as("carl", **DESK)
    page.locator("#live-status[data-state=live]").wait_for()
    if field.startswith("#palette"):
        page.keyboard.press("/")
    found = page.locator("#suggestions, #palette-list").filter(has_text="fees")
    page.locator(field).fill("fees")
    expect(found).to_contain_text("Outside your topics")
    expect(found.locator("[role=option]").first).to_contain_text("Preschool fees")
    page.keyboard.press("Alt+g")
    expect(found).not_to_contain_text("Outside your topics")
    expect(found).to_contain_text("Waste collection fees")
    page.keyboard.press("Escape")
    expect(page.locator("#changes .outside-note")).to_contain_text("Everything is shown")
    page.get_by_role("button", name="Only my topics").first.click()
    expect(page.locator("#changes .outside-note")).to_contain_text("more outside your topics")


def test_each_tab_is_where_it_was_left(page_as: PageAs, site: Site) -> None:
    erik = visitor(site, "erik")
    long = "\n\n".join(f"Paragraph number {number} of the rules." for number in range(80))
    ids = []
    for title in ("Platypus rules", "Echidna rules"):
        made = erik.api("POST", "articles", {"title": title, "category": "waste", "markdown": long})["id"]
        erik.api("POST", f"articles/{made}/publish", {})
        ids.append(made)
    page = page_as("clara", viewport={"width": 1280, "height": 700})
    top = "document.querySelectorAll('#article-body p')[40].getBoundingClientRect().top"
    for made in ids:
        page.goto(f"/articles/{made}/")
        page.locator("#live-status[data-state=live]").wait_for()
    page.evaluate("scrollBy(0, document.querySelectorAll('#article-body p')[40].getBoundingClientRect().top - 300)")
    page.wait_for_function(f"() => Math.abs({top} - 300) < 3")
    page.keyboard.press("1")
    expect(page.locator("#article-title")).to_have_text("Platypus rules")
    assert page.evaluate("scrollY") == 0
    page.locator("#live-status[data-state=live]").wait_for()
    page.keyboard.press("2")
    expect(page.locator("#article-title")).to_have_text("Echidna rules")
    page.wait_for_function(f"() => Math.abs({top} - 300) < 3")
    page.reload()
    page.wait_for_function(f"() => Math.abs({top} - 300) < 3")
    page.goto("/")
    page.goto(f"/articles/{ids[1]}/")
    page.locator("#live-status[data-state=live]").wait_for()
    assert page.evaluate("scrollY") == 0, "who comes by another way begins at the top"
    page.evaluate("scrollBy(0, 900)")
    page.goto("/accounts/logout/")
    page.locator("main form .btn").first.click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kb-places'))") == []
