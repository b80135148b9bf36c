"""Pages: Django's WSGI application in a few threads that live as long as the process and keep their connections."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

logger = logging.getLogger(__name__)
Headers = list[tuple[str, str]]
FILE_BLOCK = 64 * 1024


class ClientGone(Exception):
    """Whoever asked has hung up: there is nobody to write to."""


class Reply(Protocol):
    """How an answer gets back to the client. All methods may be called from any thread."""

    def whole(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer with a body that is all there."""

    def begin(self, status: int, headers: Headers) -> None:
        """Begin an answer that comes in pieces."""

    def piece(self, data: bytes) -> None:
        """One more piece. Never waits for the client. Raises ClientGone."""

    def end(self) -> None:
        """There are no more pieces."""

    def gone(self) -> bool:
        """Whether the client has hung up."""


@dataclass
class Page:
    """One request on its way: WSGI environment, the spooled body that it reads, and where the answer goes."""

    environ: dict[str, Any]
    body: IO[bytes]
    reply: Reply


@dataclass
class PagePool:
    """`threads` threads that answer one page after the other; `waiting` is how many may queue before 503."""

    application: Callable[..., Iterable[bytes]]
    threads: int = 4
    waiting: int = 1_000
    _queue: queue.Queue[Page | None] = field(init=False, repr=False)
    _running: list[threading.Thread] = field(init=False, default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self._queue = queue.Queue(self.waiting)

    def start(self) -> None:
        """Start the threads. They are daemons: a page that hangs must not keep the process from ending."""
        for number in range(self.threads):
            thread = threading.Thread(target=self._work, name=f"page-{number}", daemon=True)
            thread.start()
            self._running.append(thread)

    def submit(self, page: Page) -> None:
        """Answer a page as soon as a thread is free; at once with 503 when too many wait already."""
        try:
            self._queue.put_nowait(page)
        except queue.Full:
            page.body.close()
            text = b"The server is busy. Try again in a moment.\n"
            headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(text))), ("Retry-After", "2")]
            page.reply.whole(503, headers, text)

    def stop(self, seconds: float) -> bool:
        """Answer what has been asked, then end the threads; waits at most `seconds`. Gives whether all have ended."""
        for _ in self._running:
            try:
                self._queue.put(None, timeout=seconds)
            except queue.Full:
                return False
        for thread in self._running:
            thread.join(seconds / len(self._running))
        return not any(thread.is_alive() for thread in self._running)

    def _work(self) -> None:
        while (page := self._queue.get()) is not None:
            try:
                if not page.reply.gone():  # waited too long for somebody who left
                    answer(self.application, page)
            except ClientGone:
                pass
            except Exception:
                logger.exception("%s %s failed", page.environ["REQUEST_METHOD"], page.environ["PATH_INFO"])
                page.reply.whole(500, [("Content-Type", "text/plain"), ("Content-Length", "0")], b"")
            finally:
                page.body.close()


def answer(application: Callable[..., Iterable[bytes]], page: Page) -> None:
    """Run a WSGI application (PEP 3333) for one page and pass on what it says. Raises ClientGone, or what it raises."""
    started: list[tuple[int, Headers]] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
        if exc_info and started:
            raise exc_info[1].with_traceback(exc_info[2])
        started.append((int(status.split(" ", 1)[0]), headers))
        return _no_write

    response = application(page.environ, start_response)
    try:
        if not getattr(response, "streaming", False):
            page.reply.whole(*started[-1], b"".join(response))
            return
        page.reply.begin(*started[-1])
        for piece in _pieces(response):
            page.reply.piece(piece)
        page.reply.end()
    finally:
        close = getattr(response, "close", None)
        if close:
            close()  # Django's request_finished: connections that broke are given up here


def _pieces(response: Any) -> Iterator[bytes]:
    """The parts of a streamed response: files in blocks worth a hop to the event loop, the rest as it comes."""
    file = getattr(response, "file_to_stream", None)
    if file is None:
        yield from response
        return
    while block := file.read(FILE_BLOCK):
        yield block


def _no_write(_data: bytes) -> None:
    raise NotImplementedError("Django returns its body; nothing of ours uses WSGI's write().")
