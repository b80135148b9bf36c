"""The link between the web processes of an installation: nudges and presence, through the channel layer.

Only with Redis there are several processes. Nothing here is relied on: the layer drops messages when it is full,
and Redis may be away.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from articles.events import NUDGE_GROUP

logger = logging.getLogger(__name__)
PRESENCE_GROUP = "presence"
_GROUPS = (NUDGE_GROUP, PRESENCE_GROUP)
_JOIN_AGAIN_SECONDS = 3600  # memberships of a layer expire after a day


class LayerLink:
    """Calls `on_nudge()` when another process recorded an event, `on_presence(message)` when it tells its readers."""

    def __init__(self, on_nudge: Callable[[], None], on_presence: Callable[[dict[str, Any]], None]) -> None:
        self._on_nudge, self._on_presence = on_nudge, on_presence
        layer = get_channel_layer()
        self._layer = None if isinstance(layer, InMemoryChannelLayer) else layer

    async def listen(self) -> None:
        """Listen for ever; with one process there is nobody to listen to."""
        if self._layer is None:
            return
        failures = 0
        while True:
            try:
                await self._listen_until_broken()
            except Exception as problem:
                failures = min(failures + 1, 5)
                logger.warning(
                    "Other processes cannot be heard (%s); the log is read every second all the same.", problem
                )
                await asyncio.sleep(random.uniform(0.5, 1) * 2**failures)  # noqa: S311 - jitter

    async def _listen_until_broken(self) -> None:
        assert self._layer is not None
        channel = await self._layer.new_channel()
        joined = 0.0
        while True:
            if time.monotonic() - joined > _JOIN_AGAIN_SECONDS or not joined:
                for group in _GROUPS:
                    await self._layer.group_add(group, channel)
                joined = time.monotonic()
                self._on_nudge()  # whatever happened while nobody listened
            message = await self._layer.receive(channel)
            if message.get("type") == "events.nudge":
                self._on_nudge()
            elif message.get("type") == "presence.table":
                self._on_presence(message)

    async def tell(self, message: dict[str, Any]) -> None:
        """Send a message about presence to all processes; silently lost where that cannot be done."""
        if self._layer is None:
            return
        try:
            await asyncio.wait_for(self._layer.group_send(PRESENCE_GROUP, message), 2)
        except Exception as problem:
            logger.debug("Presence was not told: %s", problem)
