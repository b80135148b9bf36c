"""How many people a draft takes, how much one of them may leave unread, and when a room is closed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from articles.access import View
from articles.drafts.rights import Rights
from articles.drafts.room import Room
from articles.drafts.rooms import MOST_IN_A_ROOM, MOST_WATCHERS, UNLOAD_SECONDS, Rooms
from articles.drafts.seat import MOST_QUEUED, TOO_MANY, TRY_AGAIN, Seat
from articles.sockets.callers import Caller


class Socket:
    """A client that reads what it is sent, or does not."""

    def __init__(self, *, reads: bool = True) -> None:
        self.sent: list[dict[str, Any]] = []
        self.reads = reads

    async def send(self, message: dict[str, Any]) -> None:
        if not self.reads and message["type"] == "websocket.send":
            await asyncio.Event().wait()
        self.sent.append(message)


class Stuck:
    """A wire over which nothing goes any more: what is written to it waits."""

    takes_frames = True

    def __init__(self) -> None:
        self._bytes = 0

    def queued(self) -> int:
        return self._bytes

    def write(self, frames: bytes) -> None:
        self._bytes += len(frames)

    async def close(self, _code: int) -> None:
        pass


def seated(socket: Socket, user_id: int = 1, rights: Rights = "edit") -> Seat:
    return Seat(socket.send, Caller(user_id, f"Person {user_id}"), View(user_id), rights)


@pytest.fixture
async def rooms() -> AsyncIterator[Rooms]:
    """Rooms of which nobody looks at the log."""
    rooms = Rooms()
    yield rooms
    await rooms.stop()


@pytest.fixture
def room(rooms: Rooms) -> Room:
    rooms.rooms[1] = Room(1, rooms.ask, lambda _message: None)
    return rooms.rooms[1]


async def test_a_draft_takes_two_hundred_people_and_sends_the_next_away_with_a_reason(rooms: Rooms, room: Room) -> None:
    assert MOST_IN_A_ROOM >= 100
    watching = [rooms.sit_down(room, seated(Socket(), pk, "watch")) for pk in range(MOST_WATCHERS + 1)]
    assert watching.count(True) == MOST_WATCHERS, "there is always room for those who write"
    writing = [rooms.sit_down(room, seated(Socket(), pk)) for pk in range(MOST_IN_A_ROOM - MOST_WATCHERS)]
    assert all(writing)
    socket = Socket()
    late = seated(socket, 999)
    assert not rooms.sit_down(room, late)
    await asyncio.sleep(0)
    assert (late.closed_with, socket.sent) == (TOO_MANY, [{"type": "websocket.close", "code": TOO_MANY}])
    rooms.left(room, next(iter(room.seats)))
    assert rooms.sit_down(room, seated(Socket(), 999))


async def test_a_room_is_closed_when_nobody_has_been_there_for_a_while(rooms: Rooms, room: Room) -> None:
    seat = seated(Socket())
    rooms.sit_down(room, seat)
    room.used = time.monotonic() - UNLOAD_SECONDS - 1
    rooms._unload()
    assert 1 in rooms.rooms, "somebody is there"
    rooms.left(room, seat)
    rooms._unload()
    assert 1 in rooms.rooms, "they may come back"
    room.used = time.monotonic() - UNLOAD_SECONDS - 1
    rooms._unload()
    assert 1 not in rooms.rooms


async def test_who_does_not_read_is_closed_before_the_memory_is_full(
    rooms: Rooms, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, reader = seated(Socket(reads=False), 1), seated(Socket(), 2)
    for seat in (slow, reader):
        rooms.sit_down(room, seat)
    for _ in range(1_100):
        slow.push(b"news")
        reader.push(b"news")
        await asyncio.sleep(0)
    assert (slow.closed_with, reader.closed_with) == (TRY_AGAIN, None)
    assert slow._queue is not None
    assert slow._queue.qsize() <= 1_000
    monkeypatch.setattr(reader, "_wire", stuck := Stuck())
    while reader.closed_with is None:
        reader.push(b"x" * 1024 * 1024)
    assert reader.closed_with == TRY_AGAIN
    assert stuck.queued() <= 2 * MOST_QUEUED
