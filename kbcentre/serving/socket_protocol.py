"""A WebSocket on daphne, with a short way for what typists send: small binary messages, a hundred a second.

autobahn takes a frame apart in a dozen steps and daphne hands it on through a queue to a task that has to be woken.
What is an ordinary message is taken apart here at once, and goes to whoever listens (`Wire.listen`) in the same turn of
the event loop. Everything else (text, fragments, control frames, what is no WebSocket frame at all) is autobahn's.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from daphne.ws_protocol import WebSocketProtocol

BINARY_AT_ONCE = 0x82  # FIN, no extension, opcode 2 (RFC 6455, 5.2)
MASKED = 0x80
TWO_BYTES_OF_LENGTH, EIGHT_BYTES_OF_LENGTH = 126, 127


class SocketProtocol(WebSocketProtocol):
    """`listener` gets binary messages; without one they go through daphne's queue."""

    listener: Callable[[bytes], None] | None = None

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - twisted's name
        """The short way; else autobahn's, without the line for a log that it composes for all that comes in."""
        if self.state == self.STATE_OPEN and not self.data and self.current_frame is None and not self.inside_message:
            payload = message_in(data)
            if payload is not None:
                self.onMessage(payload, True)
                return
        self._dataReceived(data)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803 - autobahn's names
        """A whole message has come."""
        if isBinary and self.listener is not None and not self.muted:
            self.last_ping = time.time()  # a sign of life, as in daphne
            self.listener(payload)
        else:
            super().onMessage(payload, isBinary)


def message_in(data: bytes) -> bytes | None:
    """The payload where the bytes are exactly one whole, unfragmented, masked binary message of less than 64 kB."""
    if len(data) < 7 or data[0] != BINARY_AT_ONCE or not data[1] & MASKED:
        return None
    size, start = data[1] & 0x7F, 2
    if size == TWO_BYTES_OF_LENGTH:
        size, start = int.from_bytes(data[2:4], "big"), 4
        if size < TWO_BYTES_OF_LENGTH:  # not the shortest way to say it: a mistake, which autobahn answers
            return None
    elif size == EIGHT_BYTES_OF_LENGTH:
        return None
    if len(data) != start + 4 + size:
        return None
    mask = data[start : start + 4] * (size // 4 + 1)
    number = int.from_bytes(data[start + 4 :], "little") ^ int.from_bytes(mask[:size], "little")
    return number.to_bytes(size, "little")
