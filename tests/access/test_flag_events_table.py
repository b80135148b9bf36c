"""Who is told of what happens to flags: of an article's whoever sees it, of one without an article few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles import epoch, events
from articles.actions import answering, chasing, flagging
from articles.actions.centre_hours import set_holiday
from articles.actions.synonym import save_synonyms
from articles.models import Flag
from notifications import log
from notifications.delivery import Told
from tests.access.table import EDIT, MANAGERS, OF_MISSING, SEE, Place
from tests.access.test_socket_table import wrong

Act = Callable[[Place, Any], Any]


def admin(place: Place) -> Any:
    return place.people["admin"]


def due(flag: Flag, **more: Any) -> None:
    Flag.objects.filter(pk=flag.pk).update(**more)


ACTS: dict[str, Act] = {
    "flag.assigned": lambda p, f: answering.assign_flag(admin(p), f.pk, p.people["max"].pk),
    "flag.updated": lambda p, f: answering.answer_flag(admin(p), f.pk, "Soon."),
    "flag.resolved": lambda p, f: answering.resolve_flag(admin(p), f.pk, "Done."),
    "flag.declined": lambda p, f: answering.decline_flag(admin(p), f.pk, "No."),
    "flag.reopened": lambda p, f: (
        answering.resolve_flag(admin(p), f.pk, "Done."),
        answering.reopen_flag(p.people["bob"], f.pk, "No."),
    ),
    "flag.accepted": lambda p, f: (
        answering.resolve_flag(admin(p), f.pk, "Done."),
        answering.accept_answer(p.people["bob"], f.pk),
    ),
    "flag.overdue": lambda p, f: chasing.escalate(f.pk, f.due + timedelta(minutes=1)),
}
OTHERS = {"flag.raised", "flag.due_soon", "centre.hours_changed", "synonyms.changed"}


def told(place: Place, act: Callable[[], Any]) -> Told:
    before = epoch.current().seq
    act()
    return log.read(before)[-1]


@pytest.mark.parametrize("kind", ACTS)
def test_everybody_is_told_of_flags_what_the_table_says(place: Place, kind: str) -> None:
    event = told(place, lambda: ACTS[kind](place, place.flag))
    assert event.event.kind == kind
    assert wrong(place, event, SEE) == []
    event = told(place, lambda: ACTS[kind](place, place.missing))
    assert wrong(place, event, OF_MISSING | ({"max"} if kind == "flag.assigned" else set())) == []


def test_of_what_is_missing_those_are_told_too_who_joined(place: Place) -> None:
    place.missing.joins.create(user=place.people["max"], at=timezone.now())
    answered = told(place, lambda: answering.answer_flag(admin(place), place.missing.pk, "Soon."))
    assert wrong(place, answered, OF_MISSING | {"max"}) == []
    assert "joined" not in answered.plain.content["data"], "who they are stands on its page"


def test_whoever_has_what_is_missing_no_longer_is_told_so(place: Place) -> None:
    flag, max_ = place.missing, place.people["max"]
    answering.assign_flag(admin(place), flag.pk, max_.pk)
    taken = told(place, lambda: answering.assign_flag(admin(place), flag.pk, place.people["eve"].pk))
    assert wrong(place, taken, OF_MISSING | {"max", "eve"}) == []
    assert "was" not in taken.plain.content["data"], "that stands in its history"
    back = told(place, lambda: answering.put_back(admin(place), flag.pk))
    assert wrong(place, back, OF_MISSING | {"eve"}) == []
    answered = told(place, lambda: answering.answer_flag(admin(place), flag.pk, "Soon."))
    assert wrong(place, answered, OF_MISSING) == []
    again = flagging.fetch_flag(max_, place.flag.pk)
    took = answering.assign_flag(max_, again.pk, max_.pk)
    undone = told(
        place, lambda: answering.undo_taking(max_, again.pk, again.assignee_id, again.status, revision=took.revision)
    )
    assert wrong(place, undone, SEE) == []


def test_of_a_new_flag_those_are_told_who_see_what_it_is_about(place: Place) -> None:
    bob = place.people["bob"]
    raised = told(place, lambda: flagging.raise_flag(bob, place.published.pk, "other", "low", "x"))
    assert wrong(place, raised, SEE) == []
    drafted = told(place, lambda: flagging.raise_flag(admin(place), place.draft.pk, "other", "low", "x"))
    assert wrong(place, drafted, EDIT) == []
    asked = told(place, lambda: flagging.raise_flag(bob, None, "missing", "low", "x"))
    assert wrong(place, asked, OF_MISSING) == []


def test_only_whoever_has_it_is_reminded(place: Place) -> None:
    for flag in (place.flag, place.missing):
        due(flag, remind_at=timezone.now())
        event = told(place, lambda flag=flag: chasing.remind(flag.pk, timezone.now()))  # type: ignore[misc]
        assert event.event.kind == "flag.due_soon"
        assert wrong(place, event, {"mary"}) == []


def test_of_the_hours_of_the_centre_managers_are_told(place: Place) -> None:
    event = told(place, lambda: set_holiday(admin(place), timezone.localdate(), "Feast"))
    assert wrong(place, event, MANAGERS) == []


def test_of_the_words_that_find_each_other_managers_are_told(place: Place) -> None:
    event = told(place, lambda: save_synonyms(admin(place), "en", "bin, bucket"))
    assert wrong(place, event, MANAGERS) == []


def test_the_table_of_flags_is_complete() -> None:
    mine = {kind for kind in events.KINDS if kind.startswith("flag.") or kind in OTHERS}
    assert {*ACTS, *OTHERS} == mine
