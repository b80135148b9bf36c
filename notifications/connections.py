"""One open page, and the person before it."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from articles.access import View
from articles.sockets.callers import Caller

from .frames import Frame
from .outlets import TOO_SLOW, Outlet

logger = logging.getLogger(__name__)
MOST_WATCHED = 100
# What one client may leave unread: some fifty long articles. Then it is closed, comes back and catches up.
MOST_QUEUED = 4 * 1024 * 1024


@dataclass(eq=False)
class Person:
    """Somebody with at least one open page. `view` is read again when an event says that rights changed."""

    id: int
    name: str
    view: View
    connections: set[Connection] = field(default_factory=set)


@dataclass(eq=False)
class Connection:
    """One socket or stream. `sent` is the seq of the newest event that was decided for it, delivered or not."""

    outlet: Outlet
    caller: Caller
    person: Person
    sent: int
    watched: frozenset[int] = frozenset()
    live: bool = False  # False while it catches up: then the hub passes it by
    closed_with: int | None = None
    number: int = field(default_factory=itertools.count().__next__)

    @property
    def view(self) -> View:
        """The rights of the person, as last read."""
        return self.person.view

    async def write(self, frames: Sequence[Frame]) -> None:
        """Send frames; closes the connection when the client has left too much unread."""
        if not frames or self.closed_with is not None:
            return
        if self.outlet.queued() > MOST_QUEUED:
            await self.close(TOO_SLOW)
            return
        try:
            await self.outlet.write(frames)
        except Exception:  # one broken connection must not keep the others waiting
            logger.exception("A frame could not be sent")
            self.closed_with = 1011

    async def close(self, code: int) -> None:
        """Close it, once; nothing is sent afterwards."""
        if self.closed_with is not None:
            return
        self.closed_with = code
        try:
            await self.outlet.close(code)
        except Exception:
            logger.exception("A connection could not be closed")

    def watch(self, article_ids: Iterable[int]) -> None:
        """Replace the set of open articles."""
        self.watched = frozenset(article_ids)
