"""When the centre works, and how long a flag may wait: set by managers. Flags that are open get a new time at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, events
from ..models import CentreHours, Flag, FlagStep, Holiday, Severity, Step, User
from ..models.flag import OPEN
from ..working_hours import DEFAULT_TARGETS, DEFAULT_WEEK, Calendar, Hours, read_calendar, stored
from .problems import CannotUndo, Conflict, Invalid

MOST_MINUTES = 60 * 24 * 90
MOST_HOLIDAYS = 500


def set_hours(
    user: User, week: Sequence[Hours], targets: Mapping[str, int], *, revision: int | None = None
) -> CentreHours:
    """Set the hours of the seven days from Monday, and for each severity the minutes of work in which it is answered.

    `revision` is that of the hours that were looked at. Raises access.Forbidden, Invalid, Conflict.
    """
    access.require(user, "set_centre_hours")
    if len(week) != 7:
        raise Invalid(week=_("A week has seven days."))
    clean = [_clean_hours(day) for day in week]
    if not any(clean):
        raise Invalid(week=_("The centre must work on at least one day of the week."))
    with transaction.atomic():
        row = _locked(user)
        if revision is not None and revision != row.revision:
            raise Conflict(_("Somebody else has just changed the hours. Look at them again."))
        row.week, row.targets = [stored(day) for day in clean], _clean_targets(targets)
        _save(user, row)
    return row


def set_holiday(user: User, day: date, name: str, hours: Hours = (), *, again: bool = False) -> Holiday:
    """A day on which the centre is closed, or works other hours.

    With `again` it was removed and is put back, unless somebody has set that day meanwhile. Raises access.Forbidden,
    Invalid, CannotUndo.
    """
    access.require(user, "set_centre_hours")
    name = " ".join(name.split())[:80]
    if not name:
        raise Invalid(name=_("Give the day a name."))
    hours = _clean_hours(hours)
    with transaction.atomic():
        row = _locked(user)
        if again and Holiday.objects.filter(pk=day).exists():
            raise CannotUndo
        if Holiday.objects.count() >= MOST_HOLIDAYS:
            raise Invalid(day=_("There are very many such days. Remove old ones first."))
        holiday, _created = Holiday.objects.update_or_create(day=day, defaults={"name": name, "hours": stored(hours)})
        _save(user, row)
    return holiday


def remove_holiday(user: User, day: date) -> Holiday:
    """The day is as every other of its weekday again; gives what it was. Raises access.NotFound/Forbidden."""
    access.require(user, "set_centre_hours")
    with transaction.atomic():
        row = _locked(user)
        holiday = Holiday.objects.filter(pk=day).first()
        if holiday is None:
            raise access.NotFound
        Holiday.objects.filter(pk=day).delete()
        _save(user, row)
    return holiday


def _locked(user: User) -> CentreHours:
    start = {
        "week": [stored(day) for day in DEFAULT_WEEK], "targets": dict(DEFAULT_TARGETS),
        "changed_at": timezone.now(), "changed_by": user,
    }  # fmt: skip
    CentreHours.objects.get_or_create(pk=1, defaults=start)
    return CentreHours.objects.select_for_update(no_key=True).get(pk=1)


def _save(user: User, row: CentreHours) -> None:
    row.revision += 1
    row.changed_at, row.changed_by = timezone.now(), user
    row.save()
    _set_due_anew(read_calendar())
    events.record(user, events.CentreHoursChanged())


def _set_due_anew(calendar: Calendar) -> None:
    """Open flags of which nobody has been told that they are overdue are due by the new hours."""
    rows = list(
        Flag.objects.select_for_update(no_key=True).filter(status__in=OPEN, overdue_at__isnull=True).order_by("pk")
    )
    steps = FlagStep.objects.filter(flag__in=rows, action=Step.REOPENED).order_by("pk")
    reopened: dict[int, datetime] = dict(steps.values_list("flag", "at"))
    for row in rows:
        due, remind_at = calendar.due(row.severity, reopened.get(row.pk, row.created_at))
        row.due, row.remind_at = due, remind_at if row.remind_at else None
    Flag.objects.bulk_update(rows, ["due", "remind_at"], batch_size=200)


def _clean_hours(hours: Hours) -> Hours:
    last = None
    for opens, closes in hours:
        if opens >= closes or (last is not None and opens < last):
            raise Invalid(week=_("Each time must begin before it ends, and after the one before it."))
        last = closes
    return tuple((time(opens.hour, opens.minute), time(closes.hour, closes.minute)) for opens, closes in hours)


def _clean_targets(targets: Mapping[str, int]) -> dict[str, int]:
    made = {**DEFAULT_TARGETS, **targets}
    for severity, minutes in made.items():
        if severity not in Severity.values or not 1 <= minutes <= MOST_MINUTES:
            raise Invalid(targets=_("The time to answer is between a minute and 90 days."))
    return {str(severity): minutes for severity, minutes in made.items()}
