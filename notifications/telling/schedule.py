"""When somebody is told: "hourly" and "daily" as clocks of the centre show it, and when they want quiet."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from articles.actions.problems import Invalid
from articles.centre_time import moment_of

from ..models import NotificationSettings, Timing

A_MOMENT = timedelta(seconds=30)
GRACE = timedelta(seconds=4)  # what follows at once goes into the same message; what is seen meanwhile is not sent
APART = timedelta(hours=6)  # between two mails about one article
ONE_DAY = timedelta(days=1)


def due_at(timing: str, settings: NotificationSettings, now: datetime) -> datetime:
    """When something that happens now is due on a channel with this timing (not off)."""
    local = timezone.localtime(now)
    if timing == Timing.HOURLY:
        return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if timing == Timing.DAILY:
        return next_at(settings.daily_at, now)
    return now + GRACE


def next_at(hour: time, now: datetime) -> datetime:
    """The next moment at which the clocks of the centre show this time of day."""
    day = timezone.localtime(now).date()
    for ahead in range(3):
        try:
            moment = moment_of(day + ahead * ONE_DAY, hour)
        except Invalid:  # the hour that clocks leave out in spring
            continue
        if moment > now:
            return moment
    raise AssertionError("Every time of day comes within two days.")


def held_until(settings: NotificationSettings, now: datetime, *, back_from: datetime | None = None) -> datetime | None:
    """Until when this person wants no messages; None when they may have one now.

    `back_from` is `User.back_from`: who is away is told nothing before `come_back` has let it out, whatever the clock
    says. Quiet hours and free days hold for a week at most.
    """
    moment = max(back_from, now + A_MOMENT) if back_from else now
    for _step in range(16):  # quiet hours may end on a day that is none of theirs, and so on
        later = _one_hold(settings, moment)
        if later is None:
            return None if moment == now else moment
        moment = later
    return moment


def _one_hold(settings: NotificationSettings, now: datetime) -> datetime | None:
    if settings.on_call_until and settings.on_call_until > now:
        return settings.on_call_until
    local = timezone.localtime(now)
    if settings.working_days and str(local.isoweekday()) not in settings.working_days:
        return next_at(time(0), now)
    start, end = settings.quiet_from, settings.quiet_to
    if start is None or end is None or start == end:
        return None
    clock = local.time()
    quiet = start <= clock < end if start < end else clock >= start or clock < end
    return next_at(end, now) if quiet else None
