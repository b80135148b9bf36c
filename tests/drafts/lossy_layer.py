"""A channel layer that loses one message in two, as no Redis does, and the settings that use it."""

from __future__ import annotations

import random
from typing import Any

from channels_redis.core import RedisChannelLayer

from tests.services.site_settings import *  # noqa: F403
from tests.services.site_settings import CHANNEL_LAYERS

_chance = random.Random(2)


class LossyLayer(RedisChannelLayer):
    """Sends, or does not."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if _chance.random() < 0.5:
            await super().group_send(group, message)


CHANNEL_LAYERS = {"default": {**CHANNEL_LAYERS["default"], "BACKEND": f"{__name__}.LossyLayer"}}
