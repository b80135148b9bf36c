"""Of whom it is told that they write in a draft: of each person once a minute, and of one person at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable

TELL_EVERY = 60.0  # seconds
TELL_APART = 1.0


class Telling:
    """What was told of one draft."""

    def __init__(self) -> None:
        self._told: dict[int, float] = {}
        self._last = float("-inf")

    def due(self, user_ids: Iterable[int]) -> set[int]:
        """The id of one of those who write, of whom it was not told lately; nobody where somebody's was told just now.

        When a whole class begins to type, nobody's letters wait for fifty events.
        """
        now = time.monotonic()
        if now - self._last < TELL_APART:
            return set()
        for pk in dict.fromkeys(user_ids):
            if now - self._told.get(pk, -TELL_EVERY) >= TELL_EVERY:
                self._told[pk] = self._last = now
                return {pk}
        return set()
