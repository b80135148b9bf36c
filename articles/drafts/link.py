"""The link between the rooms of several processes, through the channel layer: what was stored, cursors, who writes.

Only with Redis there are several processes. Nothing here is relied on: the layer drops messages when it is full, and
Redis may be away. Then the log, which every process polls, is how they hear of each other.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
import uuid
from collections.abc import Callable
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from .hints import GROUP

logger = logging.getLogger(__name__)
MOST_WAITING = 1_000
_JOIN_AGAIN_SECONDS = 3600  # memberships of a layer expire after a day


class Link:
    """Sends in order and without waiting; calls `on_message(message)` with what others send."""

    def __init__(self, on_message: Callable[[dict[str, Any]], None]) -> None:
        self._on_message = on_message
        layer = get_channel_layer()
        self._layer = None if isinstance(layer, InMemoryChannelLayer) else layer
        self._process = uuid.uuid4().hex
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_WAITING)

    def tell(self, message: dict[str, Any]) -> None:
        """Send to the rooms of all other processes; lost where that cannot be done."""
        if self._layer is None:
            return
        try:
            self._waiting.put_nowait({**message, "process": self._process})
        except asyncio.QueueFull:
            logger.debug("A message to other processes was dropped")

    async def send(self) -> None:
        """Send what waits, for ever."""
        if self._layer is None:
            return
        while True:
            message = await self._waiting.get()
            try:
                await asyncio.wait_for(self._layer.group_send(GROUP, message), 2)
            except Exception as problem:
                logger.debug("Other processes were not told: %s", problem)

    async def listen(self) -> None:
        """Listen, for ever."""
        if self._layer is None:
            return
        failures = 0
        while True:
            try:
                await self._listen_until_broken()
            except Exception as problem:
                failures = min(failures + 1, 5)
                logger.warning("Drafts of other processes are not heard of, but read every second: %s", problem)
                await asyncio.sleep(random.uniform(0.5, 1) * 2**failures)  # noqa: S311 - jitter

    async def _listen_until_broken(self) -> None:
        assert self._layer is not None
        channel = await self._layer.new_channel()
        joined = 0.0
        while True:
            if time.monotonic() - joined > _JOIN_AGAIN_SECONDS or not joined:
                await self._layer.group_add(GROUP, channel)
                joined = time.monotonic()
            message = await self._layer.receive(channel)
            if message.get("process") == self._process:
                continue
            try:
                self._on_message(message)
            except Exception:  # of another version of kbcentre, during an upgrade
                logger.exception("A message of another process was not understood")
