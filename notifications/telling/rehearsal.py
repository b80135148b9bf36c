"""What a channel would have sent to somebody, played through by the rules of its sender; nothing is kept or sent.

Of the same functions as the senders where there are some. What is told again in SQL there (`claims.claim`, the
`_send_again` of the dispatcher) is compared with them in tests/notifications/test_preview.py.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from articles.models import Event

from ..models import Channel, Delivery, DeliveryState, Notification, NotificationSettings, Reason
from .pacing import paced
from .recipients import delivery
from .schedule import APART, GRACE, held_until, next_at


class Rehearsal:
    """One channel of one person. `hourly` are the kinds that they want hourly; `messages` is how many went out."""

    def __init__(self, channel: Channel, own: NotificationSettings, hourly: Collection[str]) -> None:
        self.channel, self.own, self.hourly = channel, own, hourly
        self.messages = 0
        self._told: dict[tuple[str, int | None], Delivery] = {}
        self._waiting: list[Delivery] = []
        self._next: datetime | None = None  # the first moment at which something of it is due
        self._lately: list[Delivery] = []  # what is out, as long as something hangs on it

    def hear(self, event: Event, reason: Reason, timing: str, *, joins: bool) -> None:
        """The person is told of this, in the order of the log. `joins`: by what told of the last such event."""
        self._send_until(event.at)
        told = Notification(kind=event.kind, article_id=event.article_id, reason=reason)
        one = delivery(told, self.channel, timing, self.own, event.at)
        before = self._told.get((event.kind, event.article_id)) if joins else None
        if before is not None:
            self._tell_more(before, one)
            return
        self._told[event.kind, event.article_id] = one
        self._wait(one)

    def finish(self) -> int:
        """Let all that waits go out in its time; gives how many messages there were."""
        self._send_until(None)
        return self.messages

    def _tell_more(self, before: Delivery, wanted: Delivery) -> None:
        """Bring what waits forward; a mail that is out is followed by another, nothing else is."""
        if before.state == DeliveryState.WAITING:
            if wanted.at_once and before.due_at > wanted.due_at:
                before.due_at, before.at_once = wanted.due_at, True
                self._next = min(self._next or before.due_at, before.due_at)
        elif self.channel == Channel.EMAIL and before.sent_at is not None:
            before.state, before.at_once = DeliveryState.WAITING, wanted.at_once
            before.due_at = max(wanted.due_at, before.sent_at + APART)
            self._wait(before)

    def _wait(self, one: Delivery) -> None:
        self._waiting.append(one)
        self._next = min(self._next or one.due_at, one.due_at)

    def _send_until(self, moment: datetime | None) -> None:
        while self._next is not None and (moment is None or self._next < moment):
            self._send(self._next)
            self._waiting = [one for one in self._waiting if one.state == DeliveryState.WAITING]
            self._next = min((one.due_at for one in self._waiting), default=None)

    def _send(self, now: datetime) -> None:
        """As one message what is due, and what would be seconds later; or put it off."""
        due = [one for one in self._waiting if one.due_at <= now + GRACE]
        later = held_until(self.own, now)
        if later is not None:
            for one in due:
                one.due_at = later
            return
        ready = self._not_too_often(due, now) if self.channel == Channel.EMAIL else due
        for one in ready:
            one.state, one.sent_at = DeliveryState.SENT, now
        self._lately += ready
        self.messages += bool(ready)

    def _not_too_often(self, due: list[Delivery], now: datetime) -> list[Delivery]:
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        since = min(midnight, now - APART)
        self._lately = [one for one in self._lately if one.sent_at and one.sent_at >= since]
        mails = [(one, one.sent_at) for one in self._lately if one.sent_at]
        lately = (one for one in mails if one[0].article_id is not None and one[1] > now - APART)
        last: dict[int | None, datetime] = {one.article_id: at for one, at in lately}
        found = paced(
            due, self.own, hourly=self.hourly, last=last,
            mails_today=lambda: len({at for one, at in mails if one.at_once and at >= midnight}),
        )  # fmt: skip
        for one, moment in found.later:
            one.due_at = moment
        for one in found.daily:
            one.due_at, one.at_once = next_at(self.own.daily_at, now), False
        return found.now
