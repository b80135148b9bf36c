"""A flag in real browsers: raised in five actions, seen at once by others, worked on the board, resolved by a version."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import TIMEOUT_MS, Complaints, PageAs, sign_in
from tests.browser.keys import tab_to
from tests.live.clients import Visitor, visitor
from tests.services.site import Site

expect.set_options(timeout=TIMEOUT_MS)


def article_of(person: Visitor, begins: str) -> int:
    """The id of the article whose title begins so."""
    lines = person.api("GET", "articles?limit=200&scope=all")["items"]
    return next(int(line["id"]) for line in lines if line["title"].startswith(begins))


def flag_saying(person: Visitor, words: str) -> dict[str, Any]:
    """The newest flag that says this."""
    items: list[dict[str, Any]] = person.api("GET", "flags?limit=200")["items"]
    return next(one for one in items if words in one["body"])


def live(page: Page) -> None:
    """Wait until the page hears what happens."""
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live")


def test_a_passage_is_flagged_by_keyboard_and_everybody_is_warned_at_once(site: Site, page_as: PageAs) -> None:
    maria = visitor(site, "maria")
    article = article_of(maria, "Resident parking")
    reading = page_as("carl")
    reading.goto(f"/articles/{article}/")
    live(reading)
    clara = page_as("clara")
    clara.goto(f"/articles/{article}/")
    clara.evaluate("getSelection().selectAllChildren(document.querySelector('#article-body p'))")
    quote = clara.evaluate("getSelection().toString()").split("\n")[0]
    clara.keyboard.press("f")
    expect(clara.get_by_label("What is wrong?")).to_be_focused()
    clara.keyboard.type("The fee may be wrong")
    tab_to(clara, clara.locator("input[name=severity]:checked"))
    for _arrow in range(3):
        if not clara.get_by_role("radio", name="Urgent").is_checked():
            clara.keyboard.press("ArrowDown")
    clara.keyboard.press("Enter")
    expect(clara.get_by_role("dialog")).to_contain_text("Thank you")
    clara.keyboard.press("Enter")
    expect(clara.get_by_role("dialog")).to_be_hidden()
    assert clara.url.endswith(f"/articles/{article}/") or f"/articles/{article}/" in clara.url, "the call goes on"
    expect(reading.get_by_role("alert")).to_contain_text("The fee may be wrong")
    flag = flag_saying(maria, "The fee may be wrong")
    assert flag["severity"] == "urgent"
    assert quote[:40] in flag["quote"]
    working = page_as("maria")
    working.goto(f"/flags/{flag['id']}/")
    working.get_by_role("link", name="Word it").click()
    working.get_by_label("What readers are told").fill("Ask the permits team about the fee")
    working.keyboard.press("Enter")
    expect(reading.get_by_role("alert")).to_contain_text("Ask the permits team")
    maria.api("PATCH", f"flags/{flag['id']}", {"warning_lifted": True})
    expect(reading.get_by_role("alert")).to_have_count(0)


def test_what_nobody_finds_is_reported_with_its_words_also_after_the_session_has_ended(
    site: Site, page_as: PageAs, complaints: Complaints
) -> None:
    complaints.expect("401|WebSocket")
    clara = page_as("clara")
    clara.goto("/search/?q=xyzzyqwert")
    clara.keyboard.press("f")
    expect(clara.get_by_label("What did you need?")).to_be_focused()
    clara.keyboard.type("Where may boats moor in winter?")
    clara.mouse.click(5, 5)
    expect(clara.get_by_label("What did you need?"), "a press beside it takes no words away").to_be_visible()
    clara.context.clear_cookies(name="sessionid")
    clara.keyboard.press("Enter")
    clara.wait_for_url("**/accounts/login/**")
    sign_in(clara, "clara")
    clara.wait_for_url("**/search/?q=xyzzyqwert")
    clara.keyboard.press("f")
    expect(clara.get_by_label("What did you need?")).to_have_value("Where may boats moor in winter?")
    clara.keyboard.press("Enter")
    expect(clara.get_by_role("dialog")).to_contain_text("Thank you")
    assert clara.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kb-unsent:'))") == []
    flag = flag_saying(visitor(site, "maria"), "Where may boats moor")
    assert (flag["query"], flag["kind"], flag["article"]) == ("xyzzyqwert", "missing", None)


def test_a_card_is_dragged_and_moved_by_keyboard_while_another_desk_follows(site: Site, page_as: PageAs) -> None:
    clara, maria = visitor(site, "clara"), visitor(site, "maria")
    article = article_of(maria, "School transport")
    said = {"article": article, "kind": "outdated", "severity": "low", "body": "A flag to be moved about"}
    flag = clara.api("POST", "flags", said)["id"]
    other = page_as("erik")
    other.goto("/flags/?show=all")
    live(other)
    # High enough for the whole board: a page that scrolls under a dragged card is the browser's business, not ours.
    desk = page_as("maria", viewport={"width": 1500, "height": 4000})
    desk.goto("/flags/?show=all")
    live(desk)
    card = desk.locator(f"#flag-{flag}")
    card.drag_to(desk.locator('[data-column="assigned"] h2'))
    expect(desk.locator(f'[data-column="assigned"] #flag-{flag}')).to_be_visible()
    expect(desk.get_by_role("main").get_by_role("button", name="Undo")).to_be_visible()
    expect(other.locator(f'[data-column="assigned"] #flag-{flag}')).to_be_attached()
    card.get_by_role("link").first.focus()
    desk.keyboard.press("Alt+ArrowRight")
    expect(desk.get_by_label("Answer to Clara")).to_be_focused()
    desk.keyboard.type("It is corrected.")
    desk.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(desk.locator(f'[data-column="resolved"] #flag-{flag}')).to_be_attached()
    expect(other.locator(f'[data-column="resolved"] #flag-{flag}')).to_be_attached()
    assert clara.api("GET", f"flags/{flag}")["answer"] == "It is corrected."
    expect(card.get_by_role("link").first, "who moves a card by keys moves with it").to_be_focused()
    # What is chosen in the list stays chosen when another row comes in above it.
    desk.goto("/flags/?view=list&show=all")
    live(desk)
    second = desk.locator('[name="ids"]').nth(1).get_attribute("value")
    chosen = desk.locator(f'[name="ids"][value="{second}"]')
    chosen.check()
    came = clara.api("POST", "flags", said | {"severity": "urgent", "body": "Something above"})["id"]
    expect(desk.locator(f"#row-{came}")).to_be_attached()
    expect(chosen).to_be_checked()


def test_a_version_resolves_a_flag_and_who_raised_it_accepts(site: Site, page_as: PageAs) -> None:
    carl, erik = visitor(site, "carl"), visitor(site, "erik")
    article = article_of(erik, "Missed waste collection")
    said = {"article": article, "kind": "missing", "severity": "normal", "body": "Holidays are not mentioned"}
    flag = carl.api("POST", "flags", said)["id"]
    text = erik.api("GET", f"articles/{article}/draft")["markdown"]
    erik.api("PUT", f"articles/{article}/draft", {"markdown": f"{text}\n\nOn holidays nothing is collected."})
    asked = page_as("carl")
    asked.goto(f"/flags/{flag}/")
    live(asked)
    publishing = page_as("erik")
    publishing.goto(f"/articles/{article}/publish/")
    publishing.get_by_label("Holidays are not mentioned").check()
    publishing.get_by_label("What changed").fill("Holidays are in")
    publishing.get_by_role("button", name=re.compile(r"Publish version \d+")).click()
    publishing.wait_for_url(re.compile(rf"/articles/{article}/[a-z]"))
    expect(asked.locator("#flag-whole")).to_contain_text("Holidays are in")
    asked.get_by_role("button", name="Accept the answer").click()
    expect(asked.locator("#flag-whole")).to_contain_text("accepted")
    assert carl.api("GET", f"flags/{flag}")["accepted"] is True


def test_the_end_of_a_call_takes_two_keys_and_no_opens_a_filled_flag(site: Site, page_as: PageAs) -> None:
    maria = visitor(site, "maria")
    article = article_of(maria, "Recycling centres")
    before = maria.api("GET", f"articles/{article}/calls")["calls"]
    clara = page_as("clara")
    clara.goto(f"/articles/{article}/")
    live(clara)
    clara.keyboard.press("a")
    expect(clara.get_by_text("Did this article do its job?")).to_be_visible()
    clara.keyboard.press("a")
    expect(clara.locator("#answered")).to_contain_text("Noted")
    clara.locator("#answered").get_by_role("button", name="Undo").click()
    expect(clara.get_by_text("Did the customer get what they needed?")).to_be_visible()
    clara.keyboard.press("a")
    clara.keyboard.press("x")
    expect(clara.get_by_label("What is wrong?")).to_have_value(re.compile("did not answer"))
    after = maria.api("GET", f"articles/{article}/calls")
    assert after["calls"] == before + 1
