"""What would grow for ever: old events, sessions that ran out, draft logs that were never merged."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count, Max
from django.utils import timezone

from articles.drafts import moments, store
from articles.models import DraftUpdate, Event, EventReader

from .worker import Progress

ROWS_AT_ONCE = 5_000  # a long delete would keep writers waiting
SWEEP_SECONDS = 3600.0
FORGET_READERS = timedelta(days=7)  # machines that are no more


class Housekeeping:
    """Merges draft logs as they grow, and once an hour drops old events and sessions."""

    def __init__(self) -> None:
        self._next_sweep = 0.0

    def step(self, stopping: threading.Event) -> Progress:
        """One long draft log, or some thousand events, or the sessions."""
        if compact_one_draft():
            return Progress(more=not stopping.is_set())
        if time.monotonic() < self._next_sweep:
            return Progress()
        if prune_events():
            return Progress(more=not stopping.is_set())
        SessionStore.clear_expired()
        EventReader.objects.filter(seen_at__lt=timezone.now() - FORGET_READERS).delete()
        self._next_sweep = time.monotonic() + SWEEP_SECONDS
        return Progress()


def compact_one_draft() -> int:
    """Merge the log of the draft with the most rows, if it has many. Gives how many rows were merged."""
    longest = (
        DraftUpdate.objects.values("draft_id").annotate(rows=Count("pk")).filter(rows__gte=store.COMPACT_AFTER)
    ).order_by("-rows")
    found = longest.first()
    if not found:
        return 0
    moments.tally(found["draft_id"])  # the rows say who wrote how much
    return store.compact(found["draft_id"])


def prune_events() -> int:
    """Drop some of the events older than EVENT_RETENTION_DAYS, always from the beginning of the log: a reader who
    finds the event after its cursor knows that all later ones are there. Gives how many were dropped.

    The newest event stays whatever its age, so that the log never looks as if nothing had ever happened.
    """
    horizon = timezone.now() - timedelta(days=settings.EVENT_RETENTION_DAYS)
    last = Event.objects.filter(at__lt=horizon).aggregate(last=Max("seq"))["last"]
    newest = Event.objects.aggregate(last=Max("seq"))["last"]
    if last is None:
        return 0
    old = Event.objects.filter(seq__lte=min(last, newest - 1)).order_by("seq").values_list("seq", flat=True)
    first = old.first()
    if first is None:
        return 0
    dropped, _ = Event.objects.filter(seq__lte=min(last, newest - 1), seq__lt=first + ROWS_AT_ONCE).delete()
    return dropped
