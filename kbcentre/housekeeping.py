"""What would grow for ever: old events and notifications, sessions that ran out, what restores took out of drafts."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Max
from django.utils import timezone

from articles import search_log
from articles.drafts import late_text
from articles.models import Event, EventReader
from notifications import retention, silence
from notifications.models import Dispatched, Stuck

from .worker import Progress

ROWS_AT_ONCE = 5_000  # a long delete would keep writers waiting
SWEEP_SECONDS = 3600.0
FORGET_READERS = timedelta(days=7)  # machines that are no more


class Housekeeping:
    """Once an hour drops old events and sessions, and ends pushing to where nobody is signed in any more."""

    def __init__(self) -> None:
        self._next_sweep = 0.0

    def step(self, stopping: threading.Event) -> Progress:
        """Some thousand events, or the rest."""
        if time.monotonic() < self._next_sweep:
            return Progress()
        if prune_events():
            return Progress(more=not stopping.is_set())
        if retention.prune():
            return Progress(more=not stopping.is_set())
        SessionStore.clear_expired()
        silence.fall_silent()
        EventReader.objects.filter(seen_at__lt=timezone.now() - FORGET_READERS).delete()
        late_text.forget(timezone.now())
        search_log.forget(timezone.localdate())
        self._next_sweep = time.monotonic() + SWEEP_SECONDS
        return Progress()


def prune_events() -> int:
    """Drop some of the events older than EVENT_RETENTION_DAYS, always from the beginning of the log: a reader who
    finds the event after its cursor knows that all later ones are there. Gives how many were dropped.

    The newest event stays whatever its age, so that the log never looks as if nothing had ever happened; so do those of
    which people have not been told yet, and what is tried again. What was given up has been on the status page by then.
    """
    horizon = timezone.now() - timedelta(days=settings.EVENT_RETENTION_DAYS)
    last = Event.objects.filter(at__lt=horizon).aggregate(last=Max("seq"))["last"]
    if last is None:
        return 0
    until = min(last, Event.objects.aggregate(last=Max("seq"))["last"] - 1, _told_until(last))
    first = Event.objects.filter(seq__lte=until).order_by("seq").values_list("seq", flat=True).first()
    if first is None:
        return 0
    dropped, _ = Event.objects.filter(seq__lte=until, seq__lt=first + ROWS_AT_ONCE).delete()
    return dropped


def _told_until(last: int) -> int:
    """Up to where everybody was told of every event; `last` where nobody is told at all."""
    told = Dispatched.objects.filter(pk=1).values_list("seq", flat=True).first()
    stuck = Stuck.objects.filter(parked=False).order_by("event").values_list("event", flat=True).first()
    return min(last if told is None else told, last if stuck is None else stuck - 1)
