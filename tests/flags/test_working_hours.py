"""Sums in the hours in which the centre works, also in the nights in which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import access
from articles.actions.centre_hours import remove_holiday, set_holiday, set_hours
from articles.actions.problems import Conflict, Invalid
from articles.models import Event, User
from articles.working_hours import DEFAULT_WEEK, OFFICE, Calendar, calendar

from .conftest import Raise

ZONE = ZoneInfo("Europe/Stockholm")
OFFICE_CALENDAR = Calendar()


def at(text: str) -> datetime:
    """A wall clock of the centre."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-27 10:32", 60, "2026-11-27 11:32"),
        ("2026-11-27 16:40", 60, "2026-11-30 08:40"),  # a Friday
        ("2026-11-28 03:00", 60, "2026-11-30 09:00"),  # on a Saturday night
        ("2026-11-30 08:00", 540, "2026-11-30 17:00"),  # just the day
        ("2026-11-30 17:00", 1, "2026-12-01 08:01"),
        ("2026-03-27 16:30", 60, "2026-03-30 08:30"),  # over the night on which clocks go forward
        ("2026-10-23 16:30", 60, "2026-10-26 08:30"),  # and back
        ("2026-12-31 16:00", 600, "2027-01-04 08:00"),  # 1 January is a Friday and no holiday unless it is set
    ],
)
def test_a_flag_is_due_when_so_much_work_has_passed(start: str, minutes: int, due: str) -> None:
    if due == "2027-01-04 08:00":
        made = Calendar(holidays={date(2027, 1, 1): ((time(8), time(17)),)}).after(at(start), minutes)
        assert made == at("2027-01-01 17:00")
        assert Calendar(holidays={date(2027, 1, 1): ()}).after(at(start), minutes) == at("2027-01-04 17:00")
        return
    assert OFFICE_CALENDAR.after(at(start), minutes) == at(due)


def test_a_night_shift_is_as_long_as_it_was_when_clocks_change() -> None:
    night = Calendar(week=(((time(0), time(6)),),) * 7)
    spring, autumn = at("2026-03-29 00:00"), at("2026-10-25 00:00")
    assert night.minutes_between(spring, spring + timedelta(hours=12)) == 5 * 60
    assert night.minutes_between(autumn, autumn + timedelta(hours=12)) == 7 * 60
    assert night.after(spring, 300) == at("2026-03-29 06:00")


def test_a_day_may_have_a_break_and_a_holiday_its_own_hours() -> None:
    split = Calendar(
        week=(((time(8), time(11, 30)), (time(12, 30), time(16))),) * 7,
        holidays={date(2026, 12, 24): (), date(2026, 12, 23): ((time(8), time(12)),)},
    )
    assert split.after(at("2026-12-22 11:00"), 60) == at("2026-12-22 13:00")
    assert split.after(at("2026-12-23 11:30"), 60) == at("2026-12-25 08:30")


def test_a_centre_that_never_works_keeps_nothing_waiting_for_ever() -> None:
    never = Calendar(week=((),) * 7)
    assert never.after(at("2026-12-22 11:00"), 60) == at("2026-12-22 12:00")
    assert never.minutes_between(at("2026-12-22 11:00"), at("2026-12-24 11:00")) == 0


@given(st.integers(0, 1_000_000), st.integers(1, 5_000))
def test_the_sum_and_its_difference_agree(start: int, minutes: int) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    end = OFFICE_CALENDAR.after(begin, minutes)
    assert OFFICE_CALENDAR.minutes_between(begin, end) == pytest.approx(minutes)
    local = end.astimezone(ZONE)
    assert local.weekday() < 5
    assert time(8) <= local.time() <= time(17)


def test_managers_set_the_hours_and_open_flags_are_due_by_them(flag_it: Raise, mary: User, bob: User) -> None:
    flag = flag_it(severity="low")
    with pytest.raises(access.Forbidden):
        set_hours(bob, DEFAULT_WEEK, {})
    round_the_clock = (((time(0), time(23, 59)),),) * 7
    row = set_hours(mary, round_the_clock, {"low": 10})
    flag.refresh_from_db()
    assert flag.due - flag.created_at <= timedelta(minutes=12)
    assert calendar().targets["low"] == 10
    assert calendar().targets["urgent"] == 60
    with pytest.raises(Conflict):
        set_hours(mary, round_the_clock, {}, revision=row.revision - 1)
    assert Event.objects.filter(kind="centre.hours_changed").count() == 1


def test_hours_that_make_no_sense_are_refused(mary: User) -> None:
    backwards, overlapping = ((time(17), time(8)),), ((time(8), time(12)), (time(11), time(17)))
    for week in ((OFFICE,) * 6, ((),) * 7, (backwards,) * 7, (overlapping,) * 7):
        with pytest.raises(Invalid):
            set_hours(mary, week, {})
    for targets in ({"urgent": 0}, {"urgent": 10**9}, {"huge": 5}):
        with pytest.raises(Invalid):
            set_hours(mary, DEFAULT_WEEK, targets)


def test_a_holiday_comes_and_goes(mary: User, bob: User) -> None:
    day = timezone.localdate() + timedelta(days=30)
    with pytest.raises(access.Forbidden):
        set_holiday(bob, day, "Feast")
    with pytest.raises(Invalid):
        set_holiday(mary, day, " ")
    set_holiday(mary, day, "Feast")
    set_holiday(mary, day, "Feast", OFFICE)
    assert calendar().hours_of(day) == OFFICE
    remove_holiday(mary, day)
    with pytest.raises(access.NotFound):
        remove_holiday(mary, day)
