"""The duty of a worker that keeps an eye on dates: reviews that come near, late must-reads, people who are back.

It can be killed at any moment, and several may do it at once: each step asks again under the lock of the row.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from django.utils import timezone

from articles.actions.reviewing import tell_review_due
from articles.reviews import due_to_tell

from .actions.acknowledging import deadlines_to_tell, tell_deadline
from .actions.returning import come_back, due_returns

logger = logging.getLogger(__name__)
AT_ONCE = 100


def tell_what_is_due(stopping: threading.Event) -> bool:
    """Tell of every date that is near or over and was not told of yet; whether there may be more.

    One that fails unexpectedly does not keep the others waiting; the failure is raised when all have had their turn.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    reviews, deadlines = due_to_tell(today, AT_ONCE), deadlines_to_tell(today, AT_ONCE)
    returns = due_returns(now, AT_ONCE)
    steps: list[tuple[int, Callable[[int], object]]] = [(pk, partial(tell_review_due, today=today)) for pk in reviews]
    steps += [(pk, partial(tell_deadline, now=now)) for pk in deadlines]
    steps += [(pk, partial(come_back, now=now)) for pk in returns]
    failures = []
    for pk, step in steps:
        if stopping.is_set():
            break
        try:
            step(pk)
        except Exception as problem:  # told to the supervisor below, which shows it on the status page
            logger.exception("A date could not be told")
            problem.add_note(f"number {pk}")
            failures.append(problem)
    if failures:
        raise failures[0]
    return AT_ONCE in (len(reviews), len(deadlines), len(returns))
