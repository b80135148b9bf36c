"""How bytes get to a WebSocket on daphne, without its cost for each message.

daphne has no back-pressure: what a client does not read piles up in the transport. So one can ask how much waits
there, and whoever sends decides when it is too much.
"""

from __future__ import annotations

import contextlib
import functools
import struct
from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
TEXT, BINARY = 0x81, 0x82


def encoded(payload: bytes, kind: int) -> bytes:
    """An unmasked frame (RFC 6455, 5.2), TEXT or BINARY, as a server sends it where no extension was agreed on.

    It can be made once and written to many.
    """
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", kind, size) + payload
    if size < 65_536:
        return struct.pack("!BBH", kind, 126, size) + payload
    return struct.pack("!BBQ", kind, 127, size) + payload


class Wire:
    """The way to one client. `takes_frames` tells whether it can be written to directly, as it can on daphne."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._protocol = protocol_behind(send)

    @property
    def takes_frames(self) -> bool:
        """Whether `write` may be used. An extension (compression) would change the bytes; daphne offers none."""
        return self._protocol is not None and self._protocol._perMessageCompress is None

    def queued(self) -> int:
        """Bytes that are written and not yet on their way; 0 where that cannot be known."""
        return queued(getattr(self._protocol, "transport", None))

    def write(self, frames: bytes) -> None:
        """Write frames made by `encoded`; nothing happens when the socket is closing. Never waits."""
        if self._protocol.state == self._protocol.STATE_OPEN:  # type: ignore[union-attr]
            _write(self._protocol, frames)

    def listen(self, listener: Callable[[bytes], None]) -> bool:
        """Have binary messages delivered at once, past the queue of `receive()`, which then gives the others. Gives
        False where that cannot be: on another server than ours, or while something waits in that queue."""
        waiting = getattr(self._protocol, "application_queue", None)
        if not hasattr(self._protocol, "listener") or waiting is None or not waiting.empty():
            return False
        self._protocol.listener = listener  # type: ignore[union-attr]
        return True

    async def close(self, code: int) -> None:
        """Say goodbye with a close code."""
        if self._protocol is None:
            await self._send({"type": "websocket.close", "code": code})
        else:
            # autobahn's sendClose, which daphne would call, refuses 1001 and 1013; its frame writer does not, and does
            # nothing when the socket is closing already.
            self._protocol.sendCloseFrame(code=code)


def _write(protocol: Any, data: bytes) -> None:
    """Hand bytes to a WebSocket's transport, and as much of them as it takes to the system at once.

    Through the transport alone each socket would be watched for being writable, written and forgotten again: with
    thousands of them that is most of the work.
    """
    transport = protocol.transport
    if queued(transport) == 0 and not protocol.send_queue and transport.connected and not transport.disconnecting:
        with contextlib.suppress(OSError):  # it is full or broken: the transport finds out which
            data = data[transport.socket.send(data) :]
    if data:
        protocol.sendData(data)


def protocol_behind(send: Send) -> Any | None:
    """The twisted protocol to which daphne bound this `send`; None on other servers and in tests without one."""
    if isinstance(send, functools.partial) and send.args and hasattr(send.args[0], "transport"):
        return send.args[0]
    return None


def queued(transport: Any) -> int:
    """What waits in a twisted transport (twisted.internet.abstract.FileDescriptor keeps it in two buffers)."""
    transport = getattr(transport, "transport", transport)  # an HTTP channel stands before its transport
    if not hasattr(transport, "_tempDataLen"):
        return 0
    return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)
