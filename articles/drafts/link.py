"""The link between the rooms of several processes, through the channel layer: what was stored, cursors, who writes.

Nothing here is relied on: the log, which every process polls, is how they hear of each other for certain.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from typing import Any

from ..sockets.layer import SharedLayer
from .hints import GROUP

logger = logging.getLogger(__name__)
MOST_WAITING = 1_000


class Link:
    """Sends in order and without waiting; calls `on_message(message)` with what others send."""

    def __init__(self, on_message: Callable[[dict[str, Any]], None]) -> None:
        self._on_message = on_message
        self._layer = SharedLayer()
        self._process = uuid.uuid4().hex
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_WAITING)

    def tell(self, message: dict[str, Any]) -> None:
        """Send to the rooms of all other processes; lost where that cannot be done."""
        if not self._layer.is_there:
            return
        try:
            self._waiting.put_nowait({**message, "process": self._process})
        except asyncio.QueueFull:
            logger.debug("A message to other processes was dropped")

    async def send(self) -> None:
        """Send what waits, for ever."""
        while self._layer.is_there:
            await self._layer.send(GROUP, await self._waiting.get())

    async def listen(self) -> None:
        """Listen, for ever."""
        await self._layer.listen((GROUP,), self._hear)

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("process") != self._process:
            self._on_message(message)
