"""What is sent to open pages: JSON texts, encoded once however many receive them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from articles.sockets.wire import TEXT, encoded


class Frame:
    """One message. `seq` is that of its event, or None for what is not in the log.

    Sockets and streams get the same JSON text in their own wrapping; each wrapping is made once, when first needed.
    """

    def __init__(self, content: dict[str, Any], seq: int | None = None) -> None:
        self.content = content
        self.seq = seq

    @cached_property
    def text(self) -> str:
        """The JSON."""
        return json.dumps(self.content, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def websocket(self) -> bytes:
        """The JSON as a text frame, as it goes over the wire."""
        return encoded(self.text.encode(), TEXT)

    @cached_property
    def stream(self) -> bytes:
        """A server-sent event (HTML standard, 9.2.5). JSON has no line breaks of its own, so one `data:` line."""
        if self.content["type"] == "ping":
            return b": ping\n\n"
        head = f"id: {self.seq}\n" if self.seq is not None else ""
        return f"{head}data: {self.text}\n\n".encode()

    def __repr__(self) -> str:
        return f"<Frame {self.text[:80]}>"


def hello(cursor: int) -> Frame:
    """The first frame: `cursor` is the newest event of the installation."""
    return Frame({"type": "hello", "cursor": cursor})


def gone(article_ids: Iterable[int]) -> Frame:
    """These articles are not there (any more), or not for this reader: which of the two is nobody's business."""
    return Frame({"type": "gone", "articles": sorted(article_ids)})


def presence(article_id: int, reading: list[str], editing: list[str]) -> Frame:
    """Who has the article open, and who has its editor open."""
    return Frame({"type": "presence", "article": article_id, "reading": reading, "editing": editing})


RELOAD = Frame({"type": "reload"})
PING = Frame({"type": "ping"})
