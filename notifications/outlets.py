"""How frames reach one client: over a WebSocket, or as server-sent events.

An outlet can tell how much waits for its client, and the hub closes whoever lets too much pile up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from articles.sockets.wire import Send, Wire, protocol_behind, queued

from .frames import Frame

SIGNED_OUT, MALFORMED, TOO_SLOW, GOING_AWAY = 4401, 4400, 1013, 1001
COME_BACK = TOO_SLOW  # the code is the same: try again later


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
        self._wire = Wire(send)

    def queued(self) -> int:
        return self._wire.queued()

    async def write(self, frames: Sequence[Frame]) -> None:
        if self._wire.takes_frames:
            self._wire.write(b"".join([frame.websocket for frame in frames]))
            return
        for frame in frames:
            await self._send({"type": "websocket.send", "text": frame.text})

    async def close(self, code: int) -> None:
        await self._wire.close(code)


class StreamOutlet:
    """Server-sent events in an HTTP response whose headers are sent already."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._request = protocol_behind(send)

    def queued(self) -> int:
        return queued(getattr(self._request, "transport", None))

    async def write(self, frames: Sequence[Frame]) -> None:
        body = b"".join(frame.stream for frame in frames)
        await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def close(self, code: int) -> None:
        """Streams have no close codes: the client asks again, and then the answer says what is the matter."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        transport = getattr(self._request, "transport", None)
        if code == TOO_SLOW and transport is not None:
            transport.abortConnection()  # an orderly end would wait until all that is queued has been read
