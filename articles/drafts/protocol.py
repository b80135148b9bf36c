"""The frames of a draft's socket: the y-websocket protocol, and two messages of ours (docs/architecture.md).

y-protocols (https://github.com/yjs/y-protocols/blob/master/PROTOCOL.md): a frame is a message type, then its content,
all numbers unsigned varints (seven bits a byte, the lowest first), byte strings with their length before them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SYNC, AWARENESS, AUTH, QUERY_AWARENESS = 0, 1, 2, 3
STORED, TOLD = 100, 101  # ours: how many updates of this socket are stored; JSON about rights and refusals
STEP_1, STEP_2, UPDATE = 0, 1, 2
LARGEST_CLOCK = 2**31 - 1  # yrs counts in 32 bits
LARGEST = 2**53 - 1  # what JavaScript counts to; lib0 refuses more
# Some clients send back all that they hear of others: several processes, each with as many people as it takes.
MOST_AWARE, LARGEST_AWARENESS = 2_000, 2 * 1024 * 1024


class Malformed(ValueError):
    """What the client sent is not a frame of this protocol."""


class TooLong(Malformed):
    """It tells of more clients than can be here, or too much of them."""


@dataclass(frozen=True)
class Step1:
    """A client says how far it is (a state vector) and wants what it lacks."""

    state: bytes


@dataclass(frozen=True)
class Edit:
    """A Yjs v1 update: typed just now, or the answer to our step 1."""

    update: bytes


@dataclass(frozen=True)
class Aware:
    """Client id, clock and state (JSON) of somebody's cursor; "null" for one that has gone."""

    client: int
    clock: int
    state: str


@dataclass(frozen=True)
class QueryAwareness:
    """A client wants to know where everybody is."""


Message = Step1 | Edit | tuple[Aware, ...] | QueryAwareness


class Reader:
    """Reads the numbers and byte strings of a frame. Every method raises Malformed at its end."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._data)

    def number(self) -> int:
        """An unsigned varint."""
        number = shift = 0
        while self._at < len(self._data) and shift < 56:
            byte = self._data[self._at]
            self._at += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                if number > LARGEST:
                    break
                return number
        raise Malformed

    def clock(self) -> int:
        """A number that counts what a client writes. Raises Malformed also for more than anybody ever writes."""
        number = self.number()
        if number > LARGEST_CLOCK:
            raise Malformed
        return number

    def byte(self) -> int:
        """One byte."""
        if self.at_end:
            raise Malformed
        self._at += 1
        return self._data[self._at - 1]

    def skip(self, count: int) -> None:
        """Leave out so many bytes."""
        self._at += count
        if self._at > len(self._data):
            raise Malformed

    def bytes(self) -> bytes:
        """A byte string."""
        size = self.number()
        found = self._data[self._at : self._at + size]
        if len(found) != size:
            raise Malformed
        self._at += size
        return found

    def text(self) -> str:
        """A string. Raises Malformed also for what is not UTF-8."""
        try:
            return self.bytes().decode()
        except UnicodeDecodeError:
            raise Malformed from None


def parse(frame: bytes) -> Message | None:
    """What a client says; None for a message that is none of ours to answer. Raises Malformed, TooLong.

    The content of an update is not looked at here: `updates.check` does.
    """
    reader = Reader(frame)
    kind = reader.number()
    if kind == SYNC:
        step = reader.number()
        content = reader.bytes()
        if step == STEP_1:
            return Step1(content)
        if step in (STEP_2, UPDATE):
            return Edit(content)
        raise Malformed
    if kind == AWARENESS:
        return parse_awareness(reader.bytes())
    if kind == QUERY_AWARENESS:
        return QueryAwareness()
    if kind in (AUTH, STORED, TOLD):
        return None
    raise Malformed


def parse_awareness(payload: bytes) -> tuple[Aware, ...]:
    """The entries of an awareness update. Raises Malformed, TooLong."""
    reader = Reader(payload)
    count = reader.number()
    if count > len(payload):
        raise Malformed
    if count > MOST_AWARE or len(payload) > LARGEST_AWARENESS:
        raise TooLong
    return tuple(Aware(reader.number(), reader.number(), reader.text()) for _ in range(count))


# --- What we send ----------------------------------------------------------------------------------


def varint(number: int) -> bytes:
    """An unsigned varint."""
    made = bytearray()
    while number > 0x7F:
        made.append(0x80 | (number & 0x7F))
        number >>= 7
    made.append(number)
    return bytes(made)


def sized(content: bytes) -> bytes:
    """A byte string with its length before it."""
    return varint(len(content)) + content


def step_1(state: bytes) -> bytes:
    return bytes((SYNC, STEP_1)) + sized(state)


def step_2(update: bytes) -> bytes:
    return bytes((SYNC, STEP_2)) + sized(update)


def update(content: bytes) -> bytes:
    return bytes((SYNC, UPDATE)) + sized(content)


def awareness(entries: Iterable[Aware]) -> bytes:
    """A frame with these entries."""
    return bytes((AWARENESS,)) + sized(awareness_of(entries))


def awareness_of(entries: Iterable[Aware]) -> bytes:
    """The entries as an awareness update."""
    parts = [varint(one.client) + varint(one.clock) + sized(one.state.encode()) for one in entries]
    return varint(len(parts)) + b"".join(parts)


def stored(count: int) -> bytes:
    """So many of the updates that came over this socket are stored."""
    return bytes((STORED,)) + varint(count)


def told(content: dict[str, Any]) -> bytes:
    """Something about rights or a refusal, as JSON."""
    return bytes((TOLD,)) + sized(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
