"""The state of the installation in three numbers: caches are keyed with them, and are therefore never stale.

Every change records an event in its own transaction, and the event moves the counter; so one small query
tells whether what a process remembers (rights, trees, counts) still holds.

A transaction that has recorded an event sees a number that nobody else has yet, and that somebody else gets when it is
rolled back. So until it ends nothing is remembered of what it reads: see `is_settled`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import local
from typing import NamedTuple

from django.db import connection
from django.db.transaction import Atomic

from .models.event import EventCounter
from .prepared import Prepared


class Epoch(NamedTuple):
    """Newest event at all, newest that changed rights, newest that changed what lists show."""

    seq: int
    access_seq: int
    listing_seq: int


_COUNTER = Prepared(lambda: EventCounter.objects.order_by("pk").values_list("seq", "access_seq", "listing_seq"))
_scope: ContextVar[list[Epoch] | None] = ContextVar("epoch_scope", default=None)
_recorded = local()  # .block: the transaction of this thread's connection that last recorded something


def current() -> Epoch:
    """The epoch now: one query, or none where this request has asked before."""
    scope = _scope.get()
    if scope:
        return scope[0]
    epoch = Epoch(*(_COUNTER.one() or (0, 0, 0)))
    if scope is not None and is_settled():
        scope.append(epoch)
    return epoch


def forget() -> None:
    """Ask the database again next time."""
    scope = _scope.get()
    if scope:
        scope.clear()


def note_change() -> None:
    """This transaction has moved the counter: ask again, and remember nothing of it before it is committed."""
    forget()
    _recorded.block = _transaction()


def is_settled() -> bool:
    """Whether what this thread reads now may be remembered for others: its transaction has recorded nothing."""
    block = getattr(_recorded, "block", None)
    return block is None or block is not _transaction()


def _transaction() -> Atomic | None:
    """The outermost block of the transaction that this thread is in. The one that Django puts around a test is none."""
    return next((block for block in connection.atomic_blocks if not getattr(block, "_from_testcase", False)), None)


@contextmanager
def remembered() -> Iterator[None]:
    """Within this block (one request) the epoch is read once."""
    token = _scope.set([])
    try:
        yield
    finally:
        _scope.reset(token)
