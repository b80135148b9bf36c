"""Must-reads and reviews in real browsers: what must be read arrives by itself, stays, and goes when it is confirmed."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs
from tests.browser.test_publishing import article_named, change
from tests.live.clients import Visitor, visitor
from tests.services.site import Site

PHONE = {"width": 390, "height": 844}


def must_read(person: Visitor, article: int, old: str, new: str, **ask: object) -> int:
    """Publish a change as must-read; gives the number of the version."""
    change(person, article, old, new)
    body = {"significance": "must-read", "note": "Read this", "ask": ask}
    return int(person.api("POST", f"articles/{article}/publish", body)["number"])


def confirm_all(person: Visitor) -> None:
    """Nothing waits for this person any more."""
    for one in person.api("GET", "must-reads")["items"]:
        person.api("POST", f"articles/{one['article']}/acknowledge", {"version": one["newest"]})


def live(page: Page) -> Page:
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live")
    return page


def test_a_must_read_arrives_on_an_open_page_and_goes_when_it_is_confirmed_in_another_tab(
    site: Site, page_as: PageAs
) -> None:
    erik, clara = visitor(site, "erik"), visitor(site, "clara")
    confirm_all(clara)
    article = article_named(erik, "Garden waste bin")
    page = live(page_as("clara"))
    expect(page.locator(".strip")).to_have_count(0)
    number = must_read(erik, article, "is voluntary", "is free to choose", days=7)
    strip = page.locator(".strip")
    expect(strip).to_contain_text("Garden waste bin")
    other = page.context.new_page()
    other.goto(f"/articles/{article}/")
    other.get_by_role("button", name=f"I have read version {number}").click()
    expect(other.locator(".notice.ok").first).to_contain_text(f"you have read version {number}")
    expect(other.locator(".strip")).to_have_count(0)
    expect(strip).to_have_count(0)


def test_what_has_changed_since_is_shown_in_place_and_confirmed_with_the_keyboard(site: Site, page_as: PageAs) -> None:
    erik, carl, maria = visitor(site, "erik"), visitor(site, "carl"), visitor(site, "maria")
    article = article_named(erik, "Hazardous waste")
    first = must_read(erik, article, "never mixed", "never poured together", roles=["csr"])
    carl.api("POST", f"articles/{article}/acknowledge", {"version": first})
    second = must_read(erik, article, "never poured together", "never blended", roles=["csr"])
    page = page_as("carl", viewport=PHONE)
    page.goto(f"/articles/{article}/")
    panel = page.locator("#must-read")
    expect(panel).to_contain_text(f"What has changed since version {first}, which you confirmed")
    expect(panel.locator("ins").first).to_contain_text("blended")
    button = panel.get_by_role("button", name=f"I have read version {second}")
    button.focus()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#must-read")).to_have_count(0)
    people = maria.api("GET", f"articles/{article}/acknowledgements")["people"]
    assert {one["user"]["username"] for one in people if one["version"] == second} == {"carl"}


def test_a_must_read_is_confirmed_without_scripts(site: Site, page_as: PageAs) -> None:
    erik, carl = visitor(site, "erik"), visitor(site, "carl")
    confirm_all(carl)
    article = article_named(erik, "Report a pothole")
    must_read(erik, article, "Register the fault", "Report the fault")
    page = page_as("carl", java_script_enabled=False)
    page.get_by_role("link", name="Read and confirm").click()
    page.get_by_role("link", name="To the confirmation below the text").click()
    page.get_by_role("button", name=re.compile("I have read version")).click()
    expect(page.locator(".strip")).to_have_count(0)


def test_a_review_is_confirmed_in_one_click(site: Site, page_as: PageAs) -> None:
    article = article_named(visitor(site, "maria"), "Complaint, praise")
    reader = page_as("erik")
    reader.goto(f"/articles/{article}/")
    live(reader)
    expect(reader.locator(".trust")).to_contain_text("Unverified since")
    maria = page_as("maria")
    maria.goto("/reviews/?show=all")
    maria.get_by_role("button", name=re.compile("Still correct: Complaint")).click()
    expect(maria.locator(".notice.ok").first).to_contain_text("The next review is")
    expect(reader.locator(".trust")).to_contain_text("by Maria Holmgren")
