"""Clients of the running product, as browsers and programs are: a session with its cookies, sockets, streams."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.services.site import Site

PATIENCE = 10.0  # seconds that a test waits for what should take a fraction of one
Frame = dict[str, Any]


@dataclass
class Answer:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: list[str] = field(default_factory=list)

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass
class Visitor:
    """Somebody at a browser: `url` is where the centre answers, `cookies` are kept from answer to answer."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request on a connection of its own; redirects are not followed."""
        target = urlsplit(self.url)
        connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=30)
        try:
            connection.request(method, path, body, {**self.headers(), **(headers or {})})
            response = connection.getresponse()
            cookies = response.headers.get_all("Set-Cookie") or []
            for cookie in cookies:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(response.status, dict(response.headers), response.read(), cookies)
        finally:
            connection.close()

    def headers(self) -> dict[str, str]:
        """What goes with every request of this visitor."""
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)}

    def sign_in(self, username: str, password: str = "demo") -> Visitor:
        """Through the form, as a person does."""
        self.submit("/accounts/login/", login=username, password=password)
        assert self.cookies.get("sessionid"), f"{username} could not sign in"
        return self

    def sign_out(self) -> None:
        """Through the form."""
        self.submit("/accounts/logout/")

    def submit(self, path: str, **fields: str) -> Answer:
        """Send a form with the token that its page carries."""
        page = self.request("GET", path)
        found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
        assert found, f"{path} has no form: {page.status}"
        body = urlencode({**fields, "csrfmiddlewaretoken": found[1].decode()}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": self.url + path}
        return self.request("POST", path, body, headers)

    def api(self, method: str, path: str, data: Any = None) -> Any:
        """Call the API and give what it answers. Fails the test on an error."""
        answer = self.try_api(method, path, data)
        assert answer.status < 400, f"{method} {path}: {answer.status} {answer.body.decode()[:500]}"
        return answer.json() if answer.body else None

    def try_api(self, method: str, path: str, data: Any = None) -> Answer:
        """Call the API and give the answer whatever it is."""
        headers = {"Content-Type": "application/json"}
        if "csrftoken" in self.cookies:
            headers["X-CSRFToken"] = self.cookies["csrftoken"]
        body = None if data is None else json.dumps(data).encode()
        return self.request(method, f"/api/v1/{path}", body, headers)

    async def call(self, method: str, path: str, data: Any = None) -> Any:
        """`api`, without keeping the event loop waiting."""
        return await asyncio.to_thread(self.api, method, path, data)

    @asynccontextmanager
    async def socket(
        self,
        since: int | None = None,
        *,
        watch: list[int] | None = None,
        query: str = "",
        small: bool = False,
        **options: Any,
    ) -> AsyncIterator[Socket]:
        """An open socket. `query` is used as it is; `options` are those of websockets' connect.

        `small`: the system receives little for it, so that what is not read is soon noticed by the server.
        """
        if small:
            options |= {"sock": _small_connection(self.url), "max_queue": 1, "max_size": None, "ping_interval": None}
        parts = [query] if query else []
        parts += [f"since={since}"] if since is not None else []
        parts += ["watch=" + ",".join(map(str, watch))] if watch else []
        address = self.url.replace("http", "ws", 1) + "/ws/events/" + ("?" + "&".join(parts) if parts else "")
        extra = {**self.headers(), **options.pop("additional_headers", {})}
        async with connect(address, additional_headers=extra, compression=None, **options) as raw:
            yield Socket(raw)


@dataclass
class Socket:
    """A socket, and every frame that came over it."""

    raw: ClientConnection
    frames: list[Frame] = field(default_factory=list)

    async def next(self, seconds: float = PATIENCE) -> Frame:
        """The next frame, whatever it is. Raises TimeoutError, ConnectionClosed."""
        frame: Frame = json.loads(await asyncio.wait_for(self.raw.recv(), seconds))
        self.frames.append(frame)
        return frame

    async def until(self, seconds: float = PATIENCE, **wanted: Any) -> Frame:
        """The next frame that has these values; what comes before it is kept in `frames`. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.next(seconds)
                if all(frame.get(name) == value for name, value in wanted.items()):
                    return frame

    async def hello(self) -> int:
        """The first frame; gives its cursor."""
        frame = await self.next()
        assert frame["type"] == "hello", frame
        cursor: int = frame["cursor"]
        return cursor

    async def watch(self, *articles: int) -> None:
        """Say which articles are open."""
        await self.raw.send(json.dumps({"type": "watch", "articles": list(articles)}))

    async def quiet(self, seconds: float) -> list[Frame]:
        """What comes within a while; presence, pings and news of the inbox left out.

        The dispatcher tells people of what happened before whenever it comes to it.
        """
        came: list[Frame] = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    frame = await self.next(seconds)
                    if frame["type"] not in ("presence", "ping") and frame.get("kind") != "notification.created":
                        came.append(frame)
        except TimeoutError:
            return came

    async def closed(self, seconds: float = PATIENCE) -> int | None:
        """Wait until the server closes, reading on; gives the close code."""
        async with asyncio.timeout(seconds):
            try:
                while True:
                    await self.next(seconds)
            except ConnectionClosed:
                return self.raw.close_code

    @property
    def events(self) -> list[Frame]:
        """The event frames that came so far."""
        return [frame for frame in self.frames if frame["type"] == "event"]


def visitor(site: Site, username: str) -> Visitor:
    """Somebody of the demo centre, signed in."""
    return Visitor(site.url).sign_in(username)


@dataclass
class Stream:
    """Server-sent events, read as they come: blocks of lines, and the frames in them."""

    status: int
    headers: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    blocks: list[list[str]] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    _rest: str = ""

    async def next(self, seconds: float = PATIENCE) -> Frame:
        """The next frame. Raises TimeoutError, EOFError at the end."""
        while True:
            while "\n\n" not in self._rest:
                self._rest += await asyncio.wait_for(self._chunk(), seconds)
            block, _, self._rest = self._rest.partition("\n\n")
            self.blocks.append(block.split("\n"))
            for line in self.blocks[-1]:
                if line.startswith("data: "):
                    self.frames.append(json.loads(line[6:]))
                    return self.frames[-1]

    async def until(self, seconds: float = PATIENCE, **wanted: Any) -> Frame:
        """The next frame that has these values."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.next(seconds)
                if all(frame.get(name) == value for name, value in wanted.items()):
                    return frame

    async def ended(self, seconds: float = PATIENCE) -> bool:
        """Read on until the server ends it, properly or not. Raises TimeoutError when it stays open in silence."""
        try:
            while True:
                await self.next(seconds)
        except (EOFError, OSError, ValueError):
            return True

    async def _chunk(self) -> str:
        size = int((await self.reader.readline()).strip() or b"0", 16)
        if size == 0:
            raise EOFError
        chunk = await self.reader.readexactly(size + 2)
        return chunk[:-2].decode()

    @property
    def events(self) -> list[Frame]:
        """The event frames that came so far."""
        return [frame for frame in self.frames if frame["type"] == "event"]


def _small_connection(url: str) -> socket.socket:
    """A connection for which the system keeps 64 kB; left to itself, Linux lets that grow to 32 MB."""
    target = urlsplit(url)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)  # before connecting: it sets the window
    connection.connect((target.hostname, target.port))
    return connection


@asynccontextmanager
async def open_stream(
    who: Visitor, query: str = "", *, small: bool = False, headers: dict[str, str] | None = None
) -> AsyncIterator[Stream]:
    """An open stream of events, as `curl --no-buffer` would read it. `small`: as for a socket."""
    target = urlsplit(who.url)
    where: dict[str, Any] = {"host": target.hostname, "port": target.port}
    reader, writer = await asyncio.open_connection(**({"sock": _small_connection(who.url)} if small else where))
    lines = {"Host": target.netloc, "Accept": "text/event-stream", **who.headers(), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(f"GET /api/v1/events/stream{query} HTTP/1.1\r\n{head}\r\n".encode())
    answer = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode().split("\r\n")
    received = dict(line.lower().split(": ", 1) for line in answer[1:] if line)
    try:
        yield Stream(int(answer[0].split()[1]), received, reader, writer)
    finally:
        writer.close()
