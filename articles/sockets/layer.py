"""Hearing other web processes of an installation through the channel layer.

Only with Redis there are several processes. Nothing here may be relied on: the layer drops messages when it is full,
and Redis may be away.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Collection
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import InMemoryChannelLayer, channel_layers, get_channel_layer

logger = logging.getLogger(__name__)
_JOIN_AGAIN_SECONDS = 3600  # memberships of a layer expire after a day
_SEND_SECONDS = 2


class SharedLayer:
    """The layer that the processes of an installation share; with one process there is nobody to hear or to tell."""

    def __init__(self, *, of_its_own: bool = False) -> None:
        """`of_its_own`: for an event loop beside the one of the sockets; a layer can be heard in one loop only."""
        layer = channel_layers.make_backend(DEFAULT_CHANNEL_LAYER) if of_its_own else get_channel_layer()
        self._layer = None if isinstance(layer, InMemoryChannelLayer) else layer

    @property
    def is_there(self) -> bool:
        """Whether there may be other processes."""
        return self._layer is not None

    async def send(self, group: str, message: dict[str, Any]) -> None:
        """Send to all processes; silently lost where that cannot be done."""
        if self._layer is None:
            return
        try:
            await asyncio.wait_for(self._layer.group_send(group, message), _SEND_SECONDS)
        except Exception as problem:
            logger.debug("Other processes were not told: %s", problem)

    async def listen(
        self,
        groups: Collection[str],
        on_message: Callable[[dict[str, Any]], None],
        on_joined: Callable[[], None] = lambda: None,
    ) -> None:
        """Listen for ever. `on_joined` is called whenever messages may have been missed before."""
        if self._layer is None:
            return
        failures = 0
        while True:
            try:
                await self._listen_until_broken(groups, on_message, on_joined)
            except Exception as problem:
                failures = min(failures + 1, 5)
                logger.warning("Other processes cannot be heard (%s); the logs are read every second.", problem)
                await asyncio.sleep(random.uniform(0.5, 1) * 2**failures)  # noqa: S311 - jitter

    async def _listen_until_broken(
        self, groups: Collection[str], on_message: Callable[[dict[str, Any]], None], on_joined: Callable[[], None]
    ) -> None:
        assert self._layer is not None
        channel = await self._layer.new_channel()
        joined = 0.0
        while True:
            if time.monotonic() - joined > _JOIN_AGAIN_SECONDS or not joined:
                for group in groups:
                    await self._layer.group_add(group, channel)
                joined = time.monotonic()
                on_joined()
            message = await self._layer.receive(channel)
            try:
                on_message(message)
            except Exception:  # of another version of kbcentre, during an upgrade
                logger.exception("A message of another process was not understood")
