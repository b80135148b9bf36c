"""What a channel would have sent to somebody, played through by the rules of its sender; nothing is kept or sent.

Of the same functions as the senders where there are some. What is told again in SQL there (`claims.claim`, the
`_send_again` of the dispatcher) is compared with them in tests/notifications/test_preview.py.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils import timezone

from articles.models import Event

from ..models import Channel, NotificationSettings, Reason, Timing
from .pacing import paced
from .schedule import APART, GRACE, due_at, held_until, next_at


@dataclass(slots=True)
class Played:
    """A delivery and its notification, as far as the rules ask for them: thousands of these are made in a moment."""

    kind: str
    article_id: int | None
    reason: str
    due_at: datetime
    at_once: bool
    waits: bool = True
    sent_at: datetime | None = None

    @property
    def notification(self) -> Played:
        return self


class Rehearsal:
    """One channel of one person. `hourly` are the kinds that they want hourly; `messages` is how many went out."""

    def __init__(self, channel: Channel, own: NotificationSettings, hourly: Collection[str]) -> None:
        self.channel, self.own, self.hourly = channel, own, hourly
        self.messages = 0
        self._told: dict[tuple[str, int | None], Played] = {}
        self._waiting: list[tuple[datetime, int, Played]] = []  # a heap by when they are due
        self._count = itertools.count()
        self._mailed: dict[int | None, datetime] = {}  # article → its last mail
        self._at_once: list[Played] = []  # what is out, and was in no digest

    def hear(self, event: Event, reason: Reason, timing: str, *, joins: bool) -> None:
        """The person is told of this, in the order of the log. `joins`: by what told of the last such event."""
        self._send_until(event.at)
        due = due_at(timing, self.own, event.at)
        one = Played(event.kind, event.article_id, reason, due, at_once=timing == Timing.NOW)
        before = self._told.get((event.kind, event.article_id)) if joins else None
        if before is not None:
            self._tell_more(before, one)
            return
        self._told[event.kind, event.article_id] = one
        self._wait(one, one.due_at)

    def finish(self) -> int:
        """Let all that waits go out in its time; gives how many messages there were."""
        self._send_until(None)
        return self.messages

    def _tell_more(self, before: Played, wanted: Played) -> None:
        """Bring what waits forward; a mail that is out is followed by another, nothing else is."""
        if before.waits:
            if wanted.at_once and before.due_at > wanted.due_at:
                before.at_once = True
                self._wait(before, wanted.due_at)
        elif self.channel == Channel.EMAIL and before.sent_at is not None:
            before.at_once = wanted.at_once
            self._wait(before, max(wanted.due_at, before.sent_at + APART))

    def _wait(self, one: Played, due: datetime) -> None:
        one.due_at, one.waits = due, True
        heapq.heappush(self._waiting, (due, next(self._count), one))

    def _send_until(self, moment: datetime | None) -> None:
        while self._waiting and (moment is None or self._waiting[0][0] < moment):
            now, _number, first = self._waiting[0]
            if first.waits and first.due_at == now:
                self._send(self._claim(now + GRACE), now)
            else:
                heapq.heappop(self._waiting)

    def _claim(self, until: datetime) -> list[Played]:
        """Take what is due by then. What was brought forward is in the heap twice."""
        due = []
        while self._waiting and self._waiting[0][0] <= until:
            moment, _number, one = heapq.heappop(self._waiting)
            if one.waits and one.due_at == moment:
                one.waits = False
                due.append(one)
        return due

    def _send(self, due: list[Played], now: datetime) -> None:
        """As one message; or put it off."""
        later = held_until(self.own, now)
        if later is not None:
            for one in due:
                self._wait(one, later)
            return
        ready = self._not_too_often(due, now) if self.channel == Channel.EMAIL else due
        for one in ready:
            one.sent_at = now
            self._mailed[one.article_id] = now
        self._at_once += [one for one in ready if one.at_once]
        self.messages += bool(ready)

    def _not_too_often(self, due: list[Played], now: datetime) -> list[Played]:
        articles = {one.article_id for one in due if one.article_id is not None} & self._mailed.keys()
        last: dict[int | None, datetime] = {pk: self._mailed[pk] for pk in articles if self._mailed[pk] > now - APART}
        found = paced(due, self.own, hourly=self.hourly, last=last, mails_today=partial(self._mails_today, now))
        for one, moment in found.later:
            self._wait(one, moment)
        for one in found.daily:
            one.at_once = False
            self._wait(one, next_at(self.own.daily_at, now))
        return found.now

    def _mails_today(self, now: datetime) -> int:
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        self._at_once = [one for one in self._at_once if one.sent_at and one.sent_at >= midnight]
        return len({one.sent_at for one in self._at_once if one.at_once})
