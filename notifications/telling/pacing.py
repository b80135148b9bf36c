"""How often mail comes: which of what is due goes out now. The sender asks it, and the preview, which plays it through.

Mentions, must-reads and the reminders of these come all the same; so does what is wanted once a day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..models import Delivery, NotificationSettings, Reason
from .kinds import TABLE
from .schedule import APART


@dataclass
class Paced:
    """What goes out now, what waits until when as the second about its article, and what the daily mail is to tell."""

    now: list[Delivery] = field(default_factory=list)
    later: list[tuple[Delivery, datetime]] = field(default_factory=list)
    daily: list[Delivery] = field(default_factory=list)


def paced(
    due: Iterable[Delivery],
    own: NotificationSettings,
    *,
    hourly: Collection[str],
    last: Mapping[int | None, datetime],
    mails_today: Callable[[], int],
) -> Paced:
    """Put off what would be the second mail about an article within six hours, or beyond the cap of the day.

    `hourly` are the kinds that the person wants hourly, `last` is article → its last mail of the last six hours;
    `mails_today` counts the mails of today that were no digests, and is asked only where that matters.
    """
    found = Paced()
    for one in due:
        may_wait = (one.at_once or one.notification.kind in hourly) and not _insists(one)
        if may_wait and one.article_id in last:
            found.later.append((one, last[one.article_id] + APART))
        else:
            found.now.append(one)
    if found.now and all(one.at_once for one in found.now) and mails_today() >= own.most_mails:
        found.now, found.daily = [], found.now
    return found


def _insists(one: Delivery) -> bool:
    telling = TABLE.get(one.notification.kind)
    return one.notification.reason == Reason.MENTION or (telling is not None and telling.insists)
