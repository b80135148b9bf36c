"""The words of a draft in the order in which its page would show them, each with the run of text that it is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from .said import label_of
from .schema import MAX_DEPTH
from .ydoc import FRAGMENT
from .ydoc_sync import attributes_of
from .ydoc_text import text_parts


@dataclass(frozen=True, slots=True)
class DraftPiece:
    """Some text of a draft. `run` is None for a label, which is no text in the draft."""

    text: str
    run: XmlText | None


def draft_said(doc: Doc, *, language: str = "en") -> list[DraftPiece]:
    """What `said` gives for the document in a draft, in pieces as the draft has them. What is nested too deeply for a
    document is left out."""
    with doc.transaction():
        return list(_said(doc.get(FRAGMENT, type=XmlFragment), language, 0))


def _said(parent: XmlFragment | XmlElement, language: str, depth: int) -> Iterator[DraftPiece]:
    if depth > MAX_DEPTH:
        return
    for child in parent.children:
        if isinstance(child, XmlText):
            yield DraftPiece("".join(text for text, _marks in text_parts(child)), child)
        elif isinstance(child, XmlElement):
            if shown := label_of(child.tag or "", attributes_of(child), language):
                yield DraftPiece(shown, None)
            yield from _said(child, language, depth + 1)
