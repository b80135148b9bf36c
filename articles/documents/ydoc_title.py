"""The title of an article while it is edited: the `Y.Text` named `title` of its draft. Empty: as it is published."""

from __future__ import annotations

from typing import Any, cast

from pycrdt import Doc, Text, XmlText

from .characters import clean_text
from .ydoc_text import change_text

TITLE = "title"


def read_title(doc: Doc) -> str:
    """The title in a draft on one line without marks; "" where nobody has changed it."""
    text = doc.get(TITLE, type=Text)
    parts = (part for part, _formatting in text.diff() if isinstance(part, str))
    return " ".join(clean_text("".join(parts)).split())


def write_title(doc: Doc, title: str) -> None:
    """Change the title in a draft, in one transaction and by as few characters as possible: typing in it survives."""
    text: Any = doc.get(TITLE, type=Text)
    with doc.transaction():
        # Text and XmlText are edited alike; an empty title has no parts.
        change_text(cast(XmlText, text), ((title, "{}"),) if title else ())
