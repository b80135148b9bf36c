"""daphne inside our own process: it listens, tells when it does, and ends cleanly."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import threading
from collections.abc import Awaitable, Callable
from typing import Any

# daphne.server installs the reactor: it must come before everything else of twisted.
import daphne.server  # isort: skip
from daphne.http_protocol import HTTPFactory
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import defer, reactor
from twisted.internet.error import CannotListenError
from twisted.logger import globalLogBeginner

from .pages import PagePool
from .requests import CentreRequest
from .socket_protocol import SocketProtocol

logger = logging.getLogger(__name__)
BACKLOG = 4096  # a whole centre reconnects at once after a restart
GOING_AWAY = 1001
GRACE_SECONDS = 4.0
LAST_RESORT_SECONDS = 15.0
# A long edit made offline comes back as one message; daphne's 1 MiB would refuse it for ever.
MESSAGE_BYTES = 16 * 1024 * 1024


class CannotListen(Exception):
    """The address is taken, or not ours; the message says which."""


class _RequestFactory(HTTPFactory):
    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - twisted's name
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = CentreRequest
        return protocol

    def log(self, request: Any) -> None:
        """No access log: a proxy keeps one, and formatting the lines costs more than answering some requests."""


class CentreServer(daphne.server.Server):
    """Serves pages through `pages` and everything else through the ASGI `application`, until told to stop.

    `is_stream(path)` tells which HTTP paths go to ASGI, `body_limit(path)` how many bytes a request may bring.
    """

    def __init__(
        self,
        application: Callable[..., Awaitable[None]],
        pages: PagePool,
        *,
        host: str,
        port: int,
        is_stream: Callable[[str], bool],
        body_limit: Callable[[str], int],
    ) -> None:
        super().__init__(
            application,
            endpoints=[f"{host}:{port}"],
            websocket_timeout=-1,  # sockets live as long as the page; sessions are checked by the hub
            # After a restart everybody signs in at once, so the last one waits for its answer.
            websocket_handshake_timeout=60,
            websocket_connect_timeout=60,
            server_name="",
            websocket_max_message_size=MESSAGE_BYTES,
            websocket_max_frame_size=MESSAGE_BYTES,
        )
        self.pages, self.is_stream, self.body_limit = pages, is_stream, body_limit
        self.host, self.port = host, port
        self.connections: dict[Any, dict[str, Any]] = {}
        self.loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop
        self._stopping: asyncio.Task[None] | None = None
        self._before_goodbye: list[Callable[[], Awaitable[None]]] = []
        self._before_stop: list[Callable[[], Awaitable[None]]] = []

    def before_goodbye(self, function: Callable[[], Awaitable[None]]) -> None:
        """Have a coroutine function run when the server stops, before the sockets are told that it does."""
        self._before_goodbye.append(function)

    def before_stop(self, function: Callable[[], Awaitable[None]]) -> None:
        """Have a coroutine function run when the server stops, before it lets go of its connections."""
        self._before_stop.append(function)

    def run(self, ready: Callable[[str], None]) -> None:
        """Listen, call `ready` with the address, and serve until SIGTERM or SIGINT. Raises CannotListen."""
        asyncio.set_event_loop(self.loop)
        raise_open_files()
        self._make_factories()
        try:
            listener = reactor.listenTCP(self.port, self.http_factory, backlog=BACKLOG, interface=self.host)
        except CannotListenError as problem:
            raise CannotListen(str(problem)) from None
        self.listeners = [listener]
        self.port = listener.getHost().port
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, self.begin_stop)
        self.pages.start()
        shown = f"[{self.host}]" if ":" in self.host else self.host
        reactor.callWhenRunning(ready, f"http://{shown}:{self.port}")
        reactor.run(installSignalHandlers=False)

    def _make_factories(self) -> None:
        globalLogBeginner.beginLoggingTo([lambda _: None], redirectStandardIO=False, discardBuffer=True)
        self.http_factory = _RequestFactory(self)
        self.ws_factory = WebSocketFactory(self, server="")
        self.ws_factory.protocol = SocketProtocol
        self.ws_factory.setProtocolOptions(
            autoPingTimeout=self.ping_timeout,
            allowNullOrigin=True,  # refused by the application, which knows the rules
            openHandshakeTimeout=self.websocket_handshake_timeout,
            # Long enough for a slow reader to come to the frame that tells why.
            closeHandshakeTimeout=30,
            maxMessagePayloadSize=self.websocket_max_message_size,
            maxFramePayloadSize=self.websocket_max_frame_size,
        )
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)

    # --- The end --------------------------------------------------------------------------------

    def begin_stop(self) -> None:
        """Stop soon: called by the signals. A second signal changes nothing; a third party has SIGKILL."""
        if self._stopping is None:
            last_resort = threading.Timer(LAST_RESORT_SECONDS, os._exit, (1,))
            last_resort.daemon = True
            last_resort.start()  # a thread that waits for a dead database would keep the process for minutes
            self._stopping = self.loop.create_task(self._stop())

    async def _stop(self) -> None:
        try:
            await asyncio.wait_for(self._let_go(), GRACE_SECONDS * 2)
        except TimeoutError:
            logger.warning("Not everything ended in time; what was unfinished is taken up at the next start.")
        except Exception:
            logger.exception("Stopping did not go as it should")
        finally:
            reactor.stop()

    async def _let_go(self) -> None:
        """Listen no more, finish what was asked, tell the sockets, end what else runs."""
        for listener in self.listeners:
            await defer.ensureDeferred(_closed(listener)).asFuture(self.loop)
        await asyncio.gather(*(function() for function in self._before_goodbye))
        for protocol in list(self.connections):
            if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
                protocol.sendCloseFrame(code=GOING_AWAY)
        await asyncio.gather(
            asyncio.to_thread(self.pages.stop, GRACE_SECONDS),
            *(function() for function in self._before_stop),
            self._sockets_closed(),
        )

    async def _sockets_closed(self) -> None:
        """Wait a moment until the clients have answered the close frame."""
        for _ in range(20):
            if not any(isinstance(p, WebSocketProtocol) and p.state != p.STATE_CLOSED for p in self.connections):
                return
            await asyncio.sleep(0.05)

    def kill_all_applications(self) -> Any:
        """Cancel what still runs; daphne's own stumbles over connections without an ASGI application: our pages."""
        running = [d["application_instance"] for d in self.connections.values() if "application_instance" in d]
        for task in running:
            task.cancel()
        waiting = asyncio.wait(running, timeout=2) if running else asyncio.sleep(0)
        return defer.Deferred.fromFuture(asyncio.ensure_future(waiting, loop=self.loop))


async def _closed(listener: Any) -> None:
    await defer.maybeDeferred(listener.stopListening)


def raise_open_files() -> None:
    """Allow as many open files as we may have: each open page holds one, and 1,024 is a usual default."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
