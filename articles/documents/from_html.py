"""HTML to a document.

The conversion reads the sanitised tree itself instead of using prosemirror's DOMParser: that one keeps the attributes
of the element that it is reading in rules shared by all threads (two imports at once could exchange the roles of their
passages), compiles a CSS selector for each element and rule (a page of 3,000 words takes seconds), and drops what does
not fit the schema without a word.

Two rules hold everywhere. Text is never lost without a sentence in `losses`. And what is marked for certain roles fails
closed: where the mark cannot be understood or cannot be kept, the text goes with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import html_boxes, html_lists, html_tables  # noqa: F401  (they register their readers)
from .html_blocks import Flow, Reader
from .losses import Losses
from .sanitise import sanitised
from .schema import Document, Node, check_document


@dataclass(frozen=True)
class Converted:
    """A document made from a text, and what could not be kept: sentences for people, in their language."""

    document: Document
    losses: list[str]


def from_html(html: str) -> Converted:
    """Make a document of foreign HTML, or of what `render` wrote.

    Takes a page or a part of one, of at most 2 MB. Gives a valid document in canonical form. Raises DocumentError when
    the HTML is too large, nested too deeply, or makes a document over the limits of `check_document`.
    """
    return convert_html(html, Losses())


def convert_html(html: str, losses: Losses) -> Converted:
    """`from_html` for a caller that has losses of its own to tell."""
    root = sanitised(html, losses)
    flow = Flow(Reader(losses))
    flow.children(root, ())
    blocks: list[Node] = flow.finish() or [{"type": "paragraph"}]
    document: dict[str, Any] = {"type": "doc", "content": blocks}
    check_document(document)
    return Converted(document, losses.sentences())
