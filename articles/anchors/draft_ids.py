"""Which characters of a draft a passage is made of, by their Yjs ids: the relative position of a whole passage.

A Yjs relative position is the id of a character. That of its first and its last one would be enough as long as those
stay; with the ids of all of them a passage is found by whatever of it is left, and it is known how much that is.

Nothing tells the id of a character, but whoever takes it out says by its id what is gone: so it is taken out of a copy
of the draft that nobody ever sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pycrdt import Doc, TransactionEvent, XmlText

from .. import documents
from ..drafts import structs
from .stream import squeezed

Span = tuple[int, int, int]  # client, clock, length: that of a character is 2 where JavaScript counts two
Ranges = list[list[int]]  # spans as JSON
Deleted = structs.Ranges


@dataclass(frozen=True)
class DraftStream:
    """What a draft says, without white space; each character's piece, and its place among the characters of that."""

    doc: Doc
    language: str
    pieces: list[documents.DraftPiece]
    text: str
    starts: list[int]  # where each piece begins in `text`

    @classmethod
    def of(cls, doc: Doc, language: str) -> DraftStream:
        """The stream of a draft."""
        pieces = documents.draft_said(doc, language=language)
        texts = [squeezed(piece.text) for piece in pieces]
        starts, at = [], 0
        for text in texts:
            starts.append(at)
            at += len(text)
        return cls(doc, language, pieces, "".join(texts), starts)

    def ids(self, start: int, end: int) -> Ranges:
        """The ids of the characters between two positions."""
        wanted = [
            index
            for index, piece in enumerate(self.pieces)
            if piece.run is not None and self.starts[index] < end and start < self._end(index)
        ]
        found: list[Span] = []
        for index, ids in _ids_of(self.doc, self.language, wanted).items():
            low, high = max(start - self.starts[index], 0), end - self.starts[index]
            found += ids[low:high]
        return _as_ranges(found)

    def survivors(self, passages: Iterable[Ranges]) -> list[tuple[int, int] | None]:
        """For each passage where what is left of it stands, from its first to its last character; None: nothing is."""
        wanted = list(passages)
        owners: dict[structs.Id, list[int]] = {}
        for number, ranges in enumerate(wanted):
            for client, clock, length in ranges:
                for at in range(clock, clock + length):
                    owners.setdefault((client, at), []).append(number)
        everything = structs.Ranges((client, clock, clock + 1) for client, clock in owners)
        found: list[tuple[int, int] | None] = [None] * len(wanted)
        for index, ids in _ids_of(self.doc, self.language, self._runs_with(everything)).items():
            for at, (client, clock, _length) in enumerate(ids, start=self.starts[index]):
                for number in owners.get((client, clock), ()):
                    before = found[number]
                    found[number] = (before[0] if before else at, at + 1)
        return found

    def _end(self, index: int) -> int:
        return self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)

    def _runs_with(self, ids: structs.Ranges) -> list[int]:
        """The pieces that hold one of these characters: what is deleted with a run names all that is in it."""
        copy, pieces = _copy(self.doc, self.language)
        touched = []
        with _deletions(copy) as told:
            for index, piece in enumerate(pieces):
                if piece.run is None or not piece.text:
                    continue
                told.clear()
                del piece.run[0 : len(piece.run)]
                if any(_overlap(ids, *part) for deleted in told for part in deleted):
                    touched.append(index)
        return touched


def _ids_of(doc: Doc, language: str, indexes: Iterable[int]) -> dict[int, list[Span]]:
    """The ids of the characters (but white space) of some pieces of a draft, in the order of the pieces."""
    wanted = sorted(indexes)
    if not wanted:
        return {}
    copy, pieces = _copy(doc, language)
    with _deletions(copy) as told:
        return {index: _ids_in(piece.run, piece.text, told) for index in wanted if (piece := pieces[index]).run}


def _ids_in(run: XmlText, text: str, told: list[Deleted]) -> list[Span]:
    """Take a run away letter by letter, from its end on, and note which went each time."""
    ids, end = [], len(text.encode())
    for char in reversed(text):
        start = end - len(char.encode())
        if squeezed(char):
            told.clear()
            del run[start:end]
            client, low, high = next(iter(told[0]))
            ids.append((client, low, high - low))
        end = start
    return ids[::-1]


def _copy(doc: Doc, language: str) -> tuple[Doc, list[documents.DraftPiece]]:
    copy: Doc = Doc()
    copy.apply_update(doc.get_update())
    return copy, documents.draft_said(copy, language=language)


@contextmanager
def _deletions(copy: Doc) -> Iterator[list[Deleted]]:
    """The list to which every transaction that deletes something adds what."""
    told: list[Deleted] = []

    def hear(event: TransactionEvent) -> None:
        _structs, deleted = structs.read_update(event.update)
        told.append(deleted)

    listener = copy.observe(hear)
    try:
        yield told
    finally:
        copy.unobserve(listener)


def _overlap(ids: structs.Ranges, client: int, start: int, end: int) -> bool:
    return any(one == client and low < end and start < high for one, low, high in ids)


def _as_ranges(ids: Iterable[Span]) -> Ranges:
    """Ids in the order of the text, neighbours together."""
    ranges: Ranges = []
    for client, clock, length in ids:
        last = ranges[-1] if ranges else None
        if last and last[0] == client and last[1] + last[2] == clock:
            last[2] += length
        else:
            ranges.append([client, clock, length])
    return ranges
