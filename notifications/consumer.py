"""The socket of an open page: /ws/events/?since=SEQ&watch=1,2 (INTERFACE: Sockets)."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from django.db import DatabaseError

from articles.sockets.frame_rate import FrameRate, TooFast
from articles.sockets.origins import is_ours
from articles.sockets.wire import Send

from .connections import MOST_WATCHED, Connection
from .hub import Hub, get_hub
from .opening import MAX_ID, BadRequest, Wanted
from .outlets import MALFORMED, SIGNED_OUT, SocketOutlet

logger = logging.getLogger(__name__)
TRY_AGAIN = 1013
LONGEST_FRAME = 4096  # bytes: a hundred ids have less than half of that


class Malformed(ValueError):
    """What the client sent is not a frame of ours."""


async def events_socket(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """ASGI application of one socket, from handshake to goodbye."""
    await receive()  # websocket.connect
    if not is_ours(scope["headers"]):
        await send({"type": "websocket.close"})  # before it is accepted: the handshake is answered with 403
        return
    await send({"type": "websocket.accept"})
    hub = get_hub()
    outlet = SocketOutlet(send)
    connection = None
    try:
        await hub.start()
        wanted = Wanted.of(scope["query_string"])
        opening = await hub.door.open(scope["headers"], wanted)
        if opening is None:
            await outlet.close(SIGNED_OUT)
            return
        connection = await hub.join(outlet, opening)
        await _listen(hub, connection, receive)
    except (Malformed, BadRequest, TooFast):
        await (connection or outlet).close(MALFORMED)
    except asyncio.CancelledError:
        raise
    except DatabaseError as problem:  # it may be away for a while, and a thousand pages ask
        logger.warning("A socket could not be served: %s", problem)
        await (connection or outlet).close(TRY_AGAIN)
    except Exception:
        logger.exception("A socket ended by a mistake of ours")
        await (connection or outlet).close(TRY_AGAIN)
    finally:
        if connection is not None:
            hub.leave(connection)


async def _listen(hub: Hub, connection: Connection, receive: Any) -> None:
    """Obey the client until it goes. Raises Malformed, TooFast."""
    rate = FrameRate(burst=30, per_second=3)
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        if connection.closed_with is not None:
            continue  # we said goodbye; what still comes is not for us
        rate.spend()
        await hub.watch(connection, _watched(message))


def _watched(message: dict[str, Any]) -> list[int]:
    """The article ids of a frame {"type": "watch", "articles": [ids]}, the only one there is. Raises Malformed."""
    text = message.get("text")
    if not text or len(text) > LONGEST_FRAME:
        raise Malformed
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(content, dict) or content.get("type") != "watch":
        raise Malformed
    ids = content.get("articles")
    if not isinstance(ids, list) or len(ids) > MOST_WATCHED:
        raise Malformed
    if not all(type(pk) is int and 0 < pk <= MAX_ID for pk in ids):  # a bool is an int, but no id
        raise Malformed
    return ids
