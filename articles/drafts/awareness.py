"""Where everybody is in a draft: cursors and names, relayed and never stored.

A state belongs to the socket that first used its client id, and who it says it is, is what the server knows. Clients
of y-websocket send back what they hear of others; that, like a forgery, is passed over without a word.

A client id belongs to the person who was first here with it and may write: nobody else writes under it (`owner_of`).
Who only watches writes nothing, so has no id to keep, and could only take one from somebody.
"""

from __future__ import annotations

import json
import time
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from .protocol import Aware, Malformed

LARGEST_STATE = 8 * 1024  # bytes of JSON: a cursor has some 300
FORGET_SECONDS = 40.0  # clients renew theirs every 15 s, and take others for gone after 30
MOST_OWNERS = 10_000  # client ids of which it is remembered whose they are, also when they are gone
GONE = "null"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Heard(NamedTuple):
    """What one process tells another: where a client is, who that is, and whether they may write."""

    entry: Aware
    user_id: int
    writes: bool = True


@dataclass
class _Place:
    """What is known of a client id. `owner` is None for one whose socket is gone, or is that of another process."""

    clock: int
    state: str
    owner: Hashable | None
    user_id: int
    writes: bool
    heard: float


class Awareness:
    """The states of one draft."""

    def __init__(self) -> None:
        self._places: dict[int, _Place] = {}
        self._mine: dict[Hashable, int] = {}
        self._first: dict[Hashable, int] = {}
        self._owners: dict[int, int] = {}  # client → person: an id is one window's, also when that is gone
        self._changed: dict[int, bool] = {}  # client id → whether a socket of this process changed it

    def hear(self, entries: Iterable[Aware], owner: Hashable, user: dict[str, Any], *, writes: bool = True) -> None:
        """Take what a socket says of itself; `user` is who is signed in there, and may write or only watch.

        Raises Malformed.
        """
        for entry in entries:
            if len(entry.state) > LARGEST_STATE:
                raise Malformed
            state = _stamped(entry.state, user) if self._is_of(entry, owner, user["id"]) else None
            if entry.state != GONE:
                self._first.setdefault(owner, entry.client)
            if state not in (None, GONE):
                self._mine[owner] = entry.client
                self._own(entry.client, user["id"], writes)
            if state is not None and (entry.client in self._places or state != GONE):
                self._places[entry.client] = _Place(entry.clock, state, owner, user["id"], writes, time.monotonic())
                self._changed[entry.client] = True

    def _own(self, client: int, user_id: int, writes: bool) -> None:
        if not writes:
            return
        self._owners.setdefault(client, user_id)
        if len(self._owners) > MOST_OWNERS:
            oldest = next((one for one in self._owners if one not in self._places), client)
            del self._owners[oldest]

    def _is_of(self, entry: Aware, owner: Hashable, user_id: int) -> bool:
        """Whether the socket may speak of this client id: one id each, and not one that is another's."""
        mine = self._mine.get(owner)
        if mine is not None and mine != entry.client:
            return False
        place = self._places.get(entry.client)
        if place is None:
            return True
        if place.owner == owner:
            return entry.clock > place.clock or (entry.clock == place.clock and entry.state == GONE)
        # A client that comes back, perhaps before its old socket was seen to be dead, perhaps from another process.
        return mine is None and place.user_id == user_id and entry.clock >= place.clock and entry.state != GONE

    def hear_elsewhere(self, entries: Iterable[Heard]) -> None:
        """Take what another process says of its sockets."""
        for entry, user_id, writes in entries:
            if entry.state != GONE:
                self._own(entry.client, user_id, writes)
            place = self._places.get(entry.client)
            if place is None and entry.state == GONE:
                continue
            if place is not None and (place.owner is not None or place.clock > entry.clock):
                continue
            news = place is None or (place.clock, place.state) != (entry.clock, entry.state)
            self._places[entry.client] = _Place(entry.clock, entry.state, None, user_id, writes, time.monotonic())
            if news:
                self._changed[entry.client] = False

    def client_of(self, owner: Hashable) -> int | None:
        """The client id of a socket: the first that it spoke of, before it had heard of others."""
        return self._first.get(owner)

    def owner_of(self, client: int) -> int | None:
        """The id of the person who was first here with a client id and may write."""
        return self._owners.get(client)

    def leave(self, owner: Hashable) -> None:
        """The socket is dead: so is its state."""
        self._first.pop(owner, None)
        client = self._mine.pop(owner, None)
        place = self._places.get(client) if client is not None else None
        if client is not None and place is not None and place.owner == owner:
            # With the same clock, as y-websocket's server does it: a client that comes back goes on from there.
            place.state, place.owner, place.heard = GONE, None, time.monotonic()
            self._changed[client] = True

    def forget_old(self) -> bool:
        """Take away whom nobody has heard of for long: a process may have died with its sockets. Gives if any."""
        horizon = time.monotonic() - FORGET_SECONDS
        for client, place in list(self._places.items()):
            if place.heard >= horizon:
                continue
            if place.state == GONE:
                del self._places[client]
            else:
                if place.owner is not None:
                    self._mine.pop(place.owner, None)
                    self._first.pop(place.owner, None)
                place.state, place.owner, place.heard = GONE, None, time.monotonic()
                self._changed[client] = False
        return bool(self._changed)

    def take_changes(self) -> list[tuple[Heard, bool]]:
        """What changed since the last time, each with whether it came from a socket here."""
        changed, self._changed = self._changed, {}
        return [
            (_heard(client, place), local)
            for client, local in changed.items()
            if (place := self._places.get(client)) is not None
        ]

    def everybody(self) -> list[Aware]:
        """All who are there."""
        return [Aware(pk, place.clock, place.state) for pk, place in self._places.items() if place.state != GONE]

    def here(self) -> list[Heard]:
        """Those with a socket in this process: what another one that joins has to be told."""
        return [
            _heard(pk, place) for pk, place in self._places.items() if place.owner is not None and place.state != GONE
        ]


def _heard(client: int, place: _Place) -> Heard:
    return Heard(Aware(client, place.clock, place.state), place.user_id, place.writes)


def _stamped(state: str, user: dict[str, Any]) -> str:
    """The state with the name of who is signed in, whatever it said. Raises Malformed for what is no JSON object."""
    try:
        content = json.loads(state)
    except (ValueError, RecursionError):
        raise Malformed from None
    if content is None:
        return GONE
    if not isinstance(content, dict):
        raise Malformed
    return _encode({**content, "user": user})
