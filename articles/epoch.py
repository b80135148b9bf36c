"""The state of the installation in three numbers: caches are keyed with them, and are therefore never stale.

Every change records an event in its own transaction, and the event moves the counter; so one small query
tells whether what a process remembers (rights, trees, counts) still holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from .models.event import EventCounter


class Epoch(NamedTuple):
    """Newest event at all, newest that changed rights, newest that changed what lists show."""

    seq: int
    access_seq: int
    listing_seq: int


_scope: ContextVar[list[Epoch] | None] = ContextVar("epoch_scope", default=None)


def current() -> Epoch:
    """The epoch now: one query, or none where this request has asked before."""
    scope = _scope.get()
    if scope:
        return scope[0]
    row = EventCounter.objects.values_list("seq", "access_seq", "listing_seq").first()
    epoch = Epoch(*row) if row else Epoch(0, 0, 0)
    if scope is not None:
        scope.append(epoch)
    return epoch


def forget() -> None:
    """Ask the database again next time: called when this request itself changed something."""
    scope = _scope.get()
    if scope:
        scope.clear()


@contextmanager
def remembered() -> Iterator[None]:
    """Within this block (one request) the epoch is read once."""
    token = _scope.set([])
    try:
        yield
    finally:
        _scope.reset(token)
