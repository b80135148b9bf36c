"""All rooms of a process: opened when somebody comes, kept in step with the log, closed when nobody is there.

Once a second, and sooner on a hint, one query tells which drafts have grown elsewhere and whether rights have changed;
then everybody's rights are read again, and who may no longer be here is shown out.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

from .. import events
from ..models import Draft
from ..sockets.callers import Headers
from ..sockets.threads import DatabaseThreads
from . import hints
from .awareness import Heard
from .link import Link
from .protocol import Aware
from .rights import Visitor, hides_from, look_again, look_up, newest_change_of_rights, rights_of
from .room import Room
from .seat import NOT_ALLOWED, SIGNED_OUT, TOO_MANY, TRY_AGAIN, Seat
from .writing import Table, Writing

logger = logging.getLogger(__name__)
POLL_SECONDS = 1.0
SHORTEST_POLL = 0.1  # hints must not hammer the database
SWEEP_SECONDS = 30.0  # sessions that ran out are told by no event
UNLOAD_SECONDS = 60.0
MOST_IN_A_ROOM = 200
MOST_WATCHERS = 100  # so that there is always room for those who write
MOST_ROOMS = 500  # more are closed as soon as nobody is there
STOP_SECONDS = 3.0


class Rooms:
    """The rooms of one event loop."""

    def __init__(self) -> None:
        self.rooms: dict[int, Room] = {}
        self.writing = Writing()
        self.stopping = False
        # SQLite has one writer: more threads would only wait for each other, by sleeping.
        self._writers = DatabaseThreads(1 if connection.vendor == "sqlite" else 3, "drafts")
        self._readers = DatabaseThreads(2, "drafts-read")
        self._opening: dict[int, asyncio.Task[Room]] = {}
        self._link = Link(self._hear)
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._behind: set[int] = set()
        self._access_seq = self._checked_seq = 0
        self._swept = time.monotonic()
        self._forget_hints: list[Callable[[], None]] = []
        self._by_request: dict[int, dict[int, tuple[str, float]]] = {}

    async def ask(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function that asks the database, in a thread."""
        return await self._readers.run(function, *arguments)

    # --- Life -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look at the log."""
        loop = asyncio.get_running_loop()

        def wake(*_: Any) -> None:  # in the thread that committed
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._wake.set)

        self._forget_hints = [events.on_nudge(wake), hints.on_append(wake)]
        for work in (self._poll(), self._link.listen(), self._link.send()):
            self._tasks.append(asyncio.create_task(work))

    async def stop(self) -> None:
        """Store and acknowledge what has come in, send everybody away to come back, and let go of everything."""
        self.stopping = True
        rooms = list(self.rooms.values())
        try:
            await asyncio.wait_for(asyncio.gather(*(room.settle() for room in rooms)), STOP_SECONDS)
        except TimeoutError:
            logger.warning("Not everything that was typed could be stored; the browsers have it still.")
        for room in rooms:
            room.fail()
        for forget in self._forget_hints:
            forget()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(self._writers.stop(), self._readers.stop())

    async def open(self, article_id: int) -> Room:
        """The room of a draft, read from the log when it is not open yet. Raises what the database raises."""
        room = self.rooms.get(article_id)
        if room is not None and not room.dead:
            room.used = time.monotonic()
            return room
        task = self._opening.get(article_id)
        if task is None:
            task = self._opening[article_id] = asyncio.create_task(self._open(article_id))
            task.add_done_callback(lambda _: self._opening.pop(article_id, None))
        return await asyncio.shield(task)

    async def _open(self, article_id: int) -> Room:
        room = Room(article_id, self._writers.run, self._link.tell)
        await room.load()
        self.rooms[article_id] = room
        self._link.tell({"type": "draft.asked", "draft": article_id})
        return room

    # --- Who is here ------------------------------------------------------------------------------------

    async def visitor(self, headers: Headers, article_id: int) -> Visitor | None:
        """Who knocks, with rights that hold now; None for who is not signed in."""
        visitor: Visitor | None = await self.ask(look_up, headers, article_id)
        while visitor is not None and not self.is_current(visitor):
            visitor = await self.ask(look_up, headers, article_id)
        return visitor

    def is_current(self, visitor: Visitor) -> bool:
        """Whether rights have not changed, as far as is known here, since they were read."""
        return visitor.access_seq >= self._access_seq

    def sit_down(self, room: Room, seat: Seat) -> bool:
        """Let somebody in whose rights were read just now (`visitor`). Gives False, and closes, where they may not."""
        if seat.rights == "watch" and hides_from(room.doc, seat.view):
            seat.close(NOT_ALLOWED)
        elif len(room.seats) >= MOST_IN_A_ROOM or (seat.rights == "watch" and room.watchers >= MOST_WATCHERS):
            seat.close(TOO_MANY)
        elif room.dead or self.stopping:
            seat.close(TRY_AGAIN)
        else:
            room.enter(seat)
            self.tell_writing()
            return True
        return False

    def left(self, room: Room, seat: Seat) -> None:
        """Somebody has gone."""
        seat.leave()
        room.leave(seat)
        self.tell_writing()

    def writes_by_request(self, article_id: int, user_id: int, name: str, seconds: float) -> None:
        """Somebody has the editor open without a socket: they count as there until they have not asked for long."""
        self._by_request.setdefault(article_id, {})[user_id] = (name, time.monotonic() + seconds)
        self.tell_writing()

    def tell_writing(self) -> None:
        """Bring the table of who writes up to date."""
        if message := self.writing.is_now(self._table()):
            self._link.tell(message)

    def _table(self) -> Table:
        table: Table = {}
        for article_id, room in self.rooms.items():
            people = {seat.caller.user_id: seat.caller.name for seat in room.seats if seat.may_write}
            if people:
                table[article_id] = people
        now = time.monotonic()
        for article_id, asking in list(self._by_request.items()):
            for user_id, (name, until) in list(asking.items()):
                if until < now:
                    del asking[user_id]
                else:
                    table.setdefault(article_id, {}).setdefault(user_id, name)
            if not asking:
                del self._by_request[article_id]
        return table

    # --- Other processes --------------------------------------------------------------------------------

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "draft.writing":
            self.writing.hear(message)
            return
        room = self.rooms.get(message["draft"])
        if room is None or room.dead:
            return
        if message["type"] == "draft.grown":
            # Without numbers it is the hint of a form or a program, which has no room.
            if "last" not in message or not room.hear(
                *(message[key] for key in ("first", "last", "update", "writers"))
            ):
                self._behind.add(room.id)
                self._wake.set()
        elif message["type"] == "draft.moved":
            room.hear_cursors(Heard(Aware(*entry[:3]), *entry[3:]) for entry in message["entries"])
        elif message["type"] == "draft.asked":
            room.tell_cursors(room.awareness.here())

    # --- The log and the rights ---------------------------------------------------------------------------

    async def _poll(self) -> None:
        failures = 0
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            self._wake.clear()
            try:
                await self._look()
                failures = 0
            except Exception as problem:
                failures += 1
                logger.warning("Open drafts could not be compared with the log: %s", problem)
            await asyncio.sleep(min(SHORTEST_POLL * 2**failures, 5))

    async def _look(self) -> None:
        """Bring every room in step with the log, and its people with their rights."""
        self._behind.clear()
        rooms = {pk: room for pk, room in self.rooms.items() if not room.dead}
        self._access_seq, seqs = await self.ask(_newest, list(rooms))
        if self._access_seq != self._checked_seq or time.monotonic() - self._swept > SWEEP_SECONDS:
            checked = self._access_seq
            await self._check(*rooms.values())
            self._checked_seq, self._swept = checked, time.monotonic()
        for pk, room in rooms.items():
            if pk not in seqs:
                self._close(room, NOT_ALLOWED)
            elif seqs[pk] > room.seq:
                await room.catch_up()
            room.forget_old_cursors()
        self._unload()
        self.tell_writing()

    async def _check(self, *rooms: Room) -> None:
        """Read the rights of everybody in these rooms again."""
        seats = [(room, seat) for room in rooms for seat in list(room.seats)]
        if not seats:
            return
        standing = await self.ask(look_again, {seat.caller for _, seat in seats}, {room.id for room, _ in seats})
        for room, seat in seats:
            if seat.closed_with is not None:
                continue
            view = standing.views[seat.caller.user_id]
            if seat.caller.credential not in standing.valid or not view.active:
                self._show_out(room, seat, SIGNED_OUT)
                continue
            seat.view = view
            rights = rights_of(view, standing.articles.get(room.id))
            if rights is None or (rights == "watch" and hides_from(room.doc, view)):
                self._show_out(room, seat, NOT_ALLOWED)
            elif rights != seat.rights:
                seat.rights = rights
                seat.tell_rights(room.seq)
                room.ask(seat)  # what it wrote in vain meanwhile

    def _show_out(self, room: Room, seat: Seat, code: int) -> None:
        seat.close(code)
        room.leave(seat)  # at once, however long the client takes to answer

    def _close(self, room: Room, code: int) -> None:
        for seat in list(room.seats):
            self._show_out(room, seat, code)
        room.fail()

    def _unload(self) -> None:
        horizon = time.monotonic() - (UNLOAD_SECONDS if len(self.rooms) <= MOST_ROOMS else 5)
        for pk, room in list(self.rooms.items()):
            if (room.is_idle and room.used < horizon) or (room.dead and not room.seats):
                del self.rooms[pk]


def _newest(draft_ids: list[int]) -> tuple[int, dict[int, int]]:
    """The newest change of rights, and how far the log of each draft is."""
    access_seq = newest_change_of_rights()
    rows = Draft.objects.filter(pk__in=draft_ids).values_list("pk", "seq") if draft_ids else ()
    return access_seq, dict(rows)


_all: WeakKeyDictionary[asyncio.AbstractEventLoop, Rooms] = WeakKeyDictionary()


def get_rooms() -> Rooms:
    """The rooms of this process (of this event loop)."""
    loop = asyncio.get_running_loop()
    if loop not in _all:
        _all[loop] = Rooms()
        _all[loop].start()
    return _all[loop]


def writers() -> dict[int, list[str]]:
    """`writing` of all articles in which somebody writes."""
    rooms = _all.get(asyncio.get_running_loop())
    return {pk: rooms.writing.names(pk) for pk in rooms.writing.articles()} if rooms else {}


def writing(article_id: int) -> list[str]:
    """The names of those who have the editor of an article open, in all processes. To be called in the event loop."""
    return writers().get(article_id, [])
