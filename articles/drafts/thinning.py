"""Which moments of a draft stay: all of the last hour, then one an hour, then one a day, and never too many."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta

from ..models.moment import DraftMoment
from .counting import merged

AT_MOST = 200
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def thin(draft_id: int, now: datetime) -> int:
    """Delete the moments that are too many. What was written up to one counts for the next one that stays.

    Of each hour, and of each day, the last stays. Gives how many went.
    """
    rows = list(DraftMoment.objects.filter(draft_id=draft_id).order_by("-seq").only("seq", "at", "writers", "draft_id"))
    staying: list[DraftMoment] = []
    changed: list[DraftMoment] = []
    going: list[int] = []
    places: set[Hashable] = set()
    for row in rows:  # newest first
        place = _place(row, now)
        if staying and (place in places or len(staying) >= AT_MOST):
            staying[-1].writers = merged([row.writers, staying[-1].writers])
            changed.append(staying[-1])
            going.append(row.pk)
        else:
            staying.append(row)
            places.add(place)
    if going:
        DraftMoment.objects.bulk_update({row.pk: row for row in changed}.values(), ["writers"])
        DraftMoment.objects.filter(pk__in=going).delete()
    return len(going)


def _place(moment: DraftMoment, now: datetime) -> Hashable:
    """Moments of one place are too many."""
    age = now - moment.at
    if age < HOUR:
        return moment.pk
    return (moment.at.date(), moment.at.hour) if age < DAY else moment.at.date()
