"""The duty of a worker that keeps flags moving: reminders, escalation, and an owner for each of them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from django.utils import timezone

from . import epoch
from .actions import chasing
from .models import Flag

logger = logging.getLogger(__name__)
AT_ONCE = 50
SWEEP_SECONDS = 600.0  # what no event told of


class FlagDuty:
    """Start-up is the recovery: the first step looks at every open flag, later ones after rights or passages change."""

    def __init__(self) -> None:
        # The newest change of rights, and the passages for certain roles, that were looked at.
        self._seen: tuple[int, frozenset[tuple[int, str]]] | None = None
        self._next_sweep = 0.0

    def step(self, stopping: threading.Event) -> bool:
        """Do what is due; whether there may be more. What fails does not keep the rest waiting, and is raised then."""
        now = timezone.now()
        failures = self._hand_over(stopping)
        overdue = chasing.due_flags(now, AT_ONCE)
        failures += _each(overdue, chasing.escalate, now, stopping)
        soon = chasing.due_reminders(now, AT_ONCE)
        failures += _each(soon, chasing.remind, now, stopping)
        if failures:
            raise failures[0]
        return AT_ONCE in (len(overdue), len(soon))

    def _hand_over(self, stopping: threading.Event) -> list[Exception]:
        seen = (epoch.current().access_seq, chasing.of_marked_passages())
        if seen == self._seen and monotonic() < self._next_sweep and not chasing.has_ownerless():
            return []
        failures: list[Exception] = []
        after: int | None = 0
        while after is not None and not stopping.is_set():
            lost, after = chasing.ownerless(after=after)
            failures += _each(lost, lambda pk, _now: chasing.hand_over(pk), timezone.now(), stopping)
        if not failures and not stopping.is_set():
            self._seen, self._next_sweep = seen, monotonic() + SWEEP_SECONDS
        return failures


def _each(
    ids: list[int], do: Callable[[int, datetime], Flag | None], now: datetime, stopping: threading.Event
) -> list[Exception]:
    failures = []
    for pk in ids:
        if stopping.is_set():
            break
        try:
            do(pk, now)
        except Exception as problem:  # told to the supervisor below, which shows it on the status page
            logger.exception("Flag %d could not be chased", pk)
            failures.append(problem)
    return failures
