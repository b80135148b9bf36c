"""How it goes with what is sent, for the status page: what waits, since when, and what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Channel, Delivery, DeliveryState, Stuck, WebhookDelivery

FEW = 5


@dataclass(frozen=True)
class Way:
    """One way out. `late` are those that are due and not sent, `since` is how long the first of them has been due."""

    name: str | Promise
    late: int
    since: datetime | None
    parked: int
    problems: Sequence[str]


def ways() -> list[Way]:
    """Mail, desktop and webhooks: six queries."""
    return [
        _way(_("Mail"), Delivery.objects.filter(channel=Channel.EMAIL)),
        _way(_("Desktop"), Delivery.objects.filter(channel=Channel.DESKTOP)),
        _way(_("Webhooks"), WebhookDelivery.objects.all()),
    ]


def stuck() -> list[Stuck]:
    """Events of which it could not be decided who is told."""
    return list(Stuck.objects.all()[:FEW])


def _way(name: str | Promise, rows: QuerySet[Delivery] | QuerySet[WebhookDelivery]) -> Way:
    late = Q(state=DeliveryState.WAITING, due_at__lte=timezone.now())
    found = rows.aggregate(
        late=Count("pk", filter=late), since=Min("due_at", filter=late),
        parked=Count("pk", filter=Q(state=DeliveryState.PARKED)),
    )  # fmt: skip
    failing = rows.filter(state__in=[DeliveryState.WAITING, DeliveryState.PARKED]).exclude(problem="")
    problems = failing.order_by("-pk").values_list("problem", flat=True)[:FEW]
    return Way(name, found["late"], found["since"], found["parked"], list(dict.fromkeys(problems)))
