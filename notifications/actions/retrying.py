"""Send once more what was given up: for managers, when they have mended what stood in the way."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from articles import access
from articles.models import User

from ..models import Delivery, DeliveryState, Stuck, WebhookDelivery


def retry_parked(user: User) -> int:
    """Put everything that is parked back into the line; gives how many there were. Raises access.Forbidden."""
    access.require(user, "see_status")
    again = {"state": DeliveryState.WAITING, "attempts": 0, "due_at": timezone.now(), "claimed_until": None}
    with transaction.atomic():
        count = Delivery.objects.filter(state=DeliveryState.PARKED).update(**again)
        count += WebhookDelivery.objects.filter(state=DeliveryState.PARKED).update(**again)
        count += Stuck.objects.filter(parked=True).update(parked=False, attempts=0, due_at=timezone.now())
    return count
