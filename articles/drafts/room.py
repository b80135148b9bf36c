"""One draft that is open in this process: everybody in it, and the way of what they type.

An update is checked, applied to the room's document (which proves that it can be), put in the log together with what
others typed in the same moment, acknowledged once that is committed, and only then relayed. So nobody, neither its
author nor anybody else, ever holds for saved what is not. What other processes write comes from the log; the layer
brings it sooner. Everything here runs in the event loop; the database is reached through `Threads`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Hashable, Iterable
from dataclasses import astuple
from typing import Any, Protocol

from pycrdt import Doc

from ..actions.live_draft import Typed, store_typed
from ..sockets.wire import BINARY, encoded
from . import protocol, store, updates
from .awareness import Awareness, Heard
from .identities import Identities, Row, says_the_same
from .loading import load, read_nesting, read_since
from .nesting import Levels, Nesting, NotKnownYet, TooDeep
from .pace import Pace
from .protocol import Malformed
from .rights import hides_from
from .seat import MOST_QUEUED, NOT_ALLOWED, Seat
from .state_vectors import decode_state
from .structs import Contents, TooMany, read_contents
from .telling import Telling

logger = logging.getLogger(__name__)
TICK_SECONDS = 0.018
CURSOR_SECONDS = 0.05  # eyes follow a cursor that moves twenty times a second; letters go first
WATCH_SECONDS = 0.5  # for those who only watch, each time the whole draft is looked through for what is not for them
LARGEST_UPDATE = 4 * 1024 * 1024  # bytes: many times the longest article
LARGEST_DOCUMENT = 16 * 1024 * 1024  # encoded, with what Yjs remembers of deletions
LARGEST_RELAY = 64 * 1024  # what other processes are sent; longer ones read the log

Run = Callable[..., Awaitable[Any]]
Tell = Callable[[dict[str, Any]], None]


class Refused(ValueError):
    """An update is not taken; the message is one of the codes of `seat.refusal`."""


class ComeBack(ValueError):
    """An update cannot be taken now; in a moment it can."""


class Writer(Protocol):
    """Whoever waits to hear that what they sent is stored."""

    received: int

    def stored(self, count: int) -> None:
        """The first `count` of them are in the log."""

    def lost(self) -> None:
        """They could not be stored."""


class Room:
    """The draft of one article. `run` calls a function in a thread, `tell` sends to the rooms of other processes."""

    def __init__(self, draft_id: int, run: Run, tell: Tell) -> None:
        self.id = draft_id
        self.seats: dict[Seat, None] = {}
        self.awareness = Awareness()
        self.seq = 0  # everything up to this number of the log is in `doc`
        self.dead = False
        self.used = time.monotonic()
        self.doc: Doc = Doc()
        self.size = 0  # of the document when encoded, at most
        self._run, self._tell = run, tell
        self._state = b"\x00"
        self._changed = False
        self._ahead: set[int] = set()  # numbers above `seq` that are in `doc` already
        self._typed: list[tuple[Typed, Writer]] = []
        self._acks: dict[Writer, int] = {}
        self._questions: dict[Seat, bytes] = {}
        self._relay: list[tuple[bytes, Writer | None]] = []
        self._telling = Telling()
        self._nesting = Levels(Nesting())
        self._identities = Identities()
        self._listeners: set[asyncio.Future[None]] = set()
        self._reading = asyncio.Lock()
        self._store_pace = Pace(TICK_SECONDS, self._store)
        self._relay_pace = Pace(TICK_SECONDS, self._relay_all)
        self._cursor_pace = Pace(CURSOR_SECONDS, self._relay_cursors)
        self._watch_pace = Pace(WATCH_SECONDS, self._show_watchers)
        self._watched = b"\x00"

    async def load(self) -> None:
        """Read the draft from the log. Raises what the database raises."""
        loaded = await self._run(load, self.id)
        self.doc, self.seq, self.size = loaded.doc, loaded.seq, loaded.size
        self._nesting, self._identities = Levels(loaded.nesting), loaded.identities
        if loaded.nesting is None:
            task = asyncio.ensure_future(self._find_nesting(loaded.rows))
            task.add_done_callback(_log_failure)
        self._state = self._watched = self.doc.get_state()
        self._subscription = self.doc.observe(self._note_change)

    def _note_change(self, _event: Any) -> None:
        self._changed = True

    @property
    def is_idle(self) -> bool:
        """Whether nobody is here, and everything is stored."""
        return not (self.seats or self._typed or self._listeners or self._store_pace.running)

    @property
    def watchers(self) -> int:
        """How many sit here and may only watch."""
        return sum(seat.rights == "watch" for seat in self.seats)

    @property
    def waiting(self) -> int:
        """How many wait for news by request."""
        return len(self._listeners)

    # --- What clients send --------------------------------------------------------------------------

    def enter(self, seat: Seat) -> None:
        """Somebody sits down. They are told what they may do, and asked for what they have that is not here."""
        self.seats[seat] = None
        seat.most_queued = MOST_QUEUED + 2 * self.size
        seat.tell_rights(self.seq)
        self.ask(seat)
        if everybody := self.awareness.everybody():
            seat.push(protocol.awareness(everybody))

    def ask(self, seat: Seat) -> None:
        """Ask for what a writer has and this room has not; who may not write is not asked."""
        if seat.may_write:
            seat.push(protocol.step_1(self._state))

    def leave(self, seat: Seat) -> None:
        """Somebody is gone, and their cursor with them."""
        if seat not in self.seats:
            return
        del self.seats[seat]
        self._questions.pop(seat, None)
        self.awareness.leave(seat)
        self._cursor_pace.soon()
        self.used = time.monotonic()

    def answer(self, seat: Seat, state: bytes) -> None:
        """Give a seat what it lacks, as soon as all of it is stored. Raises Malformed."""
        updates.check_state(state)
        self._questions[seat] = state
        self._store_pace.soon()

    def take(self, writer: Writer, user_id: int, update: bytes, client: int | None = None) -> None:
        """Take an update of somebody who may write; `writer` hears when it is stored. Raises Refused, Malformed.

        `client` is the id under which they write themselves, where it is known. Raises ComeBack where the update tells
        something new of somebody who is here: they tell it themselves, and nobody else says what they will write next.
        """
        if update == store.EMPTY_UPDATE:
            return
        if len(update) > LARGEST_UPDATE:
            raise Refused("too-large")
        contents = self._checked(update, user_id, client)
        if self._is_full(len(update)) and updates.adds(update, self._state):
            raise Refused("document-too-large")
        try:
            self._nesting.take(contents.structs, self._state)
        except TooDeep:
            raise Refused("nested-too-deep") from None
        except NotKnownYet:
            raise ComeBack from None
        before, self._changed = self._state, False
        try:
            updates.apply(self.doc, update)
        except Malformed:
            self.fail(but=writer)  # the document may be broken; the log is not
            raise
        self._state = self.doc.get_state()
        writer.received += 1
        self._acks[writer] = writer.received
        if self._changed or updates.waits(self.doc, update):
            self.size += len(update)
            new = self._identities.note(contents, user_id, before)
            self._typed.append((Typed(update, user_id, new), writer))
        self._store_pace.soon()

    def _checked(self, update: bytes, user_id: int, client: int | None) -> Contents:
        """What is in an update. Raises Refused, ComeBack, Malformed."""
        try:
            contents = updates.check(update)
        except TooMany:
            raise Refused("too-large") from None
        for section in contents.sections:
            owner = self.awareness.owner_of(section.client)
            # Who wrote under an id, which the log knows, counts for more than who came first after a restart.
            is_theirs = owner not in (None, user_id) and self._identities.people(section.client) != {user_id}
            if is_theirs and section.end > decode_state(self._state).get(section.client, 0):
                if section.client == client:
                    raise Refused("not-yours")
                raise ComeBack
            # Something of somebody else may stand where this belongs; then it would never be there.
            mine = section.client == client or user_id in self._identities.people(section.client)
            alone = self._identities.is_only(section.client, user_id)
            if mine and not alone and not says_the_same(self.doc, contents, section):
                raise Refused("not-yours")
        return contents

    async def _find_nesting(self, rows: list[bytes]) -> None:
        self._nesting.know(await asyncio.to_thread(read_nesting, rows))

    def _is_full(self, more: int) -> bool:
        if self.size + more > LARGEST_DOCUMENT:
            self.size = len(self.doc.get_update())  # what was summed up is too much: deletions make it smaller
        return self.size + more > LARGEST_DOCUMENT

    def move(self, owner: Hashable, user: dict[str, Any], entries: Iterable[protocol.Aware], *, writes: bool) -> None:
        """A cursor moved: that of a seat, or of who has none. Raises Malformed."""
        self.awareness.hear(entries, owner, user, writes=writes)
        self._cursor_pace.soon()

    def hear_cursors(self, entries: Iterable[Heard]) -> None:
        """Cursors moved in another process."""
        self.awareness.hear_elsewhere(entries)
        self._cursor_pace.soon()

    def forget_old_cursors(self) -> None:
        """Take away the cursors of whom nothing was heard for long."""
        if self.awareness.forget_old():
            self._cursor_pace.soon()

    def show_everybody(self, seat: Seat) -> None:
        """Tell a seat where everybody is."""
        seat.push(protocol.awareness(self.awareness.everybody()))

    # --- Into the log -----------------------------------------------------------------------------------

    async def _store(self) -> None:
        """Store what was typed, acknowledge it, relay it, and answer who asked."""
        typed, self._typed = self._typed, []
        acks, self._acks = self._acks, {}
        # Made now, when it is exactly what will be stored; what is typed meanwhile is relayed to them as to all.
        answers = {seat: self._answer(seat, state) for seat, state in self._questions.items()}
        self._questions = {}
        if typed:
            rows = [one for one, _ in typed]
            try:
                last = await self._run(store_typed, self.id, rows, self._telling.due(row.user_id for row in rows))
            except Exception as problem:
                logger.warning("The draft of article %s could not be stored: %s", self.id, problem)
                self._acks.update(acks)
                self.fail()
                return
            self._stored(last, typed)
        for writer, count in acks.items():
            writer.stored(count)
        for seat, payload in answers.items():
            if payload:
                seat.push(payload)

    def _stored(self, last: int, typed: list[tuple[Typed, Writer]]) -> None:
        first = last - len(typed) + 1
        self._ahead.update(range(first, last + 1))
        gap = first > self.seq + 1
        self._advance()
        parts = updates.merged([one.update for one, _ in typed])
        short = len(parts) == 1 and len(parts[0]) <= LARGEST_RELAY
        self._tell({
            "type": "draft.grown", "draft": self.id, "first": first, "last": last,
            "update": parts[0] if short else b"",
            "writers": [[*new, one.user_id] for one, _ in typed for new in one.clients.items()],
        })  # fmt: skip
        writers = {writer for _, writer in typed}
        author = writers.pop() if len(writers) == 1 else None
        self._relay += [(part, author) for part in parts]
        self._relay_pace.now()
        if gap:  # somebody wrote elsewhere and we have not heard it yet
            asyncio.get_running_loop().call_later(0.2, self._look_if_behind, first - 1)

    def _look_if_behind(self, seq: int) -> None:
        if self.seq < seq and not self.dead:
            task = asyncio.ensure_future(self.catch_up())
            task.add_done_callback(_log_failure)

    def _answer(self, seat: Seat, state: bytes) -> bytes:
        if seat.rights == "watch" and hides_from(self.doc, seat.view):
            seat.close(NOT_ALLOWED)
            return b""
        seat.synced = True
        return protocol.step_2(self.doc.get_update(state))

    def fail(self, *, but: Writer | None = None) -> None:
        """Something could not be stored or applied: everybody comes back to a room that is read from the log anew."""
        self.dead = True
        waiting = {*self._acks, *(writer for _, writer in self._typed), *self.seats}
        self._acks, self._typed = {}, []
        for writer in waiting - {but}:
            writer.lost()
        self._wake_listeners()

    # --- From the log and from other processes -----------------------------------------------------------

    async def catch_up(self) -> None:
        """Take from the log what is not here yet. Raises what the database raises."""
        async with self._reading:
            last, rows, writers = await self._run(read_since, self.id, self.seq)
            self._identities.add(writers)
            for row in rows:
                self._take_stored(row)
            self.seq = max(self.seq, last)
            self._advance()
        self._relay_pace.soon()

    def hear(self, first: int, last: int, update: bytes, writers: Iterable[Row] = ()) -> bool:
        """Take what another process has stored as numbers `first` to `last`. Gives False when the log must be read.

        `writers` are clients who write for the first time.
        """
        self._identities.add(writers)
        if last <= self.seq:
            return True
        if not update or first > self.seq + 1:
            return False
        self._take_stored(update)
        self._ahead.update(range(self.seq + 1, last + 1))
        self._advance()
        self._relay_pace.soon()
        return True

    def _take_stored(self, update: bytes) -> None:
        self._changed = False
        try:
            self._nesting.add(read_contents(update).structs)
            updates.apply(self.doc, update)
        except Malformed:
            logger.exception("The log of the draft of article %s holds what cannot be applied", self.id)
            self.fail()
            return
        self._state = self.doc.get_state()
        if self._changed or updates.waits(self.doc, update):
            self.size += len(update)
            self._relay.append((update, None))

    def _advance(self) -> None:
        while self.seq + 1 in self._ahead:
            self.seq += 1
            self._ahead.discard(self.seq)
        if self._ahead and min(self._ahead) <= self.seq:
            self._ahead = {seq for seq in self._ahead if seq > self.seq}
        self._wake_listeners()

    # --- Out to everybody ----------------------------------------------------------------------------------

    async def _relay_all(self) -> None:
        relay, self._relay = self._relay, []
        if relay:
            authors = {writer for _, writer in relay}
            author = authors.pop() if len(authors) == 1 else None
            for part in updates.merged([update for update, _ in relay]):
                self._send(protocol.update(part), but=author)
            self._watch_pace.soon()

    async def _relay_cursors(self) -> None:
        changes = self.awareness.take_changes()
        if changes:
            frame = protocol.awareness(heard.entry for heard, _ in changes)
            for_all = encoded(frame, BINARY)
            for seat in list(self.seats):
                seat.push(frame, for_all)
            self.tell_cursors(heard for heard, local in changes if local)

    def tell_cursors(self, cursors: Iterable[Heard]) -> None:
        """Tell other processes where somebody is who has a socket here."""
        entries = [(*astuple(heard.entry), *heard[1:]) for heard in cursors]
        if entries:
            self._tell({"type": "draft.moved", "draft": self.id, "entries": entries})

    def _send(self, payload: bytes, *, but: Writer | None) -> None:
        """Send to all who may write; who only watches is shown it by `_show_watchers`."""
        frame = encoded(payload, BINARY)
        for seat in list(self.seats):
            if seat is not but and seat.rights == "edit" and seat.synced:
                seat.push(payload, frame)

    async def _show_watchers(self) -> None:
        """Give the watchers what is new, or close where something has come in that is not for them.

        They get the draft as it stands, never what was typed and taken back.
        """
        watched, self._watched = self._watched, self._state
        watchers = [seat for seat in self.seats if seat.rights == "watch" and seat.synced]
        if not watchers:
            return
        payload = protocol.update(self.doc.get_update(watched))
        frame = encoded(payload, BINARY)
        for seat in watchers:
            if hides_from(self.doc, seat.view):
                seat.close(NOT_ALLOWED)
            else:
                seat.push(payload, frame)

    # --- Waiting -----------------------------------------------------------------------------------------------

    async def wait_beyond(self, seq: int, seconds: float) -> None:
        """Wait until the log has grown beyond a number, but not for ever."""
        deadline = time.monotonic() + seconds
        while self.seq <= seq and not self.dead and (left := deadline - time.monotonic()) > 0:
            listener: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._listeners.add(listener)
            try:
                await asyncio.wait_for(listener, left)
            except TimeoutError:
                return
            finally:
                self._listeners.discard(listener)
                self.used = time.monotonic()

    def _wake_listeners(self) -> None:
        for listener in self._listeners:
            if not listener.done():
                listener.set_result(None)

    async def settle(self) -> None:
        """Wait until everything that was taken is stored and acknowledged."""
        while self._typed or self._acks or self._store_pace.running:
            await self._store_pace.rest()


def _log_failure(task: asyncio.Future[None]) -> None:
    if not task.cancelled() and (problem := task.exception()) is not None:
        logger.warning("A draft could not be read from the log: %s", problem)
