"""The whole life of a flag in two real browsers: from a passage that Clara selects to the answer that she accepts.

A module of its own, because it moves the clock of its centre.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import TIMEOUT_MS, PageAs
from tests.browser.test_flags import flag_saying, live
from tests.browser.test_what_people_say import publish, select
from tests.live.clients import Visitor, visitor
from tests.services.site import Site

expect.set_options(timeout=TIMEOUT_MS)
PATIENCE = 60  # seconds: when the clock moves, all flags of the centre become overdue together
TEXT = "A permit costs 745 kr.\n\nAsk at the desk in the town hall.\n\nOpen until 16 on weekdays."


def told(person: Visitor, kind: str, flag: int, times: int = 1) -> bool:
    """Whether so much about a flag comes to be unread in the inbox of somebody, also with its article open."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        items: list[dict[str, Any]] = person.api("GET", "notifications?unread=true&limit=100")["items"]
        if sum(one["kind"] == kind and one["url"].startswith(f"/flags/{flag}/") for one in items) >= times:
            return True
        time.sleep(0.1)
    return False


def knows_nothing(person: Visitor, kind: str, flag: int) -> bool:
    """Whether the inbox of somebody, who would have been told by now, holds nothing of the kind about a flag."""
    items = person.api("GET", "notifications?limit=100")["items"]
    return not any(one["kind"] == kind and one["url"].startswith(f"/flags/{flag}/") for one in items)


def column(desk: Page, state: str, flag: int) -> None:
    """Wait until the card stands in a column of the desk."""
    expect(desk.locator(f'[data-column="{state}"] #flag-{flag}')).to_be_attached()


def done(flag: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    """The history: what was done, by whom, to whom it went."""
    names = [
        (step["action"], step["actor"] and step["actor"]["name"], step["to"] and step["to"]["name"])
        for step in flag["history"]
    ]
    return [(action, actor.split()[0] if actor else None, to.split()[0] if to else None) for action, actor, to in names]


def test_a_flag_lives_from_a_passage_to_an_accepted_answer_before_the_eyes_of_two(site: Site, page_as: PageAs) -> None:
    people = {name: visitor(site, name) for name in ("clara", "carl", "erik", "ella", "maria")}
    erik, ella, maria = people["erik"], people["ella"], people["maria"]
    made = erik.api("POST", "articles", {"title": "Lost bins", "category": "waste", "markdown": TEXT})["id"]
    erik.api("PATCH", f"articles/{made}", {"owner": "erik"})
    erik.api("POST", f"articles/{made}/publish", {"note": "First"})
    ella_id = ella.api("GET", "me")["id"]
    desk = page_as("maria", viewport={"width": 1500, "height": 1200})
    desk.goto("/flags/?show=all")
    live(desk)
    clara = page_as("clara")
    clara.goto(f"/articles/{made}/")
    live(clara)

    # Raised with two clicks and a sentence; the article stays where it is.
    select(clara, "745 kr")
    clara.locator("#selection-tools").get_by_text("Report").click()
    expect(clara.get_by_label("What is wrong?")).to_be_focused()
    clara.keyboard.type("Two callers have an invoice of 795 kr")
    clara.get_by_role("dialog").get_by_role("button", name="Report").click()
    expect(clara.get_by_role("dialog")).to_contain_text("Thank you")
    clara.keyboard.press("Escape")
    flag = flag_saying(maria, "an invoice of 795 kr")["id"]
    column(desk, "new", flag)
    expect(clara.locator(f"li#flag-{flag} blockquote")).to_have_text("745 kr")
    expect(clara.locator(".passage-mark.of-flag")).to_have_count(1)
    assert told(erik, "flag.raised", flag), "whose article it is"

    # Assigned on the desk.
    desk.locator(f"#flag-{flag} h3 a").click()
    desk.get_by_role("link", name="Give it to").click()
    desk.get_by_role("dialog").get_by_label("Who answers it").select_option(str(ella_id))
    desk.get_by_role("dialog").get_by_role("button", name="Give it").click()
    expect(desk.locator("#flag-whole")).to_contain_text("gave it to Ella")
    assert told(ella, "flag.assigned", flag)

    # Nobody answers in time.
    due = datetime.fromisoformat(maria.api("GET", f"flags/{flag}")["due"])
    site.move_clock(due - datetime.now(UTC) + timedelta(minutes=1))
    assert told(ella, "flag.overdue", flag)
    assert told(maria, "flag.overdue", flag), "it went up to her"
    expect(desk.locator("#flag-whole")).to_contain_text("Went up to")
    assert maria.api("GET", f"flags/{flag}")["overdue"] is True

    # A version mends it, and Maria answers with that.
    publish(ella, made, TEXT.replace("745", "795"))
    desk.get_by_role("link", name="Resolve…").click()
    desk.get_by_role("dialog").get_by_label("The version that fixed it").select_option("2")
    desk.get_by_role("dialog").get_by_label("Answer to Clara").fill("It is 795 kr from today.")
    desk.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(desk.locator("#flag-whole")).to_contain_text("version 2")
    assert told(people["clara"], "flag.resolved", flag)
    expect(clara.locator("#article-body")).to_contain_text("795 kr")
    expect(clara.locator(f"li#flag-{flag}")).to_have_count(0)

    # Clara is not content.
    clara.goto(f"/flags/{flag}/")
    live(clara)
    expect(clara.locator("#flag-whole")).to_contain_text("It is 795 kr from today.")
    clara.get_by_role("link", name="It is not done").click()
    clara.get_by_label("What is still wrong?").fill("The form still says 745 kr")
    clara.get_by_role("dialog").get_by_role("button", name="Open it again").click()
    expect(desk.locator("#flag-whole")).to_contain_text("The form still says 745 kr")
    assert told(ella, "flag.reopened", flag), "who has it"
    assert told(maria, "flag.reopened", flag), "who answered it"
    desk.goto("/flags/?show=all")
    live(desk)
    column(desk, "reopened", flag)

    # Resolved once more, and accepted.
    desk.locator(f"#flag-{flag} summary").click()
    desk.locator(f"#flag-{flag}").get_by_role("link", name="Resolve…").click()
    desk.get_by_role("dialog").get_by_label("The version that fixed it").select_option("2")
    desk.get_by_role("dialog").get_by_label("Answer to Clara").fill("The form is new, too.")
    desk.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    column(desk, "resolved", flag)
    assert told(people["clara"], "flag.resolved", flag, times=2)
    expect(clara.locator("#flag-whole")).to_contain_text("The form is new, too.")
    clara.get_by_role("button", name="Accept the answer").click()
    expect(clara.locator("#flag-whole")).to_contain_text("accepted the answer")
    assert told(maria, "flag.accepted", flag), "whose answer it is"
    assert knows_nothing(ella, "flag.accepted", flag)

    whole = maria.api("GET", f"flags/{flag}")
    assert (whole["status"], whole["accepted"], whole["version"], whole["quote"]) == ("resolved", True, 2, "745 kr")
    assert done(whole) == [
        ("raised", "Clara", None),
        ("routed", None, "Erik"),
        ("assigned", "Maria", "Ella"),
        ("overdue", None, "Maria"),
        ("resolved", "Maria", None),
        ("reopened", "Clara", None),
        ("resolved", "Maria", None),
        ("accepted", "Clara", None),
    ]
    for kind in ("raised", "assigned", "overdue", "resolved", "reopened", "accepted"):
        assert knows_nothing(people["carl"], f"flag.{kind}", flag), "whose business it never was"
    assert knows_nothing(people["clara"], "flag.overdue", flag)
