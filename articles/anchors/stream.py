"""What a document says as one run of characters without white space: the measure in which passages are found again.

A browser joins the texts of a selection in its own way (line ends between blocks, or none); without white space all
agree. `static/src/anchors/stream.ts` makes the same of the page. Positions count characters of this run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .. import documents

# For each marked passage around a text the roles of which a reader needs one.
Requirement = frozenset[frozenset[str]]
FREE: Requirement = frozenset()
# Also what is neither seen nor reliably copied: soft hyphens, zero-width characters.
_SPACE = re.compile(r"[\s\x1c-\x1f\x85\u00ad\u180e\u200b-\u200f\u2060\ufeff]+")


def squeezed(text: str) -> str:
    """The text without white space."""
    return _SPACE.sub("", text)


@dataclass(frozen=True)
class Stream:
    """The characters of a document in order, and which of them are for certain readers only."""

    text: str
    guards: tuple[tuple[int, int, Requirement], ...] = ()  # (start, end, what it takes), in order

    @classmethod
    def of(cls, document: dict[str, Any], language: str) -> Stream:
        """The stream of a valid document; what is marked for nobody is left out. `language` is the article's."""
        parts: list[str] = []
        guards: list[tuple[int, int, Requirement]] = []
        at = 0
        for piece in documents.said(document, language=language):
            text = squeezed(piece.text)
            if not text:
                continue
            if piece.roles:
                guards.append((at, at + len(text), frozenset(piece.roles)))
            parts.append(text)
            at += len(text)
        return cls("".join(parts), tuple(guards))

    def runs_for(self, roles: frozenset[str]) -> list[tuple[int, int]]:
        """The runs that a reader with these passage roles gets, in order, without gaps between equal neighbours."""
        runs: list[tuple[int, int]] = []
        at = 0
        for start, end, needed in self.guards:
            if not satisfied(needed, roles):
                if start > at:
                    runs.append((at, start))
                at = end
        if at < len(self.text):
            runs.append((at, len(self.text)))
        return runs

    def seen_by(self, roles: frozenset[str]) -> Seen:
        """What a reader with these passage roles gets of it."""
        return Seen(self, tuple(self.runs_for(roles)))

    def needed_for(self, start: int, end: int, quote: str) -> Requirement:
        """What it takes to know `quote`, which stands from `start` to `end`.

        A passage for others that was put into the middle afterwards is not part of what was quoted.
        """
        found: set[frozenset[str]] = set()
        for run_start, run_end, needed in self.guards:
            run_start, run_end = max(run_start, start), min(run_end, end)
            if run_start >= run_end:
                continue
            if run_start == start or run_end == end or self.text[run_start:run_end] in quote:
                found |= needed
        return frozenset(found)


@dataclass(frozen=True)
class Seen:
    """The part of a stream that a reader gets: positions of theirs and of the whole lead to each other."""

    stream: Stream
    runs: tuple[tuple[int, int], ...]

    @cached_property
    def text(self) -> str:
        """The characters that the reader gets."""
        return "".join(self.stream.text[start:end] for start, end in self.runs)

    def whole(self, start: int, end: int) -> tuple[int, int]:
        """From this reader's positions to those of the whole; `start` < `end`."""
        return self._to_whole(start), self._to_whole(end - 1) + 1

    def own(self, start: int, end: int) -> tuple[int, int] | None:
        """From positions of the whole to this reader's; None when nothing in between is for them."""
        made = self._from_whole(start), self._from_whole(end)
        return made if made[0] < made[1] else None

    def _to_whole(self, at: int) -> int:
        for start, end in self.runs:
            if at < end - start:
                return start + at
            at -= end - start
        raise IndexError(at)

    def _from_whole(self, at: int) -> int:
        return sum(min(at, end) - start for start, end in self.runs if start < at)


def satisfied(needed: Requirement, roles: frozenset[str]) -> bool:
    """Whether a reader with these roles gets a text that takes this."""
    return all(group & roles for group in needed)


def requirement(groups: Any) -> Requirement:
    """A requirement as it is stored: lists of lists."""
    return frozenset(frozenset(group) for group in groups)


def stored(needed: Requirement) -> list[list[str]]:
    """A requirement as JSON, always in the same order."""
    return sorted(sorted(group) for group in needed)


def utf16(text: str) -> int:
    """The length of a text as a browser counts it."""
    return len(text) + sum(char > "\uffff" for char in text)


def occurrences(text: str, wanted: str) -> Iterator[int]:
    """Where `wanted` stands in a text, overlapping ones too."""
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)
