"""How fast a client may talk."""

from __future__ import annotations

import time


class TooFast(ValueError):
    """The client sends more than anybody's hands can make it send."""


class FrameRate:
    """A client may send `burst` frames at once, and `per_second` in the long run."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._left, self._at = burst, time.monotonic()

    def spend(self) -> None:
        """One more frame. Raises TooFast when there were too many."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second) - 1
        self._at = now
        if self._left < 0:
            raise TooFast
