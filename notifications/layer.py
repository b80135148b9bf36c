"""The link between the web processes of an installation: nudges and presence. Nothing here is relied on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from articles.events import NUDGE_GROUP
from articles.sockets.layer import SharedLayer

PRESENCE_GROUP = "presence"


class LayerLink:
    """Calls `on_nudge()` when another process recorded an event, `on_presence(message)` when it tells its readers."""

    def __init__(self, on_nudge: Callable[[], None], on_presence: Callable[[dict[str, Any]], None]) -> None:
        self._on_nudge, self._on_presence = on_nudge, on_presence
        self._layer = SharedLayer()

    async def listen(self) -> None:
        """Listen for ever; what happened while nobody listened is a nudge too."""
        await self._layer.listen((NUDGE_GROUP, PRESENCE_GROUP), self._hear, self._on_nudge)

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("type") == "events.nudge":
            self._on_nudge()
        elif message.get("type") == "presence.table":
            self._on_presence(message)

    async def tell(self, message: dict[str, Any]) -> None:
        """Send a message about presence to all processes."""
        await self._layer.send(PRESENCE_GROUP, message)
