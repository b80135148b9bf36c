"""The hours in which the centre works, and sums in them: a flag that is raised on Friday evening is due on Monday.

All sums are made in UTC between the moments at which the centre opens and closes by its clocks, so that a night in
which clocks change makes no day longer or shorter than it was for the people in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from . import epoch
from .kept import Kept
from .models import CentreHours, Holiday, Severity

Span = tuple[time, time]
Hours = tuple[Span, ...]  # of one day, in order; empty: closed
FARTHEST = 800  # days that are looked through for an hour of work
OFFICE: Hours = ((time(8), time(17)),)
DEFAULT_WEEK: tuple[Hours, ...] = (OFFICE,) * 5 + ((), ())
# Minutes of work within which a flag is answered: an hour, a day, a week.
DEFAULT_TARGETS: dict[str, int] = {Severity.URGENT: 60, Severity.NORMAL: 540, Severity.LOW: 2_700}
REMIND_AFTER = 0.75  # of the time


@dataclass(frozen=True)
class Calendar:
    """The hours of each weekday from Monday, and of days that are different."""

    week: tuple[Hours, ...] = DEFAULT_WEEK
    holidays: Mapping[date, Hours] = field(default_factory=dict)
    targets: Mapping[str, int] = field(default_factory=lambda: DEFAULT_TARGETS)

    def hours_of(self, day: date) -> Hours:
        """When the centre works on a day."""
        return self.holidays.get(day, self.week[day.weekday()])

    def spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """From a moment on: when work begins and ends, in UTC, until nobody would wait any more."""
        zone = ZoneInfo(timezone.get_default_timezone_name())
        first = start.astimezone(zone).date()
        for number in range(FARTHEST):
            day = first + timedelta(days=number)
            for opens, closes in self.hours_of(day):
                begin, end = (datetime.combine(day, hour, tzinfo=zone).astimezone(UTC) for hour in (opens, closes))
                if end > start and end > begin:
                    yield max(begin, start.astimezone(UTC)), end

    def after(self, start: datetime, minutes: float) -> datetime:
        """The moment at which so many minutes of work have passed since `start`, in UTC.

        Where the calendar has too little work in it, it is as if the centre never closed: nothing waits for ever.
        """
        left = timedelta(minutes=minutes)
        for begin, end in self.spans(start):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return start.astimezone(UTC) + timedelta(minutes=minutes)

    def minutes_between(self, start: datetime, end: datetime) -> float:
        """Minutes of work between two moments; 0 when the second is the earlier one."""
        total = timedelta()
        for opens, closes in self.spans(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total.total_seconds() / 60

    def due(self, severity: str, start: datetime) -> tuple[datetime, datetime]:
        """When a flag of this severity is due that waits since `start`, and when to remind of it."""
        minutes = self.targets.get(severity, DEFAULT_TARGETS[Severity.NORMAL])
        return self.after(start, minutes), self.after(start, minutes * REMIND_AFTER)


_calendars: Kept[Calendar] = Kept(1)


def calendar() -> Calendar:
    """The calendar of the centre. Two queries after a change, none else."""
    return _calendars.get("calendar", epoch.current().listing_seq, read_calendar)


def read_calendar() -> Calendar:
    """The calendar as it stands in the database; that of a common office when nobody has set another."""
    row = CentreHours.objects.filter(pk=1).first()
    holidays = {day: parse(hours) for day, hours in Holiday.objects.values_list("day", "hours")}
    if row is None:
        return Calendar(holidays=holidays)
    return Calendar(tuple(parse(day) for day in row.week), holidays, {**DEFAULT_TARGETS, **row.targets})


def parse(hours: list[list[str]]) -> Hours:
    """Hours as they are stored, [["08:00", "17:00"], …]. Raises ValueError for what are none."""
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in hours)


def stored(hours: Hours) -> list[list[str]]:
    """Hours as they are stored."""
    return [[opens.strftime("%H:%M"), closes.strftime("%H:%M")] for opens, closes in hours]
