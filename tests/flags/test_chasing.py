"""Reminders and escalation, once each, by the clock."""

from __future__ import annotations

import threading
from datetime import timedelta

from django.utils import timezone

from articles.actions import answering, chasing
from articles.flag_duty import FlagDuty
from articles.models import Event, Flag, User

from .conftest import Raise


def test_who_has_a_flag_is_reminded_once_before_it_is_due(flag_it: Raise, mary: User, bob: User) -> None:
    flag = flag_it()
    assert flag.created_at < flag.remind_at < flag.due  # type: ignore[operator]
    later = flag.due - timedelta(minutes=1)
    assert chasing.due_reminders(later) == [flag.pk]
    assert chasing.remind(flag.pk, later)
    assert chasing.remind(flag.pk, later) is None
    assert chasing.due_reminders(later) == []
    event = Event.objects.get(kind="flag.due_soon")
    assert event.person == mary


def test_an_overdue_flag_goes_up_once_and_stays_with_who_has_it(flag_it: Raise, alice: User, mary: User) -> None:
    flag = flag_it()
    answering.assign_flag(mary, flag.pk, alice.pk)
    after = flag.due + timedelta(minutes=1)
    assert chasing.due_flags(flag.due - timedelta(minutes=1)) == []
    assert chasing.due_flags(after) == [flag.pk]
    assert chasing.escalate(flag.pk, after)
    assert chasing.escalate(flag.pk, after) is None
    flag.refresh_from_db()
    assert (flag.assignee, flag.escalated_to) == (alice, mary)
    assert Event.objects.get(kind="flag.overdue").data["escalated_to"] == mary.pk


def test_what_is_answered_or_reopened_is_not_chased(flag_it: Raise, alice: User, bob: User) -> None:
    flag = flag_it()
    answering.resolve_flag(alice, flag.pk, "Done.")
    after = flag.due + timedelta(days=1)
    assert chasing.due_flags(after) == chasing.due_reminders(after) == []
    assert chasing.escalate(flag.pk, after) is None
    again = answering.reopen_flag(bob, flag.pk, "No.")
    assert chasing.escalate(flag.pk, again.due + timedelta(minutes=1)), "a new time, a new escalation"


def test_the_worker_does_all_that_is_due(flag_it: Raise) -> None:
    now = timezone.now()
    overdue, soon, calm = flag_it("One"), flag_it("Two"), flag_it("Three")
    Flag.objects.filter(pk=overdue.pk).update(due=now)
    Flag.objects.filter(pk=soon.pk).update(due=now + timedelta(days=1), remind_at=now)
    Flag.objects.filter(pk=calm.pk).update(due=now + timedelta(days=9), remind_at=now + timedelta(days=8))
    duty = FlagDuty()
    for _ in range(3):
        assert duty.step(threading.Event()) is False
    told = Event.objects.filter(kind__in=["flag.overdue", "flag.due_soon"]).values_list("kind", "data__flag")
    assert sorted(told) == [("flag.due_soon", soon.pk), ("flag.overdue", overdue.pk)]


def test_one_that_fails_does_not_keep_the_others_waiting(flag_it: Raise, monkeypatch: object) -> None:
    import pytest

    first, second = flag_it("One"), flag_it("Two")
    Flag.objects.update(due=timezone.now())
    real = chasing.escalate

    def broken(flag_id: int, now: object) -> Flag | None:
        if flag_id == first.pk:
            raise RuntimeError("a broken row")
        return real(flag_id, now)  # type: ignore[arg-type]

    monkeypatch.setattr(chasing, "escalate", broken)  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError):
        FlagDuty().step(threading.Event())
    assert Event.objects.filter(kind="flag.overdue", data__flag=second.pk).exists()
