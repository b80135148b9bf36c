"""A document as the page of an article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .headings import Heading
from .html_writer import HtmlWriter
from .plain_text import to_text
from .schema import Document, Node


@dataclass(frozen=True)
class Rendered:
    """What readers get of a document: safe HTML, its headings in order, and clean text for a chat or a mail."""

    html: str
    headings: tuple[Heading, ...]
    text: str


def render(document: Document, *, language: str = "en") -> Rendered:
    """Render a valid document.

    `language` is that of the article ("en", "sv"); it chooses the words that the renderer adds. The HTML needs no
    inline styles or scripts, and `from_html` makes the same document of it. Where the text has headings of level 1, all
    headings go one level down, because the title of the article is the only one on its page.
    """
    shift = 1 if any(level == 1 for level in _levels(document)) else 0
    writer = HtmlWriter(language, shift=shift)
    html = writer.inside(document)
    return Rendered(html=html, headings=tuple(writer.headings), text=to_text(document, language=language))


def _levels(node: Node) -> Iterator[int]:
    for child in node.get("content", ()):
        if child["type"] == "heading":
            yield child.get("attrs", {}).get("level", 1)
        elif child["type"] not in ("paragraph", "codeBlock"):
            yield from _levels(child)
