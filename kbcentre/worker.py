"""What goes on beside the pages: a thread for each duty, supervised, seen on the status page.

A duty that fails waits longer and longer and is tried for ever; it alone waits, the others go on. Every duty can be
killed at any moment and takes up its work again: it has its place in the database, not in memory.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from django.db import close_old_connections, connections
from django.utils import timezone

from articles import events
from articles.models import EventReader
from articles.sockets.layer import SharedLayer

logger = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 10.0
LISTENING_SECONDS = 0.2  # so soon whoever listens sees that it is over
LONGEST_WAIT = 60.0


@dataclass(frozen=True)
class Progress:
    """What a step did. `more`: call again at once; `seq`: how far a duty that reads the event log has come."""

    more: bool = False
    seq: int | None = None


@dataclass(frozen=True)
class Duty:
    """`step(stopping)` does a part of the work; a long one looks at `stopping` and then ends early."""

    name: str
    step: Callable[[threading.Event], Progress]
    every: float = 1.0  # seconds until it looks again by itself; a nudge is faster
    nudged: bool = True
    after_nudge: float = 0.0  # seconds to let pass, so that what people wait for goes first, and much is done at once

    @property
    def reader(self) -> str:
        """The name of its row among the readers: several machines may do the same duty."""
        return f"{self.name}@{socket.gethostname()}"[:80]


@dataclass
class _Post:
    """A duty, the thread that does it, and how it is."""

    duty: Duty
    stopping: threading.Event
    tell: threading.Event  # set when there is something that should be known at once
    wake: threading.Event = field(default_factory=threading.Event)
    failures: int = 0
    problem: str = ""
    seq: int | None = None

    def run(self) -> None:
        """The thread."""
        try:
            while not self.stopping.is_set():
                self.wake.clear()
                close_old_connections()
                self._wait(self._once())
        finally:
            connections.close_all()

    def _once(self) -> float:
        """One step; gives the seconds until the next."""
        try:
            progress = self.duty.step(self.stopping)
        except Exception as problem:
            self.failures += 1
            self.problem = f"{type(problem).__name__}: {problem}"[:2_000]
            logger.exception("%s failed, for the %d. time in a row", self.duty.name, self.failures)
            self.tell.set()
            return min(2.0 ** (self.failures - 1), LONGEST_WAIT)
        if self.failures:
            self.failures, self.problem = 0, ""
            self.tell.set()
        self.seq = progress.seq if progress.seq is not None else self.seq
        return 0.0 if progress.more else self.duty.every

    def _wait(self, seconds: float) -> None:
        # Nudges must not shorten the wait of what fails.
        bell = self.stopping if self.failures else self.wake
        if bell.wait(seconds) and bell is self.wake:
            self.stopping.wait(self.duty.after_nudge)


class Worker:
    """All duties of this process."""

    def __init__(self, duties: list[Duty]) -> None:
        self._stopping, self._tell = threading.Event(), threading.Event()
        self._posts = [_Post(duty, self._stopping, self._tell) for duty in duties]
        self._threads: list[tuple[threading.Thread, _Post | None]] = []
        self._forget_nudges: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Start the threads. They are daemons: what hangs must not keep the process from ending."""
        self._forget_nudges = events.on_nudge(self.nudge)
        for post in self._posts:
            self._start(post.run, post.duty.name, post)
        self._start(self._give_signs_of_life, "heartbeat", None)
        self._layer = SharedLayer(of_its_own=True)
        if self._layer.is_there:
            self._start(self._hear_others, "nudges", None)

    def _start(self, function: Callable[[], None], name: str, post: _Post | None) -> None:
        thread = threading.Thread(target=function, name=f"worker-{name}", daemon=True)
        self._threads.append((thread, post))
        thread.start()

    def nudge(self) -> None:
        """There is something new in the log."""
        for post in self._posts:
            if post.duty.nudged:
                post.wake.set()

    def _hear_others(self) -> None:
        """Be nudged by what other processes record, where they share a layer."""

        async def hear() -> None:
            listening = asyncio.create_task(
                self._layer.listen((events.NUDGE_GROUP,), lambda _message: self.nudge(), self.nudge)
            )
            # Looked at, and not waited for in a thread of a pool: Python waits for those at the end, whatever happens.
            while not self._stopping.is_set():  # noqa: ASYNC110 -- set by another thread
                await asyncio.sleep(LISTENING_SECONDS)
            listening.cancel()

        asyncio.run(hear())

    def stop(self, seconds: float) -> bool:
        """Let each duty finish its step; waits at most `seconds`. Gives whether all have ended."""
        self._forget_nudges()
        self._stopping.set()
        self._tell.set()
        for post in self._posts:
            post.wake.set()
        deadline = monotonic() + seconds
        for thread, _ in self._threads:
            thread.join(max(0.0, deadline - monotonic()))
        return not any(thread.is_alive() for thread, _ in self._threads)

    def _give_signs_of_life(self) -> None:
        """Write down how each duty is: also of one whose step takes long, and at once when one fails or recovers."""
        try:
            while not self._stopping.is_set():
                self._tell.clear()
                close_old_connections()
                try:
                    for thread, post in list(self._threads):
                        if post is not None and thread.is_alive():
                            _write_down(post)
                except Exception as problem:  # most likely it is the database that does not answer
                    logger.warning("The state of the worker could not be written down: %s", problem)
                self._tell.wait(HEARTBEAT_SECONDS)
        finally:
            connections.close_all()


def _write_down(post: _Post) -> None:
    values = {"seen_at": timezone.now(), "failures": post.failures, "problem": post.problem}
    if post.seq is not None:
        values["seq"] = post.seq
    EventReader.objects.update_or_create(name=post.duty.reader, defaults=values)
