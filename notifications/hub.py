"""The hub of one web process: reads the event log in order and brings every open page what its reader may know.

It encodes each frame once and writes to each socket itself; a group message per socket through the channel layer
costs ten times as much (measured). Nudges only make it look sooner: it looks by itself at least every second.
The rules that keep it right:

* One task (`_pump`) hands out live events, batch after batch. Where a batch changes rights, they are read again
  before any event of it is decided, so nobody is sent what they may no longer see.
* A page that connects is entered first and reads what it missed afterwards; it becomes live in the same step of the
  event loop in which it is seen to have caught up with `cursor`. So nothing is skipped and nothing comes twice.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from articles import access, events
from articles.access import View
from articles.drafts import rooms
from articles.sockets.callers import still_valid
from articles.sockets.threads import DatabaseThreads

from . import batches, log
from .batches import Batch
from .connections import Connection, Person
from .delivery import Told, articles_by_id, hidden_among
from .frames import PING, RELOAD, gone, hello
from .layer import LayerLink
from .opening import Door, Opening
from .outlets import COME_BACK, GOING_AWAY, SIGNED_OUT, Outlet
from .presence import Presence

logger = logging.getLogger(__name__)
T = TypeVar("T")
BATCH, FEW = 500, 30
THREADS = 3
TICK_SECONDS = 0.7
PING_SECONDS = 25
DOUBT_SECONDS, LOST_SECONDS = 5.0, 15.0  # without having read the log: no ping any more; no page that believes us
SWEEP_SECONDS = 30.0
AT_A_TIME = 200  # sockets written to before others get their turn in the event loop


class Hub:
    """All open pages of this process. Every method but `run`'s argument runs in the event loop."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.cursor = 0  # the newest event that is handed out
        self.door = Door(self.run)
        self.presence = Presence(self.write_all, rooms.writers)
        self._read_at = 0.0  # when the log was last read to its end, by the clock of the event loop
        self._refreshed = 0  # the newest event after which rights were read again
        self._reading_rights = asyncio.Lock()
        self._wake = asyncio.Event()
        self._threads = DatabaseThreads(THREADS, "hub")
        self._tasks: list[asyncio.Task[None]] = []
        self._link = LayerLink(self._wake.set, self.presence.hear)
        self._ready: asyncio.Task[None] | None = None
        self._forget_nudges: Callable[[], None] | None = None

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run a function that asks the database, in one of a few threads that keep their connections."""
        return await self._threads.run(function, *arguments)

    # --- Life ---------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to read the log; done once, by whoever comes first. Raises when the database cannot be read."""
        if self._ready is None:
            self._ready = asyncio.create_task(self._start())
        try:
            await asyncio.shield(self._ready)
        except Exception:
            self._ready = None  # the next page tries again
            raise

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self.cursor = self._refreshed = await self.run(log.newest)
        self._read_at = loop.time()

        def nudged() -> None:  # in the thread that committed
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._wake.set)

        self._forget_nudges = events.on_nudge(nudged)
        for work in (self._pump(), self._beat(), self._sweep(), self._link.listen()):
            self._tasks.append(asyncio.create_task(work))

    async def stop(self) -> None:
        """Close every open page with 1001 and let go of threads and tasks."""
        if self._forget_nudges:
            self._forget_nudges()
            self._forget_nudges = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in list(self.connections()):
            await connection.close(GOING_AWAY)
        await self._threads.stop()

    def connections(self) -> Iterator[Connection]:
        """All open pages."""
        return (connection for person in self.people.values() for connection in person.connections)

    # --- A page comes, says what it shows, goes --------------------------------------------------------

    async def join(self, outlet: Outlet, opening: Opening) -> Connection:
        """Enter a page, bring it up to date, and make it live. Look at `closed_with` of what it gives."""
        view, as_of = opening.view, opening.cursor
        while as_of < self._refreshed:  # rights changed since they were read for it
            as_of = self._refreshed
            view = await self.run(access.read_view, opening.caller.user_id)
        person = self.people.setdefault(
            opening.caller.user_id, Person(opening.caller.user_id, opening.caller.name, view)
        )
        connection = Connection(outlet, opening.caller, person, sent=opening.cursor, watched=opening.watched)
        person.connections.add(connection)
        try:
            await self._bring_up_to_date(connection, opening)
        except BaseException:
            self.leave(connection)
            raise
        return connection

    async def _bring_up_to_date(self, connection: Connection, opening: Opening) -> None:
        if not connection.view.active:
            await connection.close(SIGNED_OUT)
        await connection.write([hello(opening.cursor)])
        if opening.missed is None:
            await connection.write([RELOAD])
        else:
            await self._tell_missed(connection, opening.missed)
        while connection.sent < self.cursor and connection.closed_with is None:
            missed = await self.run(partial(log.read, connection.sent, people=[connection.person.id]))
            await self._tell_missed(connection, missed)
            connection.sent = missed[-1].seq if missed else self.cursor
        connection.live = True
        if connection.view == opening.view and connection.sent == opening.cursor:  # what was looked up still holds
            await self._take_away(connection, opening.hidden)
            self.presence.reads(connection)
        else:
            await self.watch(connection, opening.watched)

    async def _tell_missed(self, connection: Connection, missed: list[Told]) -> None:
        frames, view = [], None
        while missed and connection.view is not view:  # until it was made with the rights that hold now
            view = connection.view
            frames = await self.run(batches.missed_frames, view, missed, connection.watched)
        await connection.write(frames)

    async def watch(self, connection: Connection, article_ids: Iterable[int]) -> None:
        """Note which articles a page shows; those that are not there for its reader are answered with `gone`."""
        connection.watch(article_ids)
        wanted = sorted(connection.watched)
        hidden: set[int] = set()
        view = None
        while wanted and connection.view is not view:
            view = connection.view
            hidden = hidden_among(view, wanted, await self.run(articles_by_id, wanted))
        await self._take_away(connection, hidden)
        self.presence.reads(connection)

    def leave(self, connection: Connection) -> None:
        """Forget a page that has gone."""
        connection.live = False
        connection.closed_with = connection.closed_with or 1000
        connection.watch(())
        self.presence.reads(connection)
        connection.person.connections.discard(connection)
        if not connection.person.connections:
            self.people.pop(connection.person.id, None)

    async def _take_away(self, connection: Connection, hidden: set[int]) -> set[int]:
        hidden = hidden & connection.watched
        if hidden:
            connection.watch(connection.watched - hidden)
            self.presence.reads(connection)
            await connection.write([gone(hidden)])
        return hidden

    # --- Live events -------------------------------------------------------------------------------------

    async def _pump(self) -> None:
        failures = 0
        while True:
            self._wake.clear()
            try:
                await self._advance()
                self._read_at, failures = asyncio.get_running_loop().time(), 0
            except Exception:
                failures += 1
                logger.exception("The event log could not be handed out; trying again")
            pause = min(2.0**failures, 15) if failures else _about(TICK_SECONDS)
            try:
                await asyncio.wait_for(self._wake.wait(), pause)
            except TimeoutError:
                continue
            if failures:
                await asyncio.sleep(pause)  # nudges must not hammer a database that is down

    async def _advance(self) -> None:
        """Hand out everything that is new."""
        limit = BATCH
        while read := await self.run(partial(log.read, self.cursor, limit=limit)):
            tolds = batches.first_portion(read)
            batch = Batch(tolds)
            if batch.changes_access:
                self._refreshed = tolds[-1].seq  # before reading: who joins meanwhile reads for themselves
                batch.changed = await self._read_rights(batch.concerned)
                await self._close_signed_out(batch)
                batch.taken = await self._check_watched()
            await self._count_unread(batch)
            await self._render(batch)
            await self._hand_out(batch)
            if len(tolds) == len(read) < limit:
                return
            limit = BATCH if len(tolds) == len(read) else FEW  # what is not handed out is read again, as it is then

    async def _count_unread(self, batch: Batch) -> None:
        """How many unread ones those have whose inboxes this batch changed, as far as they have a page open here."""
        views = [self.people[pk].view for pk in batch.recipients if pk in self.people]
        if views:
            await self.run(batch.count_unread, views)

    async def _render(self, batch: Batch) -> None:
        """Make the texts that this batch published, for those who have the articles open."""
        published = batch.published
        readers: dict[int, dict[Hashable, View]] = {}
        if published:
            for connection in self.connections():
                view = connection.view
                for article_id in connection.watched & published:
                    readers.setdefault(article_id, {}).setdefault(view.sort, view)  # one of each sort is enough
        if readers:
            await self.run(batch.render, readers)

    async def _hand_out(self, batch: Batch) -> None:
        # In one step with the list: whoever becomes live from now on sees by `cursor` that they must read this batch.
        self.cursor = batch.last
        for count, connection in enumerate(list(self.connections()), start=1):
            if connection.live and connection.sent < batch.last:
                frames = batch.frames_for(connection)
                connection.sent = batch.last
                if frames:
                    await connection.write(frames)
            if count % AT_A_TIME == 0:
                await asyncio.sleep(0)

    # --- Rights --------------------------------------------------------------------------------------------

    async def _read_rights(self, user_ids: Iterable[int] | None) -> set[int]:
        """Read the rights of these people (None: of all) again. Gives the ids of those whose rights are others now."""
        ids = [pk for pk in (self.people if user_ids is None else user_ids) if pk in self.people]
        changed = set()
        async with self._reading_rights:  # who read earlier must not write later
            for pk, view in (await self.run(access.read_views, ids)).items():
                person = self.people.get(pk)
                if person is not None and person.view != view:
                    person.view = view
                    changed.add(pk)
        return changed

    async def _close_signed_out(self, batch: Batch) -> None:
        for pk, sessions in batch.ended_sessions.items():
            for connection in list(self.people[pk].connections) if pk in self.people else ():
                if connection.caller.session in sessions:
                    await connection.close(SIGNED_OUT)
        for connection in list(self.connections()):
            if not connection.view.active:
                await connection.close(SIGNED_OUT)

    async def _check_watched(self) -> dict[Connection, set[int]]:
        """Take what may no longer be seen from the open pages; gives what was taken from which."""
        watching = [connection for connection in self.connections() if connection.live and connection.watched]
        ids = frozenset().union(*(connection.watched for connection in watching))
        if not ids:
            return {}
        articles = await self.run(articles_by_id, ids)
        taken = {}
        for connection in watching:
            # What was watched only after the rows were read is checked by `watch` itself.
            hidden = hidden_among(connection.view, connection.watched & ids, articles)
            if hidden:
                taken[connection] = await self._take_away(connection, hidden)
        return taken

    # --- By the clock ----------------------------------------------------------------------------------------

    async def _beat(self) -> None:
        """Each second: presence, and a ping to every 25th page, so that each has one in 25 s.

        A ping says that all is told. While the log cannot be read none is sent, and then every page is let go: it comes
        back, and says meanwhile since when it has heard nothing.
        """
        turn = 0
        while True:
            await asyncio.sleep(1)
            try:
                turn = (turn + 1) % PING_SECONDS
                behind = asyncio.get_running_loop().time() - self._read_at
                if behind < DOUBT_SECONDS:
                    await self.write_all([c for c in self.connections() if c.number % PING_SECONDS == turn], PING)
                elif behind > LOST_SECONDS:
                    for connection in list(self.connections()):
                        await connection.close(COME_BACK)
                message = await self.presence.flush()
                if message:
                    await self._link.tell(message)
            except Exception:
                logger.exception("Presence or ping failed")

    async def write_all(self, connections: Iterable[Connection], *frames: Any) -> None:
        """Write frames to many pages, leaving others their turn."""
        for count, connection in enumerate(list(connections), start=1):
            if connection.live:
                await connection.write(frames)
            if count % AT_A_TIME == 0:
                await asyncio.sleep(0)

    async def _sweep(self) -> None:
        """Every half minute: what no event told of. Sessions that ran out, tokens deleted, rights changed past us."""
        while True:
            await asyncio.sleep(_about(SWEEP_SECONDS))
            try:
                await self.sweep()
            except Exception:
                logger.exception("Looking after sessions and rights failed")

    async def sweep(self) -> None:
        """Close who is signed out, read all rights again, and notice a database that was put back to an older state."""
        callers = {c.caller for c in self.connections()}
        valid = await self.run(still_valid, callers)
        for connection in list(self.connections()):
            if connection.caller in callers and connection.caller.credential not in valid:
                await connection.close(SIGNED_OUT)
        changed = await self._read_rights(None)
        await self._check_watched()
        reload = [c for pk in changed if pk in self.people for c in self.people[pk].connections]
        newest = await self.run(log.newest)
        if newest < self.cursor:
            self.cursor = self._refreshed = newest
            reload = list(self.connections())
            for connection in reload:
                connection.sent = newest
        await self.write_all(reload, RELOAD)


def _about(seconds: float) -> float:
    """With jitter: processes that were started together must not ask the database together for ever."""
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def get_hub() -> Hub:
    """The hub of this process (of this event loop)."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
