"""Many editors type in one draft while everything fails: sockets break, browsers are offline, servers are killed.

Each editor types a character of its own into sentences that all of them write in, and takes back from a paragraph
that is there for it. So every character can be counted: what was acknowledged must be there whenever one looks, and in
the end each is there as often as it was typed.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle

from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.drafts.clients import Editor, editing, text_of
from tests.live.clients import Visitor
from tests.services.site import Process, Site

FIRST = 0x4E00  # one Chinese character for each editor: nobody else types it
NOISE = "x"
PARAGRAPHS = 4
BROKEN = (ConnectionClosed, ConnectionError, OSError, TimeoutError, InvalidHandshake, InvalidMessage, EOFError)


@dataclass
class Writer:
    """A person who types all the time. `typed` counts characters, `safe` those of them that were acknowledged."""

    number: int
    visitors: list[Visitor]
    article: int
    chance: random.Random
    doc: Doc = field(default_factory=Doc)
    typed: int = 0
    safe: int = 0
    breaks: int = 0
    refusals: int = 0

    @property
    def mark(self) -> str:
        return chr(FIRST + self.number)

    async def work(self, until: float, pace: float) -> None:
        """Type until a moment, with and without a connection."""
        while time.monotonic() < until:
            with suppress(*BROKEN):
                await self._online(min(until, time.monotonic() + self.chance.uniform(1, 8)), pace)
            self.breaks += 1
            for _ in range(self.chance.choice((0, 0, 0, 1, 3, 10))):  # offline: it types on
                self._type()
                await asyncio.sleep(pace)
            await asyncio.sleep(self.chance.uniform(0, 0.5))

    async def _online(self, until: float, pace: float) -> None:
        visitor = self.chance.choice(self.visitors)
        async with editing(visitor, self.article, doc=self.doc, open_timeout=5, ping_interval=None) as editor:
            sent = {editor.sent: self.typed}  # after so many updates, so many characters have been sent
            while time.monotonic() < until:
                before = self.doc.get_state()
                self._type()
                await editor.send_update(self.doc.get_update(before))
                sent[editor.sent] = self.typed
                if self.chance.random() < 0.3:
                    await editor.show(cursor=self.typed)
                await asyncio.sleep(pace * self.chance.uniform(0.3, 1.7))
                self._note(editor, sent)
                if editor.raw.close_code is not None:
                    self.refusals += 1
                    return
            if self.chance.random() < 0.5:
                await asyncio.sleep(0.1)
                self._note(editor, sent)
                editor.raw.transport.abort()

    def _note(self, editor: Editor, sent: dict[int, int]) -> None:
        self.safe = max(self.safe, *(count for number, count in sent.items() if number <= editor.stored), self.safe)

    def _type(self) -> None:
        with self.doc.transaction():
            blocks = self.doc.get("default", type=XmlFragment).children
            if len(blocks) < PARAGRAPHS:
                blocks.append(XmlElement("paragraph", contents=[XmlText(".")]))
            noise, *texts = [block.children[0] for block in list(blocks)[:PARAGRAPHS] if len(block.children)]
            if self.chance.random() < 0.3:
                if len(noise) > 20:
                    at = self.chance.randrange(len(noise) - 5)
                    del noise[at : at + self.chance.randrange(1, 5)]
                else:
                    noise.insert(self.chance.randrange(len(noise) + 1), NOISE * 3)
            text = self.chance.choice(texts) if texts else noise
            text.insert(self._place(str(text)), self.mark)
        self.typed += 1

    def _place(self, text: str) -> int:
        """Somewhere in a text, most often where somebody else has just typed; in bytes."""
        at = self.chance.randrange(len(text) + 1) if self.chance.random() < 0.3 else max(0, len(text) - 3)
        return len(text[:at].encode())


@dataclass
class Report:
    """What happened."""

    typed: int
    safe: int
    breaks: int
    kills: int
    seconds_to_agree: float


async def torture(
    site: Site,
    visitors: list[list[Visitor]],
    article: int,
    *,
    seconds: float,
    kill_every: float,
    pace: float = 0.15,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Have one editor for each list of visitors (the same person at each process) type in an article.

    Raises AssertionError when a character is lost or doubled, or when somebody does not agree in the end.
    """
    writers = [Writer(number, who, article, random.Random(number)) for number, who in enumerate(visitors)]
    await _prepare(visitors[0][0], article)
    ends = time.monotonic() + seconds
    killing = asyncio.create_task(_kill(site, writers, article, ends, kill_every, say))
    await asyncio.gather(*(writer.work(ends, pace) for writer in writers))
    kills = await killing
    began = time.monotonic()
    await _agree(writers, article)
    return Report(
        typed=sum(writer.typed for writer in writers), safe=sum(writer.safe for writer in writers),
        breaks=sum(writer.breaks for writer in writers), kills=kills,
        seconds_to_agree=time.monotonic() - began,
    )  # fmt: skip


async def _prepare(visitor: Visitor, article: int) -> None:
    """A draft with the paragraphs that everybody writes in."""

    def fill(doc: Doc) -> None:
        blocks = doc.get("default", type=XmlFragment).children
        while len(blocks) < PARAGRAPHS:
            blocks.append(XmlElement("paragraph", contents=[XmlText(".")]))

    async with editing(visitor, article) as editor:
        await editor.do(fill)
        await editor.all_stored()


async def _kill(
    site: Site, writers: list[Writer], article: int, ends: float, every: float, say: Callable[[str], None]
) -> int:
    """Kill one server after the other, start it again, and look whether all that was acknowledged is there. Gives how often."""
    webs = [process for process in site.processes if process.port is not None]
    for kills, process in enumerate(cycle(webs)):
        if time.monotonic() + every > ends:
            return kills
        await asyncio.sleep(every)
        await asyncio.to_thread(process.kill)
        promised = [writer.safe for writer in writers]
        await asyncio.to_thread(process.start)
        text = await _read(_at(writers[0].visitors, process), article)
        count = Counter(text)
        for writer, safe in zip(writers, promised, strict=True):
            assert count[writer.mark] >= safe, f"{writer.number} was promised {safe}, and has {count[writer.mark]}"
        say(f"{sum(promised)} characters acknowledged, all there after kill {kills + 1}")
    raise AssertionError("unreachable")


def _at(visitors: list[Visitor], process: Process) -> Visitor:
    return next(one for one in visitors if one.url == process.url)


async def _read(visitor: Visitor, article: int) -> str:
    """The draft as the log has it, read by request."""
    path = f"/api/v1/articles/{article}/draft/updates?wait=0"
    answer = await asyncio.to_thread(visitor.request, "GET", path)
    assert answer.status == 200, answer.body
    doc: Doc = Doc()
    doc.apply_update(answer.body)
    return text_of(doc)


async def _agree(writers: list[Writer], article: int) -> None:
    """Everybody comes back, sends what is left, and reads what the others wrote: all have the same, and all of it."""
    barrier = asyncio.Barrier(len(writers))

    async def come_back(writer: Writer) -> None:
        visitor = writer.visitors[writer.number % len(writer.visitors)]
        async with editing(visitor, article, doc=writer.doc) as editor:
            await editor.all_stored(30)
            await barrier.wait()
            total = sum(one.typed for one in writers)
            await editor.until(lambda: sum(Counter(editor.text)[one.mark] for one in writers) >= total, 30)
            await barrier.wait()

    await asyncio.gather(*(come_back(writer) for writer in writers))
    texts = {text_of(writer.doc) for writer in writers}
    for visitor in writers[0].visitors:
        texts.add(await _read(visitor, article))
        async with editing(visitor, article) as fresh:
            texts.add(fresh.text)
    assert len(texts) == 1, f"there are {len(texts)} texts: {[len(text) for text in texts]}"
    count = Counter(texts.pop())
    for writer in writers:
        assert count[writer.mark] == writer.typed, f"{writer.number}: {count[writer.mark]} of {writer.typed}"
