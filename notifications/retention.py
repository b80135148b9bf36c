"""What would grow for ever: old notifications with all that was sent of them, and notes of what people have seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import timezone

from .models import DeliveryState, Notification, Seen, WebhookDelivery

ROWS_AT_ONCE = 2_000  # a long delete would keep writers waiting


def prune() -> int:
    """Drop some of what is old; gives how many rows. Call it until it gives 0.

    Notifications go after NOTIFICATION_RETENTION_DAYS, those that were put away after a quarter of that.
    """
    now = timezone.now()
    kept = timedelta(days=settings.NOTIFICATION_RETENTION_DAYS)
    month = timedelta(days=settings.EVENT_RETENTION_DAYS)
    return (
        _some(Notification.objects.filter(at__lt=now - kept))
        + _some(Notification.objects.filter(done_at__lt=now - kept / 4))
        + _some(Seen.objects.filter(at__lt=now - month))
        + _some(WebhookDelivery.objects.exclude(state=DeliveryState.PARKED).filter(due_at__lt=now - month))
    )


def _some(rows: QuerySet[Any]) -> int:
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE])
    if not ids:
        return 0
    model: type[Model] = rows.model
    model._default_manager.filter(pk__in=ids).delete()
    return len(ids)
