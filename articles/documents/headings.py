"""The headings of an article and their ids, which links from elsewhere point to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_NOT_A_WORD = re.compile(r"[^\w]+|_+")
_MAX_ID = 60


@dataclass(frozen=True)
class Heading:
    """A heading as rendered: the level of its element (2 to 6), its id without #, its text."""

    level: int
    id: str
    text: str


class HeadingIds:
    """Gives each heading of one document an id of its own: its text, and a number from the second of the same text on.

    An id depends only on the text and on equal headings before it, so it stays when others are added or changed.
    """

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._next: dict[str, int] = {}

    def make(self, text: str) -> str:
        """The id of the next heading."""
        base = slug(text)
        made = base
        number = self._next.get(base, 2)
        while made in self._used:
            made = f"{base}-{number}"
            number += 1
        self._next[base] = number
        self._used.add(made)
        return made


def slug(text: str) -> str:
    """Small letters without accents, words joined by hyphens: "Öppettider & avgifter" → "oppettider-avgifter".

    Scripts without Latin letters keep their own.
    """
    folded = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in folded if not unicodedata.combining(character)).lower()
    words = [word for word in _NOT_A_WORD.split(plain) if word]
    made = ""
    for word in words:
        if made and len(made) + len(word) >= _MAX_ID:
            break
        made = f"{made}-{word}" if made else word[:_MAX_ID]
    return made or "section"
