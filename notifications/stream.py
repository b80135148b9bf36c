"""The same frames over HTTP, for who cannot open a socket: GET /api/v1/events/stream?since=SEQ&watch=1,2.

Server-sent events (HTML standard, 9.2): each `data:` is the socket's frame, each event has its seq as `id:`, so that
`Last-Event-ID` resumes; a comment every 25 s keeps proxies awake. What the page shows is said in the address.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from articles.sockets.callers import header
from articles.sockets.wire import Send

from .hub import get_hub
from .opening import BadRequest, Wanted
from .outlets import StreamOutlet

logger = logging.getLogger(__name__)
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx passes on what it gets at once
    (b"x-content-type-options", b"nosniff"),
]


async def event_stream(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """ASGI application of one stream."""
    if scope["method"] != "GET":
        await _refuse(send, 405, "method_not_allowed", "Streams are read with GET.")
        return
    hub = get_hub()
    connection = None
    try:
        await hub.start()
        wanted = Wanted.of(scope["query_string"], header(scope["headers"], b"last-event-id"))
        opening = await hub.door.open(scope["headers"], wanted)
        if opening is None:
            await _refuse(send, 401, "not_signed_in", "Sign in, or send a valid token.")
            return
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        connection = await hub.join(StreamOutlet(send), opening)
        while connection.closed_with is None:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
    except BadRequest:
        await _refuse(send, 422, "invalid", "since is a number, watch are at most 100 ids with commas between.")
    except asyncio.CancelledError:
        raise
    except Exception:
        logger.exception("A stream ended by a mistake of ours")
        if connection is None:
            await _refuse(send, 503, "unavailable", "Try again in a moment.")
        else:
            await connection.close(1013)
    finally:
        if connection is not None:
            hub.leave(connection)


async def _refuse(send: Send, status: int, code: str, message: str) -> None:
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 405:
        headers.append((b"allow", b"GET"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
