"""Do something soon, but not more often than its pace: what comes together is done together, the first at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


class Pace:
    """Calls a coroutine function at most every `seconds`, never twice at once."""

    def __init__(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        self._seconds, self._work = seconds, work
        self._last = float("-inf")
        self._wanted = False
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether it works or is about to."""
        return self._wanted or self._task is not None

    def soon(self) -> None:
        """Have it done in its pace."""
        self._wanted = True
        if self._timer is None and self._task is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, self._last + self._seconds - loop.time()), self._begin)

    def now(self) -> None:
        """Have it done at once, unless it is being done."""
        self._wanted = True
        if self._task is None:
            if self._timer is not None:
                self._timer.cancel()
            self._begin()

    def _begin(self) -> None:
        self._timer, self._wanted = None, False
        self._last = asyncio.get_running_loop().time()
        self._task = asyncio.ensure_future(self._once())

    async def _once(self) -> None:
        try:
            await self._work()
        except Exception:
            logger.exception("Something in a draft went wrong")
        finally:
            self._task = None
        if self._wanted:
            self.soon()

    async def rest(self) -> None:
        """Wait until what is being done, or about to be, is done."""
        if self._task is not None:
            await asyncio.wait([self._task])
        elif self._wanted:
            await asyncio.sleep(self._seconds)
        else:
            await asyncio.sleep(0)
