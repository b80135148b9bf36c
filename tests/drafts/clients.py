"""An editor as a script: a Yjs document of its own, kept in step with the server over a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, Text, XmlElement, XmlFragment, XmlText
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from articles.drafts import protocol
from articles.drafts.protocol import Aware, Reader
from tests.live.clients import PATIENCE, Visitor


@dataclass
class Editor:
    """One open editor. What it types is sent at once; what comes is applied."""

    raw: ClientConnection
    doc: Doc = field(default_factory=Doc)
    sent: int = 0
    stored: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)
    states: dict[int, dict[str, Any]] = field(default_factory=dict)  # client id → awareness
    frames: list[bytes] = field(default_factory=list)
    synced: bool = False
    clock: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Ask for the draft and listen."""
        self._task = asyncio.create_task(self._listen())
        with suppress(ConnectionClosed):
            await self.raw.send(protocol.step_1(self.doc.get_state()))

    async def _listen(self) -> None:
        try:
            async for frame in self.raw:
                assert isinstance(frame, bytes)
                self.frames.append(frame)
                await self._take(frame)
                self._news.set()
        except ConnectionClosed:
            pass
        finally:
            self._news.set()

    async def _take(self, frame: bytes) -> None:
        reader = Reader(frame)
        kind = reader.number()
        if kind == protocol.SYNC:
            step, content = reader.number(), reader.bytes()
            if step == protocol.STEP_1:
                await self.send_update(self.doc.get_update(content), answer=True)
            else:
                self.doc.apply_update(content)
                self.synced = self.synced or step == protocol.STEP_2
        elif kind == protocol.AWARENESS:
            for entry in protocol.parse_awareness(reader.bytes()):
                if (state := json.loads(entry.state)) is None:
                    self.states.pop(entry.client, None)
                else:
                    self.states[entry.client] = state
        elif kind == protocol.STORED:
            self.stored = reader.number()
        elif kind == protocol.TOLD:
            self.told.append(json.loads(reader.text()))

    async def send_update(self, update: bytes, *, answer: bool = False) -> None:
        """Send an update as it is."""
        if update != b"\x00\x00":
            self.sent += 1
            await self.raw.send((protocol.step_2 if answer else protocol.update)(update))

    async def do(self, change: Callable[[Doc], None]) -> None:
        """Change the document and send what that changed."""
        before = self.doc.get_state()
        change(self.doc)
        await self.send_update(self.doc.get_update(before))

    async def type(self, text: str) -> None:
        """Write at the end of the first paragraph, which is made when there is none."""
        await self.do(lambda doc: write(doc, text))

    async def show(self, **state: Any) -> None:
        """Say where it is."""
        self.clock += 1
        entry = Aware(self.doc.client_id, self.clock, json.dumps(state))
        await self.raw.send(protocol.awareness([entry]))

    async def until(self, true: Callable[[], Any], seconds: float = PATIENCE) -> None:
        """Wait for something to come true, here or with another editor. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not true():
                self._news.clear()
                if not true():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._news.wait(), 0.1)
                    if self.raw.close_code is not None and not true():
                        raise ConnectionError(f"closed with {self.raw.close_code}")

    async def all_stored(self, seconds: float = PATIENCE) -> None:
        """Wait until the server has acknowledged everything that was sent."""
        await self.until(lambda: self.stored >= self.sent, seconds)

    async def closed(self, seconds: float = PATIENCE) -> int | None:
        """Wait until the server closes; gives the code."""
        await asyncio.wait_for(self.raw.wait_closed(), seconds)
        return self.raw.close_code

    @property
    def text(self) -> str:
        """The text of the draft: its paragraphs, one a line."""
        return text_of(self.doc)

    @property
    def rights(self) -> str:
        """What the server said last that this editor may do."""
        return next((one["rights"] for one in reversed(self.told) if "rights" in one), "")


def paragraph(doc: Doc) -> XmlText:
    """The text of the first paragraph, made when there is none."""
    fragment = doc.get("default", type=XmlFragment)
    if not len(fragment.children):
        fragment.children.append(XmlElement("paragraph"))
    element = fragment.children[0]
    if not len(element.children):
        element.children.append(XmlText(""))
    found: XmlText = element.children[0]
    return found


def write(doc: Doc, text: str, at: int | None = None) -> None:
    """Put text into the first paragraph, at its end or at a position in bytes."""
    with doc.transaction():
        run = paragraph(doc)
        run.insert(len(run) if at is None else at, text)


def text_of(doc: Doc) -> str:
    """The text of a draft: its blocks, one a line."""
    lines = []
    for block in doc.get("default", type=XmlFragment).children:
        runs = block.children if isinstance(block, XmlElement) else [block]
        lines.append("".join(str(run) for run in runs if isinstance(run, XmlText)))
    return "\n".join(lines)


def title_of(doc: Doc) -> str:
    """The title in a draft."""
    return str(doc.get("title", type=Text))


def address(who: Visitor, article: int, query: str = "") -> str:
    """Where the socket of a draft is."""
    return f"{who.url.replace('http', 'ws', 1)}/ws/articles/{article}/draft/{query}"


@asynccontextmanager
async def editing(
    who: Visitor, article: int, query: str = "", doc: Doc | None = None, *, wait: bool = True, **options: Any
) -> AsyncIterator[Editor]:
    """An open editor of a draft, in step with the server unless `wait` is False."""
    extra = {**who.headers(), **options.pop("additional_headers", {})}
    async with connect(
        address(who, article, query), additional_headers=extra, compression=None, max_size=None, **options
    ) as raw:
        editor = Editor(raw, doc if doc is not None else Doc())
        await editor.begin()
        if wait:
            await editor.until(lambda: editor.synced)
        try:
            yield editor
        finally:
            if editor._task is not None:
                editor._task.cancel()


async def refused(who: Visitor, article: int, query: str = "", **options: Any) -> int:
    """With which code (or HTTP status) somebody is sent away at the door."""
    try:
        async with editing(who, article, query, wait=False, **options) as editor:
            return await editor.closed() or 0
    except InvalidStatus as answer:
        return answer.response.status_code
