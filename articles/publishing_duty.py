"""What publishes itself: the duty of a worker. It can be killed at any moment, and several may do it at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from .actions.live_publishing import due_drafts, note_live_writing, publish_written
from .actions.planning import carry_out, due_plans

logger = logging.getLogger(__name__)
AT_ONCE = 50


def publish_what_is_due(stopping: threading.Event) -> bool:
    """Carry out the plans whose hour has come, then publish what rests in live categories; whether there may be more.

    One that fails unexpectedly does not keep the others waiting; the failure is raised when all have had their turn.
    """
    now = timezone.now()
    plans = due_plans(now, AT_ONCE)
    failures = _each(plans, carry_out, now, stopping)
    note_live_writing()
    drafts = due_drafts(now, AT_ONCE)
    failures += _each(drafts, publish_written, now, stopping)
    if failures:
        raise failures[0]
    return AT_ONCE in (len(plans), len(drafts))


def _each(
    ids: list[int], do: Callable[[int, datetime], object], now: datetime, stopping: threading.Event
) -> list[Exception]:
    failures = []
    for pk in ids:
        if stopping.is_set():
            break
        try:
            do(pk, now)
        except Exception as problem:  # told to the supervisor below, which shows it on the status page
            logger.exception("%s(%d) failed", do.__name__, pk)
            failures.append(problem)
    return failures
