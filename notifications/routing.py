"""Which socket and which stream is answered by what; `kbcentre.asgi` mounts them."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from articles.sockets.wire import Send

from .consumer import events_socket
from .stream import event_stream as streams

__all__ = ["sockets", "streams"]


async def _nothing_here(_scope: dict[str, Any], receive: Any, send: Send) -> None:
    """A socket at an address that does not exist: the handshake is refused."""
    await receive()
    await send({"type": "websocket.close"})


sockets = [path("ws/events/", events_socket), re_path(r"", _nothing_here)]  # type: ignore[arg-type]
