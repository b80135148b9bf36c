"""Who wrote what, what the draft said before, and going back while others type: in real browsers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TIMEOUT_MS, Complaints, PageAs
from tests.browser.editing import put_caret
from tests.gallery.eyes import axe, overflow
from tests.live.clients import Visitor, visitor
from tests.services.site import Site

TEXT = "The fee is 700 kr.\n\nIt is paid in advance.\n"
CHANGED = "The fee is 900 kr.\n\nIt is paid in advance.\n\n- Nobody asked for this.\n"
expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture(scope="module")
def erik(site: Site) -> Visitor:
    return visitor(site, "erik")


@pytest.fixture
def article(erik: Visitor) -> int:
    """A published article that Erik and Ella may edit, changed since by Erik."""
    made: int = erik.api("POST", "articles", {"title": "Bulky waste", "category": "waste", "markdown": TEXT})["id"]
    erik.api("POST", f"articles/{made}/publish", {})
    erik.api("PUT", f"articles/{made}/draft", {"markdown": CHANGED})
    return made


def open_editor(page: Page, article: int) -> Page:
    page.goto(f"/articles/{article}/edit/")
    expect(page.locator(".ProseMirror")).to_contain_text("Nobody asked")
    return page


def test_going_back_while_others_type_keeps_their_typing_and_can_be_undone(
    article: int, erik: Visitor, page_as: PageAs
) -> None:
    ella, admin = open_editor(page_as("ella"), article), page_as("admin", viewport={"width": 390, "height": 844})
    admin.goto(f"/articles/{article}/draft-history/")
    assert overflow(admin) == []
    admin.get_by_role("link", name=re.compile("what the draft said")).last.click()
    expect(admin.locator(".compare-row[data-kind=removed]")).to_contain_text("Nobody asked for this.")
    assert overflow(admin) == []
    assert axe(admin) == []

    put_caret(ella, "in advance.")
    ella.keyboard.type(" By card", delay=20)
    admin.get_by_role("button", name="Go back to this").click(no_wait_after=True)
    ella.keyboard.type(" or in cash.", delay=20)
    expect(ella.locator(".ProseMirror")).to_have_text(re.compile(r"700 kr.*in advance\. By card or in cash\."))
    expect(ella.locator(".ProseMirror")).not_to_contain_text("Nobody asked")
    notice = admin.locator("#returned")
    expect(notice).to_contain_text("The draft says again")
    assert axe(admin) == []
    stored = "The fee is 700 kr.\n\nIt is paid in advance. By card or in cash.\n"
    wait_for(ella, lambda: erik.api("GET", f"articles/{article}/draft")["markdown"] == stored)

    put_caret(ella, "in cash.")
    ella.keyboard.type(" Never by cheque.")
    wait_for(ella, lambda: "cheque" in erik.api("GET", f"articles/{article}/draft")["markdown"])
    notice.get_by_role("button", name="Undo").click()
    expect(ella.locator(".ProseMirror")).to_contain_text("Nobody asked for this.")
    expect(ella.locator(".ProseMirror")).to_contain_text("900 kr")
    expect(ella.locator(".ProseMirror")).to_contain_text("in advance. By card or in cash. Never by cheque.")


def test_what_is_written_offline_into_a_block_that_goes_comes_back_at_the_end(
    article: int, erik: Visitor, page_as: PageAs, complaints: Complaints
) -> None:
    complaints.expect("WebSocket|ERR_|Failed to load|Failed to fetch")
    ella = open_editor(page_as("ella"), article)
    ella.context.set_offline(True)
    put_caret(ella, "Nobody asked for this.")
    ella.keyboard.type(" Written on the train.")
    assert erik.api("POST", f"articles/{article}/draft/moments/1/restore", {})["changed"]
    ella.context.set_offline(False)
    wait_for(ella, lambda: "Written on the train." in erik.api("GET", f"articles/{article}/draft")["markdown"])
    expect(ella.locator(".ProseMirror > p").last).to_have_text("Written on the train.")
    expect(ella.locator(".ProseMirror")).not_to_contain_text("Nobody asked")
    expect(ella.locator("#draft-status")).to_have_text(re.compile("^Sparat"))


def wait_for(page: Page, true: Callable[[], bool]) -> None:
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_passage_tells_who_wrote_it(scheme: str, article: int, erik: Visitor, page_as: PageAs) -> None:
    ella, admin = open_editor(page_as("ella"), article), open_editor(page_as("admin", color_scheme=scheme), article)
    put_caret(ella, "Nobody asked for this.")
    ella.keyboard.type(" Ella did.")
    button = admin.get_by_role("button", name="Who wrote what")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    wrote = admin.locator(".ProseMirror .wrote")
    expect(wrote.filter(has_text="Ella did.")).to_have_attribute("title", re.compile("Written by Ella"))
    expect(wrote.filter(has_text="Nobody asked")).to_have_attribute("title", re.compile("Written by Erik"))
    expect(wrote.filter(has_text="in advance")).to_have_count(0)
    legend = admin.locator("#who-wrote-legend li")
    expect(legend).to_have_count(2)
    expect(legend.filter(has_text="Erik")).to_contain_text("deleted")
    lines = {row.get_attribute("data-line") for row in admin.locator("#who-wrote-legend .wrote").all()}
    assert len(lines) == 2, "who have one colour do not have one line"
    put_caret(admin, "in advance.")
    admin.keyboard.type(" (new)")
    expect(wrote.filter(has_text="(new)")).to_have_count(1)
    expect(legend).to_have_count(3)
    assert axe(admin) == []
    button.click()
    expect(wrote).to_have_count(0)
    expect(ella.get_by_role("button", name="Vem skrev vad")).to_be_visible()
    if scheme == "light":
        wait_for(admin, lambda: "(new)" in erik.api("GET", f"articles/{article}/draft")["markdown"])
        erik.api("POST", f"articles/{article}/publish", {})
        admin.reload()
        button.click()
        expect(admin.locator("[data-nothing]")).to_be_visible()
