"""One open socket of a draft: who sits there, what they may do, and the way to them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ..access import View
from ..sockets.callers import Caller
from ..sockets.wire import BINARY, Send, Wire, encoded
from . import protocol
from .rights import Rights

logger = logging.getLogger(__name__)
SIGNED_OUT, NOT_ALLOWED, OTHER_SCHEMA, TOO_LARGE, TOO_MANY, MALFORMED, TRY_AGAIN = (
    4401, 4403, 4409, 4413, 4429, 4400, 1013
)  # fmt: skip
HUES = 8  # as of the round marks on pages
# What one client may leave unread, beyond one whole draft. Then it is closed, comes back and catches up.
MOST_QUEUED = 4 * 1024 * 1024


class Seat:
    """A socket. Nothing here waits for the client."""

    def __init__(self, send: Send, caller: Caller, view: View, rights: Rights) -> None:
        self.caller, self.view, self.rights = caller, view, rights
        self.user = person(caller)
        self.received = 0  # updates with content that came over this socket and were taken
        self.closed_with: int | None = None
        self.synced = False  # whether it was given the draft: before that there is nothing to add to
        self.most_queued = MOST_QUEUED
        self._send, self._wire = send, Wire(send)
        self._queue: asyncio.Queue[bytes] | None = None
        self._writer: asyncio.Task[None] | None = None

    @property
    def may_write(self) -> bool:
        return self.rights == "edit" and self.closed_with is None

    def listen(self, listener: Callable[[bytes], None]) -> bool:
        """See `Wire.listen`."""
        return self._wire.listen(listener)

    def push(self, payload: bytes, frame: bytes = b"") -> None:
        """Send a message; `frame` is the same, encoded for the wire, where that was made for many."""
        if self.closed_with is not None:
            return
        if not self._wire.takes_frames:
            self._push_slowly(payload)
            return
        if self._wire.queued() > self.most_queued:
            self.close(TRY_AGAIN)
            return
        try:
            self._wire.write(frame or encoded(payload, BINARY))
        except Exception:  # one broken connection must not keep the others waiting
            logger.exception("A frame could not be sent")
            self.closed_with = 1011

    def _push_slowly(self, payload: bytes) -> None:
        """On a server other than ours: in order, by a task of its own."""
        if self._queue is None:
            self._queue = asyncio.Queue(1_000)
            self._writer = asyncio.create_task(self._write_queue(self._queue))
        try:
            self._queue.put_nowait(payload)
        except asyncio.QueueFull:
            self.close(TRY_AGAIN)

    async def _write_queue(self, queue: asyncio.Queue[bytes]) -> None:
        while True:
            await self._send({"type": "websocket.send", "bytes": await queue.get()})

    def stored(self, count: int) -> None:
        """The first `count` updates that came over this socket are in the log."""
        self.push(protocol.stored(count))

    def lost(self) -> None:
        """What it sent could not be stored: it comes back and sends it again."""
        self.close(TRY_AGAIN)

    def tell_rights(self, seq: int) -> None:
        """Tell what it may do."""
        self.push(protocol.told({"rights": self.rights, "seq": seq}))

    def refuse(self, code: str) -> None:
        """Tell that an update was refused, in the language of who sent it."""
        with translation.override(self.caller.language or None):
            self.push(protocol.told({"refused": code, "message": refusal(code)}))

    def close(self, code: int) -> None:
        """Say goodbye, once; nothing is sent afterwards."""
        if self.closed_with is None:
            self.closed_with = code
            task = asyncio.ensure_future(self._wire.close(code))
            task.add_done_callback(_note_failure)

    def leave(self) -> None:
        """The socket is gone."""
        self.closed_with = self.closed_with or 1000
        if self._writer is not None:
            self._writer.cancel()


def person(caller: Caller) -> dict[str, Any]:
    """What the others are told of somebody."""
    return {"id": caller.user_id, "name": caller.name, "colour": caller.user_id % HUES}


def refusal(code: str) -> str:
    """Why an update was refused, for people."""
    return {
        "read-only": _("You may read this draft, but not write in it."),
        "too-large": _("That is too much at once. Paste it in smaller pieces."),
        "document-too-large": _("The draft is too large. Take something out of it first, or make two articles of it."),
        "nested-too-deep": _("That is nested too deeply. Make its lists and tables flatter."),
        "not-yours": _("Somebody else has written under the name of this window. Copy your text and reload the page."),
        "malformed": _("Something was sent that is no change of a draft. Reload the page."),
    }[code]


def _note_failure(task: asyncio.Future[Any]) -> None:
    if not task.cancelled() and task.exception() is not None:
        logger.debug("A socket could not be closed: %s", task.exception())
