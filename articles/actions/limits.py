"""How much one person may do in a while: enough for people, too little for a broken program."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from .problems import TooMany


def refuse_too_many(own: QuerySet[Any], at: str, most: int, window: timedelta, message: str) -> None:
    """Raise TooMany with this message, and the seconds to wait, when a person has made `most` of their `own` rows
    within the window; `at` is the field with their time. One query; the caller holds the person's row."""
    now = timezone.now()
    recent = own.filter(**{f"{at}__gt": now - window}).order_by(f"-{at}")
    times = list(recent.values_list(at, flat=True)[:most])
    if len(times) == most:
        raise TooMany(message, int((times[-1] + window - now).total_seconds()) + 1)
