"""Days and hours as people of the centre say them, made into moments: also on the two days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from .actions.problems import Invalid


def moment_of(day: date, hour: time) -> datetime:
    """The aware moment at which the clocks of the centre show this.

    Raises Invalid (`at`) for an hour that clocks leave out in spring. Of an hour that comes twice in autumn it is the
    first one: what was to be done by then is not done late. Gives UTC, because Python holds an hour that comes twice
    to be equal to nothing.
    """
    return moment(datetime.combine(day, hour))


def moment(said: datetime) -> datetime:
    """`moment_of` for a date and time in one; an aware one says all by itself and is given back as it is."""
    if timezone.is_aware(said):
        return said
    zone = timezone.get_default_timezone()
    made = said.replace(tzinfo=zone, fold=0).astimezone(UTC)
    # A wall clock that is left out does not come back from UTC as it went there.
    if made.astimezone(zone).replace(tzinfo=None) != said:
        raise Invalid(at=_("The clocks are put forward then, and leave that time out. Choose another."))
    return made
