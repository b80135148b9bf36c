"""What an import brings along carries a mark in the log: hundreds of files are not hundreds of news."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_importing: ContextVar[bool] = ContextVar("importing", default=False)


@contextmanager
def imported() -> Iterator[None]:
    """All that is recorded meanwhile, in this thread, is marked as brought along by an import."""
    before = _importing.set(True)
    try:
        yield
    finally:
        _importing.reset(before)


def marks() -> dict[str, Any]:
    """What every event carries by how it came about."""
    return {"imported": True} if _importing.get() else {}
