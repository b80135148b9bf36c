"""Who is told of comments, notes and notices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from articles import access, epoch
from articles.actions import announcing, commenting, noting
from notifications import log
from notifications.delivery import Told, may_know
from tests.access.table import EDIT, MANAGERS, PUBLISH, SEE, Place

EVERYBODY = {"charlie", "bob", "eve", "alice", "max", "mary", "admin"}


def knowing(place: Place, told: Told) -> set[str]:
    return {name for name, user in place.people.items() if may_know(access.read_view(user.pk), told)}


def tell(act: Callable[[], Any]) -> Told:
    before = epoch.current().seq
    act()
    return log.read(before)[-1]


def test_events_of_comments_are_for_those_who_see_the_article(place: Place) -> None:
    bob, admin = place.people["bob"], place.people["admin"]
    made = commenting.add_comment(bob, place.published.pk, "Hello")
    acts: dict[str, Callable[[], Any]] = {
        "comment.added": lambda: commenting.add_comment(bob, place.published.pk, "Once more"),
        "comment.edited": lambda: commenting.edit_comment(bob, made.pk, "Hello all"),
        "comment.thanked": lambda: commenting.thank(admin, made.pk),
        "comment.resolved": lambda: commenting.resolve_thread(bob, made.pk),
        "comment.deleted": lambda: commenting.delete_comment(bob, made.pk),
    }
    for kind, act in acts.items():
        event = tell(act)
        assert (event.event.kind, knowing(place, event)) == (kind, SEE)
    event = tell(lambda: commenting.add_comment(admin, place.draft.pk, "Hello"))
    assert knowing(place, event) == EDIT


def test_events_of_notes_are_for_their_author_and_team(place: Place) -> None:
    bob = place.people["bob"]
    mine = noting.add_note(bob, place.published.pk, "Mine")
    assert knowing(place, tell(lambda: noting.edit_note(bob, mine.pk, body="Still mine"))) == {"bob"}
    assert knowing(place, tell(lambda: noting.delete_note(bob, mine.pk))) == {"bob"}
    manager = place.people["mary"]
    event = tell(lambda: noting.add_note(manager, place.published.pk, "For us", audience="manager"))
    assert knowing(place, event) == {"mary"}, "not even the administrator, who is in no team"


def test_events_of_notices_are_for_those_whom_they_reach(place: Place) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    mary = place.people["mary"]

    def announce(**more: Any) -> set[str]:
        return knowing(place, tell(lambda: announcing.add_notice(mary, "Closed", tomorrow, **more)))

    assert announce() == EVERYBODY
    assert announce(categories=["permits"]) == SEE
    assert announce(roles=["strangers"]) == {"charlie"} | MANAGERS
    later = tomorrow - timedelta(hours=1)
    assert announce(categories=["permits"], starts=later) == PUBLISH | MANAGERS, "what is planned only"
