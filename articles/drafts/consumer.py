"""The socket of a live draft: /ws/articles/<id>/draft/?schema=N&user=ID (docs/architecture.md)."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.db import DatabaseError

from .. import documents
from ..sockets.frame_rate import FrameRate, TooFast
from ..sockets.origins import is_ours
from ..sockets.wire import Send, Wire
from . import protocol
from .protocol import Edit, Malformed, QueryAwareness, Step1, TooLong
from .room import ComeBack, Refused, Room
from .rooms import Rooms, get_rooms
from .seat import MALFORMED, NOT_ALLOWED, OTHER_SCHEMA, SIGNED_OUT, TOO_LARGE, TOO_MANY, TRY_AGAIN, Seat
from .store import EMPTY_UPDATE

logger = logging.getLogger(__name__)
MAX_ID = 2**63 - 1
# Typing, pasting and moving about make some 30 frames a second; a long time offline comes back as one.
BURST, PER_SECOND = 600, 120


async def draft_socket(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """ASGI application of one socket, from handshake to goodbye."""
    await receive()  # websocket.connect
    if not is_ours(scope["headers"]):
        await send({"type": "websocket.close"})  # before it is accepted: the handshake is answered with 403
        return
    await send({"type": "websocket.accept"})
    wire = Wire(send)
    rooms = get_rooms()
    article_id = min(int(scope["url_route"]["kwargs"]["article_id"]), MAX_ID)
    try:
        said = Said.of(scope["query_string"])
        if rooms.stopping:
            await wire.close(TRY_AGAIN)
            return
        visitor = await rooms.visitor(scope["headers"], article_id)
        if visitor is None or said.user not in (None, visitor.caller.user_id):
            await wire.close(SIGNED_OUT)  # also where somebody else has signed in since the page was opened
            return
        if visitor.rights is None:
            await wire.close(NOT_ALLOWED)
            return
        if said.schema not in (None, documents.SCHEMA_VERSION):
            await wire.close(OTHER_SCHEMA)
            return
        room = await rooms.open(article_id)
        if not rooms.is_current(visitor):
            visitor = await rooms.visitor(scope["headers"], article_id)
        if visitor is None or visitor.rights is None:
            await wire.close(SIGNED_OUT if visitor is None else NOT_ALLOWED)
            return
        await _stay(rooms, room, Seat(send, visitor.caller, visitor.view, visitor.rights), receive)
    except Malformed:
        await wire.close(MALFORMED)
    except asyncio.CancelledError:
        raise
    except DatabaseError as problem:  # it may be away for a while
        logger.warning("A draft could not be opened: %s", problem)
        await wire.close(TRY_AGAIN)
    except Exception:
        logger.exception("The socket of a draft ended by a mistake of ours")
        await wire.close(TRY_AGAIN)


@dataclass(frozen=True)
class Said:
    """What the address of a socket says, if anything: the client's schema, and as whom its page was opened."""

    schema: int | None
    user: int | None

    @classmethod
    def of(cls, query: bytes) -> Said:
        """From a query string. Raises Malformed."""
        try:
            values = parse_qs(query.decode("ascii"), max_num_fields=20)
            schema, user = (int(values[name][-1]) if name in values else None for name in ("schema", "user"))
        except ValueError:
            raise Malformed from None
        return cls(schema, user)


async def _stay(rooms: Rooms, room: Room, seat: Seat, receive: Any) -> None:
    """Listen to somebody until they go."""
    if not rooms.sit_down(room, seat):
        return
    rate = FrameRate(BURST, PER_SECOND)

    def hear(frame: bytes | None) -> None:
        if seat.closed_with is None:  # else we said goodbye; what still comes is not for us
            _hear(room, seat, rate, frame)

    at_once = False
    try:
        while True:
            at_once = at_once or seat.listen(hear)
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            hear(message.get("bytes"))
    finally:
        rooms.left(room, seat)


def _hear(room: Room, seat: Seat, rate: FrameRate, frame: bytes | None) -> None:
    """Obey a frame, or close the socket and say why."""
    try:
        rate.spend()
        _obey(room, seat, frame)
    except TooFast:
        seat.close(TOO_MANY)
    except TooLong:
        seat.refuse("too-large")
        seat.close(TOO_LARGE)
    except Malformed:
        seat.refuse("malformed")
        seat.close(MALFORMED)
    except Exception:
        logger.exception("A frame of a draft could not be obeyed, by a mistake of ours")
        seat.close(TRY_AGAIN)


def _obey(room: Room, seat: Seat, frame: bytes | None) -> None:
    """Do what a frame says. Raises Malformed."""
    if not frame:
        raise Malformed
    message = protocol.parse(frame)
    if isinstance(message, Edit):
        _edit(room, seat, message)
    elif isinstance(message, Step1):
        room.answer(seat, message.state)
    elif isinstance(message, tuple):
        room.move(seat, seat.user, message, writes=seat.may_write)
    elif isinstance(message, QueryAwareness):
        room.show_everybody(seat)


def _edit(room: Room, seat: Seat, edit: Edit) -> None:
    if not seat.may_write:
        if edit.update != EMPTY_UPDATE:
            seat.refuse("read-only")
        return
    try:
        room.take(seat, seat.caller.user_id, edit.update, room.awareness.client_of(seat))
    except ComeBack:
        seat.close(TRY_AGAIN)
    except Refused as refusal:
        seat.refuse(str(refusal))
        # What it writes from now on would wait for this for ever.
        seat.close(MALFORMED if str(refusal) == "not-yours" else TOO_LARGE)
