"""What goes on beside the pages: a thread for each duty, supervised, seen on the status page.

A duty that fails waits longer and longer and is tried for ever; it alone waits, the others go on. Every duty can be
killed at any moment and takes up its work again: it has its place in the database, not in memory.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import close_old_connections, connections
from django.utils import timezone

from articles import events
from articles.models import EventReader

logger = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 10.0
LONGEST_WAIT = 60.0


@dataclass(frozen=True)
class Progress:
    """What a step did. `more`: call again at once; `seq`: how far a duty that reads the event log has come."""

    more: bool = False
    seq: int | None = None


@dataclass(frozen=True)
class Duty:
    """`step(stopping)` does a little, in a second or so, and may look at `stopping` to do less."""

    name: str
    step: Callable[[threading.Event], Progress]
    every: float = 1.0  # seconds until it looks again by itself; a nudge is faster
    nudged: bool = True


@dataclass
class _Post:
    """A duty and the thread that does it."""

    duty: Duty
    stopping: threading.Event
    wake: threading.Event = field(default_factory=threading.Event)
    failures: int = 0
    _told: float = 0.0
    _seq: int | None = None

    def run(self) -> None:
        """The thread."""
        try:
            while not self.stopping.is_set():
                self.wake.clear()
                close_old_connections()
                self._wait(self._once())
        finally:
            connections.close_all()

    def _wait(self, seconds: float) -> None:
        """Until the next step, a nudge, or the end; with a sign of life now and then."""
        until = time.monotonic() + seconds
        # Nudges must not shorten the wait of what fails.
        bell = self.stopping if self.failures else self.wake
        while (left := until - time.monotonic()) > 0:
            if bell.wait(min(left, HEARTBEAT_SECONDS)):
                return
            if not self.failures:
                self._tell_safely("", now=False)

    def _once(self) -> float:
        """One step; gives the seconds until the next."""
        try:
            progress = self.duty.step(self.stopping)
            recovered, self.failures = self.failures > 0, 0
            self._seq = progress.seq if progress.seq is not None else self._seq
            self._tell("", now=recovered)
        except Exception as problem:
            self.failures += 1
            logger.exception("%s failed, for the %d. time in a row", self.duty.name, self.failures)
            self._tell_safely(f"{type(problem).__name__}: {problem}", now=True)
            return min(2.0 ** (self.failures - 1), LONGEST_WAIT)
        return 0.0 if progress.more else self.duty.every

    def _tell(self, problem: str, *, now: bool) -> None:
        if not now and time.monotonic() - self._told < HEARTBEAT_SECONDS and self._told:
            return
        values = {"seen_at": timezone.now(), "failures": self.failures, "problem": problem[:2_000]}
        if self._seq is not None:
            values["seq"] = self._seq
        EventReader.objects.update_or_create(name=self.duty.name, defaults=values)
        self._told = time.monotonic()

    def _tell_safely(self, problem: str, *, now: bool) -> None:
        try:
            self._tell(problem, now=now)
        except Exception:  # most likely the database is what failed
            logger.warning("The state of %s could not be written down", self.duty.name)


class Worker:
    """All duties of this process."""

    def __init__(self, duties: list[Duty]) -> None:
        self._stopping = threading.Event()
        self._posts = [_Post(duty, self._stopping) for duty in duties]
        self._threads: list[threading.Thread] = []
        self._forget_nudges: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Start the threads. They are daemons: what hangs must not keep the process from ending."""
        self._forget_nudges = events.on_nudge(self.nudge)
        for post in self._posts:
            thread = threading.Thread(target=post.run, name=f"worker-{post.duty.name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def nudge(self) -> None:
        """There is something new in the log."""
        for post in self._posts:
            if post.duty.nudged:
                post.wake.set()

    def stop(self, seconds: float) -> bool:
        """Let each duty finish its step; waits at most `seconds`. Gives whether all have ended."""
        self._forget_nudges()
        self._stopping.set()
        for post in self._posts:
            post.wake.set()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)
