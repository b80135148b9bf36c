"""One HTTP request: pages to the thread pool, sockets and streams to ASGI; bodies spooled and bounded."""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
from http import HTTPStatus
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from daphne.http_protocol import WebRequest
from twisted.internet.interfaces import IPushProducer
from twisted.web.http import datetimeToString
from zope.interface import implementer

from .pages import ClientGone, Headers, Page

if TYPE_CHECKING:
    from .server import CentreServer

BLOCK = 64 * 1024
IN_MEMORY = 1024 * 1024
DRAIN_SECONDS = 30.0  # so long a client may go on sending what was refused


class CentreRequest(WebRequest):
    """A request as twisted has read it: the whole body is in `content`, a file, before `process` is called."""

    server: CentreServer
    content: Any  # the spooled body: a file
    _read = 0
    _too_large = False

    def __init__(self, channel: Any, queued: Any = False) -> None:
        super().__init__(channel, queued)
        # Else twisted would parse forms itself, an upload of 500 MB in memory.
        self._parsePOSTFormSubmission = False

    # --- The body, while it comes in -------------------------------------------------------------

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - twisted's name
        """The headers are read; `length` is what they promise, None for a chunked body."""
        self._target = self.channel._path.split(b"?", 1)[0].decode("latin-1")
        self._limit = self.server.body_limit(self._target)
        too_large = length is not None and length > self._limit
        super().gotLength(0 if too_large else length)
        if too_large:
            self.requestHeaders.removeHeader(b"Expect")  # else twisted would ask for the body
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - twisted's name
        """A part of the body; of what is too large nothing is kept."""
        self._read += len(data)
        if self._too_large:
            return
        if self._read <= self._limit:
            super().handleContentChunk(data)
        else:
            self.content.close()
            self.content = BytesIO()
            self._refuse()

    def _refuse(self) -> None:
        """Answer at once, and read on for a while: many clients look for an answer when they have sent everything."""
        self._too_large = True
        message = f"That is too large: {self._limit // 1024 // 1024} MB are the most."
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")]
        if self._target.startswith("/api/"):
            message = json.dumps({"error": {"code": "too_large", "message": message}})
            headers[0] = ("Content-Type", "application/json")
        self.channel.persistent = False
        self.clientproto = self.channel._version  # twisted notes it when the body is here
        self.answer_begin(413, [*headers, ("Content-Length", str(len(message.encode())))])
        self.answer_piece(message.encode())
        self.server.loop.call_later(DRAIN_SECONDS, self._stop_reading)

    def _stop_reading(self) -> None:
        if not (self.finished or self._disconnected):
            self.channel.forceAbortClient()

    # --- Where it goes -----------------------------------------------------------------------------

    def process(self) -> None:
        """Called by twisted when the request is complete."""
        if self._too_large:
            self.answer_end()
        elif self.requestHeaders.hasHeader(b"Upgrade") or self.server.is_stream(self.path.decode("latin-1")):
            super().process()
        else:
            body, self.content = self.content, None  # the thread's from now on: twisted closes its own on disconnect
            reply = PageReply(self)
            self.server.pages.submit(Page(self._environ(body), body, reply))

    def _environ(self, body: IO[bytes]) -> dict[str, Any]:
        """The WSGI environment (PEP 3333) of this request."""
        path, _, query = self.uri.partition(b"?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method.decode("latin-1"),
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
            "SERVER_PROTOCOL": self.clientproto.decode("latin-1"),
            "SERVER_NAME": str(self.host.host),
            "SERVER_PORT": str(self.host.port),
            "REMOTE_ADDR": str(self.client.host),
            "REMOTE_PORT": str(self.client.port),
            # Behind a proxy that ends TLS, SECURE_PROXY_SSL_HEADER of the settings tells Django.
            "wsgi.url_scheme": "https" if self.isSecure() else "http",
            "wsgi.version": (1, 0),
            "wsgi.input": body,
            "wsgi.errors": _Errors,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, values in self.requestHeaders.getAllRawHeaders():
            if b"_" in name:
                continue  # X_Forwarded_For would pass as X-Forwarded-For (CVE-2015-0219)
            key = name.decode("latin-1").upper().replace("-", "_")
            separator = "; " if key == "COOKIE" else ","
            value = separator.join(value.decode("latin-1") for value in values)
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
        if self._read:
            environ["CONTENT_LENGTH"] = str(self._read)  # also of a chunked body: it is all here
        return environ

    # --- The answer (in the event loop) --------------------------------------------------------------

    def answer_begin(self, status: int, headers: Headers) -> None:
        """Write status and headers; does nothing when the client is gone."""
        if self._disconnected or self.finished:
            return
        phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
        self.setResponseCode(status, phrase.encode())
        self.setHeader(b"date", datetimeToString())
        for name, value in headers:
            self.responseHeaders.addRawHeader(name, value.encode("latin-1"))
        self.write(b"")  # the headers; twisted adds chunked coding where no length is given

    def answer_whole(self, status: int, headers: Headers, body: bytes) -> None:
        """Write a complete answer."""
        self.answer_begin(status, headers)
        self.answer_piece(body)
        self.answer_end()

    def answer_piece(self, data: bytes) -> None:
        """Write a part of the body."""
        if data and not (self._disconnected or self.finished):
            self.write(data)

    def answer_end(self) -> None:
        """Finish; the connection is free for the next request."""
        if not (self._disconnected or self.finished):
            self.finish()


@implementer(IPushProducer)
class PageReply:
    """The answer of a page on its way from a thread to a client.

    A streamed answer is put into a spool (memory, then a file) as fast as the page makes it and sent as fast as the
    client reads it: four people on slow lines must not hold the four threads that all others need.
    """

    def __init__(self, request: CentreRequest) -> None:
        self._request = request
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._spool: IO[bytes] | None = None
        self._written = self._sent = 0
        self._ended = self._paused = self._scheduled = False

    def gone(self) -> bool:
        return bool(self._request._disconnected)

    def whole(self, status: int, headers: Headers, body: bytes) -> None:
        self._call(self._request.answer_whole, status, headers, body)

    def begin(self, status: int, headers: Headers) -> None:
        self._spool = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when all is sent
        self._call(self._begin, status, headers)

    def piece(self, data: bytes) -> None:
        if self.gone() or self._spool is None:
            raise ClientGone
        with self._lock:
            self._spool.seek(self._written)
            self._spool.write(data)
            self._written += len(data)
        self._schedule()

    def end(self) -> None:
        with self._lock:
            self._ended = True
        self._schedule()

    # --- In the event loop ---------------------------------------------------------------------------

    def _begin(self, status: int, headers: Headers) -> None:
        if not self.gone():
            self._request.registerProducer(self, True)
            self._request.answer_begin(status, headers)

    def _schedule(self) -> None:
        with self._lock:
            if self._scheduled:
                return
            self._scheduled = True
        self._call(self._send)

    def _call(self, function: Any, *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the loop is closed: the process ends
            raise ClientGone from None

    def _send(self) -> None:
        with self._lock:
            self._scheduled = False
        while not self._paused and not self.gone() and self._spool is not None:
            with self._lock:
                self._spool.seek(self._sent)
                data = self._spool.read(min(BLOCK, self._written - self._sent))
                self._sent += len(data)
                ended = self._ended and self._sent == self._written
            self._request.answer_piece(data)
            if ended:
                self._close()
                self._request.unregisterProducer()
                self._request.answer_end()
            if not data:
                return

    def _close(self) -> None:
        with self._lock:
            spool, self._spool = self._spool, None
        if spool is not None:
            spool.close()

    # --- twisted's producer: told how fast the client reads --------------------------------------------

    def pauseProducing(self) -> None:  # noqa: N802
        self._paused = True

    def resumeProducing(self) -> None:  # noqa: N802
        self._paused = False
        self._send()

    def stopProducing(self) -> None:  # noqa: N802
        """The client is gone."""
        self._close()


class _Errors:
    """WSGI's error stream. Django logs through logging; what else is written here is nobody's."""

    @staticmethod
    def write(_text: str) -> None:
        """Drop it."""

    @staticmethod
    def flush() -> None:
        """Nothing is kept."""
