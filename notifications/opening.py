"""What has to be known before a page is entered: who it is, with which rights, what it missed and may not show.

After a restart every open page of a centre knocks at once. Whoever waits while others are looked up is looked up
together with the next: a hundred pages cost a dozen queries, not a thousand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import parse_qs

from articles import access
from articles.access import View
from articles.sockets.callers import Caller, Headers, identify

from . import log
from .connections import MOST_WATCHED
from .delivery import Told, articles_by_id, hidden_among

MAX_ID = 2**63 - 1
AT_ONCE = 100


class BadRequest(ValueError):
    """The address of a socket or stream makes no sense."""


@dataclass(frozen=True)
class Wanted:
    """What the address asks for: events after `since` (None: from now on), and the articles that the page shows."""

    since: int | None = None
    watched: frozenset[int] = frozenset()

    @classmethod
    def of(cls, query: bytes, last_event_id: str = "") -> Wanted:
        """From a query string `since=12&watch=1,2`. The id of the last event seen, where there is one, goes first.

        Raises BadRequest.
        """
        try:
            values = parse_qs(query.decode("ascii"), max_num_fields=20)
            since = last_event_id or values.get("since", [""])[-1]
            watched = frozenset(int(word) for word in values.get("watch", [""])[-1].split(",") if word)
            number = int(since) if since else None
        except ValueError:
            raise BadRequest from None
        if len(watched) > MOST_WATCHED or not all(0 < pk <= MAX_ID for pk in watched):
            raise BadRequest
        if number is not None and not 0 <= number <= MAX_ID:
            raise BadRequest
        return cls(number, watched)


@dataclass(frozen=True)
class Opening:
    """A caller at the door. `missed` is None when their `since` cannot be served: they read the page again.

    `hidden` are those of the articles on their page that are not there for them.
    """

    caller: Caller
    view: View
    cursor: int
    watched: frozenset[int]
    missed: list[Told] | None
    hidden: set[int]


Knock = tuple[Headers, Wanted]


class Door:
    """Looks up who knocks, many at once. `run` calls a function in a thread that may ask the database."""

    def __init__(self, run: Callable[..., Awaitable[Any]]) -> None:
        self._run = run
        self._waiting: list[tuple[Knock, asyncio.Future[Opening | None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def open(self, headers: Headers, wanted: Wanted) -> Opening | None:
        """What `look_up` gives for this one. Raises what the database raises."""
        answer: asyncio.Future[Opening | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((headers, wanted), answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._serve())
        return await answer

    async def _serve(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            try:
                openings = await self._run(look_up, [knock for knock, _ in some])
            except asyncio.CancelledError:
                for _, answer in some + self._waiting:
                    answer.cancel()
                raise
            except Exception as problem:
                for _, answer in some:
                    if not answer.done():
                        answer.set_exception(problem)
                continue
            for (_, answer), opening in zip(some, openings, strict=True):
                if not answer.done():
                    answer.set_result(opening)


def look_up(knocks: list[Knock]) -> list[Opening | None]:
    """For each: who they are, and what that means; None for who is not signed in. Asks the database."""
    callers = identify([headers for headers, _ in knocks])
    # The number of the newest event before the rights and the events: they are never older than it says.
    cursor = log.newest()
    views = access.read_views({caller.user_id for caller in callers if caller})
    wishes = [wanted for caller, (_, wanted) in zip(callers, knocks, strict=True) if caller]
    oldest = log.oldest() if any(wanted.since not in (None, cursor) for wanted in wishes) else 0
    served = [wanted.since for wanted in wishes if _is_served(wanted.since, oldest, cursor)]
    people = {caller.user_id for caller in callers if caller}
    tolds = log.read(min(served), until=cursor, limit=log.MOST_MISSED, people=people) if served else []
    articles = articles_by_id(frozenset[int]().union(*(wanted.watched for wanted in wishes)))

    def opening(caller: Caller | None, wanted: Wanted) -> Opening | None:
        if caller is None:
            return None
        view = views[caller.user_id]
        missed: list[Told] | None = []
        if _is_served(wanted.since, oldest, cursor):
            missed = [told for told in tolds if told.seq > wanted.since]
        elif wanted.since not in (None, cursor):
            missed = None
        hidden = hidden_among(view, wanted.watched, articles)
        return Opening(caller, view, cursor, wanted.watched, missed, hidden)

    return [opening(caller, wanted) for caller, (_, wanted) in zip(callers, knocks, strict=True)]


def _is_served(since: int | None, oldest: int, cursor: int) -> TypeGuard[int]:
    """Whether there are events after `since`, all of them still in the log, and not too many."""
    return since is not None and oldest - 1 <= since < cursor and cursor - since <= log.MOST_MISSED
