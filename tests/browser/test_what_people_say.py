"""Comments on a passage of the page: made with the keyboard, seen by others at once, carried along by new versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints, PageAs, sign_in
from tests.live.clients import Visitor, visitor
from tests.services.site import Site

TEXT = "A permit costs 745 kr.\n\nAsk at the desk in the town hall.\n\nOpen until 16 on weekdays."
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def erik(site: Site) -> Visitor:
    """The editor, at a program of his own."""
    return visitor(site, "erik")


@pytest.fixture
def article(erik: Visitor) -> int:
    made: int = erik.api("POST", "articles", {"title": "Fees", "category": "waste", "markdown": TEXT})["id"]
    erik.api("POST", f"articles/{made}/publish", {"note": "First"})
    return made


def publish(by: Visitor, article: int, text: str) -> None:
    by.api("PUT", f"articles/{article}/draft", {"markdown": text})
    by.api("POST", f"articles/{article}/publish", {"note": "Changed"})


def opened(page: Page, article: int) -> Page:
    page.goto(f"/articles/{article}/")
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live")
    return page


def select(page: Page, words: str, within: str = "#article-body") -> None:
    """Select these words, which stand in one paragraph, as somebody does with the mouse."""
    page.locator(within).evaluate(
        """(body, words) => {
            const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at >= 0) getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
            }
        }""",
        words,
    )
    expect(page.locator("#selection-tools")).to_be_visible()


def test_a_comment_on_a_passage_is_made_with_keys_and_seen_by_another_at_once(page_as: PageAs, article: int) -> None:
    clara, ella = opened(page_as("clara"), article), opened(page_as("ella"), article)
    select(clara, "costs 745 kr")
    clara.keyboard.press("c")
    form = clara.locator("#composer")
    expect(form.locator("blockquote")).to_have_text("costs 745 kr")
    clara.keyboard.type("795 on two invoices. @eri")
    expect(form.get_by_role("option")).to_have_text(["Erik Sandberg @erik"])
    clara.keyboard.press("Enter")
    expect(form.locator("textarea")).to_have_value("795 on two invoices. @erik ")
    clara.keyboard.press("Control+Enter")
    expect(form).to_be_hidden()
    for page in (clara, ella):
        thread = page.locator("li.thread")
        expect(thread).to_contain_text("795 on two invoices. @Erik Sandberg")
        expect(thread.locator("blockquote")).to_have_text("costs 745 kr")
        expect(page.locator(".passage-mark")).to_have_count(1)
    ella.locator("li.thread a[data-answer]").click()
    ella.keyboard.type("Den gamla gäller.")
    ella.keyboard.press("Control+Enter")
    expect(clara.locator("li.thread")).to_contain_text("Den gamla gäller.")
    clara.locator("li.thread").get_by_role("button", name="Resolve").click()
    expect(ella.locator("li.thread")).to_have_count(0)


def test_the_mark_moves_with_its_passage_and_says_so_when_that_is_gone(
    page_as: PageAs, erik: Visitor, article: int
) -> None:
    erik.api("POST", f"articles/{article}/comments", {"body": "Which desk?", "quote": "at the desk in the town hall"})
    page = opened(page_as("clara"), article)
    mark = page.locator(".passage-mark")
    before = mark.bounding_box()
    publish(erik, article, "Begins otherwise now.\n\n" + TEXT.replace("the desk", "the small desk"))
    expect(page.locator("#article-body")).to_contain_text("at the small desk")
    expect(page.locator("#talk")).to_have_attribute("data-version", "2")
    expect(mark).to_have_count(1)
    after = mark.bounding_box()
    assert before
    assert after
    assert after["y"] > before["y"]
    publish(erik, article, "Everything is done in writing.")
    expect(page.locator("li.thread")).to_contain_text("This passage is not in the article any more")
    expect(page.locator("li.thread blockquote")).to_have_text("at the desk in the town hall")
    expect(mark).to_have_count(0)


def test_on_a_phone_a_note_for_the_team_is_written_below_the_text(page_as: PageAs, article: int) -> None:
    page = opened(page_as("clara", **PHONE), article)
    page.locator("#article-actions summary").click()
    page.locator("#article-actions .menu").get_by_text("Note", exact=True).click()
    form = page.locator("#composer")
    form.locator("textarea").fill("Truck 4 is out.")
    form.get_by_label("For").select_option("waste")
    form.get_by_label("Pin it above the text").check()
    form.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#pinned-notes")).to_contain_text("Note for waste")
    expect(page.locator("#pinned-notes")).to_contain_text("Truck 4 is out.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_begun_on_the_page_of_a_form_is_there_until_it_is_sent(
    page_as: PageAs, article: int, complaints: Complaints
) -> None:
    complaints.expect("401|422|WebSocket")
    clara = page_as("clara")
    talk = f"/articles/{article}/comments/"
    clara.goto(talk)
    words = clara.get_by_label("Comment on the whole article")
    words.fill("The fee is paid twice")
    clara.reload()
    expect(words).to_have_value("The fee is paid twice")
    clara.context.clear_cookies(name="sessionid")
    clara.get_by_role("button", name="Comment", exact=True).click()
    clara.wait_for_url("**/accounts/login/**")
    sign_in(clara, "clara")
    clara.wait_for_load_state()
    clara.goto(talk)
    expect(words).to_have_value("The fee is paid twice")
    clara.get_by_role("button", name="Comment", exact=True).click()
    expect(clara.locator("li.thread")).to_contain_text("The fee is paid twice")
    assert kept(clara) == []
    clara.goto(talk)
    expect(words).to_have_value("")
    # What is changed in a dialog is there when it is opened again, unless the words beneath are others by now.
    clara.locator("li.thread a[data-dialog]").first.click()
    own = clara.get_by_role("dialog").get_by_label("Your words")
    own.fill("The fee is paid three times")
    clara.keyboard.press("Escape")
    clara.locator("li.thread a[data-dialog]").first.click()
    expect(own).to_have_value("The fee is paid three times")
    clara.get_by_role("button", name="Save").click()
    expect(clara.locator("li.thread")).to_contain_text("The fee is paid three times")
    assert kept(clara) == []
    # What the server did not take and showed again is not what stood there before.
    clara.goto(f"/articles/{article}/notes/")
    note = clara.get_by_label("Note", exact=True)
    note.fill("Ask about the second invoice")
    clara.locator("[name=expires]").fill("2001-01-01T10:00")
    clara.get_by_role("button", name="Keep the note").click()
    expect(clara.locator("[aria-invalid], .wrong").first).to_be_visible()
    note.fill("Ask about the third invoice")
    clara.goto(f"/articles/{article}/notes/")
    expect(note).to_have_value("Ask about the third invoice")


def kept(page: Page) -> list[str]:
    """The names under which words that are not sent yet are kept in this browser."""
    names: list[str] = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kb-unsent:'))")
    return names


def test_a_notice_comes_to_open_pages_and_goes_again(site: Site, page_as: PageAs, article: int) -> None:
    clara, carl = opened(page_as("clara"), article), page_as("carl")
    carl.goto("/categories/school/")
    maria = visitor(site, "maria")
    made = maria.api("POST", "notices", {"text": "Scales are broken.", "ends": in_an_hour(), "categories": ["waste"]})
    expect(clara.locator("#announced")).to_contain_text("Scales are broken.")
    expect(carl.locator("#announced")).not_to_contain_text("Scales are broken.")
    maria.api("DELETE", f"notices/{made['id']}")
    expect(clara.locator("#announced")).not_to_contain_text("Scales are broken.")


def in_an_hour() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def test_what_is_selected_in_the_quick_facts_is_spoken_of_where_it_stands_in_the_text(
    page_as: PageAs, erik: Visitor, article: int
) -> None:
    publish(erik, article, "A permit has a fee.\n\n::: facts\nFee: 745 kr\nOpen: 8–16\n:::\n\nAsk at the desk.")
    page = opened(page_as("clara"), article)
    in_text = page.locator("#article-body .facts")
    expect(in_text).to_be_hidden()
    select(page, "745 kr", within="#quick-facts")
    page.keyboard.press("c")
    expect(page.locator("#composer blockquote")).to_have_text("745 kr")
    page.keyboard.type("795 from May.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("li.thread blockquote")).to_have_text("745 kr")
    expect(in_text).to_be_visible()
    expect(page.locator(".passage-mark")).to_have_count(1)
