"""A few threads with which coroutines reach the database. They live long and keep their connections."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)
T = TypeVar("T")
LOOK_SECONDS = 1.0
_looked = threading.local()  # .at: when this thread last looked at its connections


class DatabaseThreads:
    """`count` threads, started as they are needed."""

    def __init__(self, count: int, name: str) -> None:
        self._count = count
        self._executor = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._stopped = False

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run a function that asks the database."""
        if self._stopped:
            raise asyncio.CancelledError  # whoever asks is about to be closed
        return await asyncio.get_running_loop().run_in_executor(self._executor, _with_database, function, arguments)

    async def stop(self) -> None:
        """Let go of the threads and their connections, when what they do is done."""
        self._stopped = True
        every = threading.Barrier(self._count)  # so that no thread takes two of these
        closing = [self._executor.submit(_let_go, every) for _ in range(self._count)]
        self._executor.shutdown(wait=False)
        await asyncio.gather(*(asyncio.wrap_future(one) for one in closing))


def _with_database(function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    """Call it; a connection that broke, or may have since it was looked at, is replaced first."""
    now = time.monotonic()
    if now - getattr(_looked, "at", -LOOK_SECONDS) >= LOOK_SECONDS:
        close_old_connections()
        _looked.at = now
    try:
        return function(*arguments)
    except Exception:
        _looked.at = -LOOK_SECONDS
        raise


def _let_go(every: threading.Barrier) -> None:
    """Close this thread's connection to the database, together with those of the other threads."""
    try:
        every.wait(2)
    except threading.BrokenBarrierError:  # one is held up by the database; it is closed with the process
        logger.debug("A thread is still busy")
    connections.close_all()
