"""How often mail comes: which of what is due goes out now. The sender asks it, and the preview, which plays it through.

Mentions, must-reads and the reminders of these come all the same; so does what is wanted once a day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from ..models import NotificationSettings, Reason
from .kinds import TABLE
from .schedule import APART


class Telling(Protocol):
    """What is asked of a notification."""

    @property
    def kind(self) -> str: ...
    @property
    def reason(self) -> str: ...


class Due(Protocol):
    """What is asked of a delivery."""

    @property
    def notification(self) -> Telling: ...
    @property
    def article_id(self) -> int | None: ...
    @property
    def at_once(self) -> bool: ...


D = TypeVar("D", bound=Due)


@dataclass
class Paced(Generic[D]):
    """What goes out now, what waits until when as the second about its article, and what the daily mail is to tell."""

    now: list[D] = field(default_factory=list)
    later: list[tuple[D, datetime]] = field(default_factory=list)
    daily: list[D] = field(default_factory=list)


def paced(
    due: Iterable[D],
    own: NotificationSettings,
    *,
    hourly: Collection[str],
    last: Mapping[int | None, datetime],
    mails_today: Callable[[], int],
) -> Paced[D]:
    """Put off what would be the second mail about an article within six hours, or beyond the cap of the day.

    `hourly` are the kinds that the person wants hourly, `last` is article → its last mail of the last six hours;
    `mails_today` counts the mails of today that were no digests, and is asked only where that matters.
    """
    found: Paced[D] = Paced()
    for one in due:
        may_wait = (one.at_once or one.notification.kind in hourly) and not _insists(one)
        if may_wait and one.article_id in last:
            found.later.append((one, last[one.article_id] + APART))
        else:
            found.now.append(one)
    if found.now and all(one.at_once for one in found.now) and mails_today() >= own.most_mails:
        found.now, found.daily = [], found.now
    return found


def _insists(one: Due) -> bool:
    telling = TABLE.get(one.notification.kind)
    return one.notification.reason == Reason.MENTION or (telling is not None and telling.insists)
