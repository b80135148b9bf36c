"""How frames reach one client: over a WebSocket, or as server-sent events.

daphne has no back-pressure: what a client does not read piles up in the transport. So an outlet can tell how much
waits there, and the hub closes whoever lets too much pile up.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from .frames import Frame

Send = Callable[[dict[str, Any]], Awaitable[None]]
SIGNED_OUT, MALFORMED, TOO_SLOW, GOING_AWAY = 4401, 4400, 1013, 1001


class Outlet(Protocol):
    """The way to one client."""

    def queued(self) -> int:
        """Bytes that are written and not yet on their way; 0 where that cannot be known."""

    async def write(self, frames: Sequence[Frame]) -> None:
        """Send frames, in order. Never waits for the client."""

    async def close(self, code: int) -> None:
        """Say goodbye with a close code."""


class SocketOutlet:
    """A WebSocket. On daphne, many frames are one write of bytes that were encoded once for everybody."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._protocol = _protocol_behind(send)

    def queued(self) -> int:
        return _queued(getattr(self._protocol, "transport", None))

    async def write(self, frames: Sequence[Frame]) -> None:
        protocol = self._protocol
        # An extension (compression) would change the bytes; daphne offers none, another server might.
        if protocol is not None and protocol._perMessageCompress is None:
            if protocol.state == protocol.STATE_OPEN:
                _write(protocol, b"".join([frame.websocket for frame in frames]))
            return
        for frame in frames:
            await self._send({"type": "websocket.send", "text": frame.text})

    async def close(self, code: int) -> None:
        if self._protocol is None:
            await self._send({"type": "websocket.close", "code": code})
        else:
            # autobahn's sendClose, which daphne would call, refuses 1001 and 1013; its frame writer does not, and does
            # nothing when the socket is closing already.
            self._protocol.sendCloseFrame(code=code)


class StreamOutlet:
    """Server-sent events in an HTTP response whose headers are sent already."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._request = _protocol_behind(send)

    def queued(self) -> int:
        return _queued(getattr(self._request, "transport", None))

    async def write(self, frames: Sequence[Frame]) -> None:
        body = b"".join(frame.stream for frame in frames)
        await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def close(self, code: int) -> None:
        """Streams have no close codes: the client asks again, and then the answer says what is the matter."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        transport = getattr(self._request, "transport", None)
        if code == TOO_SLOW and transport is not None:
            transport.abortConnection()  # an orderly end would wait until all that is queued has been read


def _write(protocol: Any, data: bytes) -> None:
    """Hand bytes to a WebSocket's transport, and as much of them as it takes to the system at once.

    Through the transport alone each socket would be watched for being writable, written and forgotten again: with
    thousands of them that is most of the work.
    """
    transport = protocol.transport
    if _queued(transport) == 0 and not protocol.send_queue and transport.connected and not transport.disconnecting:
        sent = transport.writeSomeData(data)
        if isinstance(sent, int) and sent > 0:  # else the transport finds out itself what is the matter
            data = data[sent:]
    if data:
        protocol.sendData(data)


def _protocol_behind(send: Send) -> Any | None:
    """The twisted protocol to which daphne bound this `send`; None on other servers and in tests without one."""
    if isinstance(send, functools.partial) and send.args and hasattr(send.args[0], "transport"):
        return send.args[0]
    return None


def _queued(transport: Any) -> int:
    """What waits in a twisted transport (twisted.internet.abstract.FileDescriptor keeps it in two buffers)."""
    transport = getattr(transport, "transport", transport)  # an HTTP channel stands before its transport
    if not hasattr(transport, "_tempDataLen"):
        return 0
    return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)
