"""What is due, taken by one sender for a while. Who dies while sending gives it back by the clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from ..models import Delivery, DeliveryState, Notification
from ..telling.schedule import GRACE

CLAIM = timedelta(minutes=5)
TRIES = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)


def due(channel: str, now: datetime) -> QuerySet[Delivery]:
    """What is to be sent on a channel and nobody is sending."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    return Delivery.objects.filter(free, channel=channel, state=DeliveryState.WAITING, due_at__lte=now)


def people_due(channel: str, now: datetime, at_most: int) -> list[int]:
    """The ids of people for whom something is due, who has waited longest first."""
    rows = due(channel, now).order_by("due_at", "pk").values_list("recipient_id", flat=True)[: at_most * 20]
    return list(dict.fromkeys(rows))[:at_most]


def claim(channel: str, user_id: int, now: datetime) -> list[Delivery]:
    """Take all that is due for a person, and what would be due seconds later: it goes into the same message.

    What another sender was faster with is not among it.
    """
    until = now + CLAIM
    taken = due(channel, now + GRACE).filter(recipient=user_id).update(claimed_until=until)
    if not taken:
        return []
    rows = Delivery.objects.filter(channel=channel, recipient=user_id, state=DeliveryState.WAITING, claimed_until=until)
    related = rows.select_related(
        "notification__article__category", "notification__actor", "notification__recipient", "recipient"
    )
    return list(related.order_by("-notification__at", "-pk"))


def give_back(deliveries: Iterable[Delivery], *, due_at: datetime | None = None, digest: bool = False) -> None:
    """Send them later: at a certain time, or as soon as it works again."""
    changes: dict[str, object] = {"claimed_until": None}
    if due_at is not None:
        changes["due_at"] = due_at
    if digest:
        changes["at_once"] = False
    _all(deliveries).update(**changes)


def drop(deliveries: Iterable[Delivery]) -> None:
    """They are not wanted any more, or not for this person any more."""
    _all(deliveries).update(state=DeliveryState.DROPPED, claimed_until=None)


def sent(deliveries: Iterable[Delivery], now: datetime) -> None:
    """They are out."""
    _all(deliveries).update(state=DeliveryState.SENT, sent_at=now, claimed_until=None, problem="")


def again(deliveries: Sequence[Delivery], due_at: datetime) -> None:
    """Those whose notification came to tell of more while they were on their way go out once more, later."""
    rows = Notification.objects.filter(pk__in=[one.notification_id for one in deliveries])
    newest = dict(rows.values_list("pk", "newest"))
    behind = [one for one in deliveries if newest.get(one.notification_id, 0) > one.notification.newest]
    if behind:
        _all(behind).filter(state=DeliveryState.SENT).update(state=DeliveryState.WAITING, attempts=0, due_at=due_at)


def failed(deliveries: Iterable[Delivery], problem: Exception, now: datetime) -> None:
    """These could not be sent, others can: try later and later, then park them."""
    for one in deliveries:
        attempts = one.attempts + 1
        Delivery.objects.filter(pk=one.pk).update(
            attempts=attempts, problem=f"{type(problem).__name__}: {problem}"[:1_000], claimed_until=None,
            due_at=now + wait_after(attempts),
            state=DeliveryState.PARKED if attempts >= TRIES else DeliveryState.WAITING,
        )  # fmt: skip


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failures: half a minute, two, eight, …"""
    return min(FIRST_WAIT * 4 ** (attempts - 1), LONGEST_WAIT)


def _all(deliveries: Iterable[Delivery]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk__in=[one.pk for one in deliveries])
