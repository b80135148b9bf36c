"""One immutable segment of the Whoosh index, read with numpy.

Whoosh's own matcher walks postings one by one in Python: 100 ms for four words in 100,000 texts. A term's blocks,
read whole into two arrays, are scored in 2 ms, and a second time, from memory, in less.
"""

from __future__ import annotations

import io
import pickle
import struct
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Segment as WhooshSegment
from whoosh.codec.whoosh3 import W3TermInfo
from whoosh.reading import TermNotFound
from whoosh.util.numeric import _length_byte_cache

from .cache import BoundedCache
from .schema import ALL, LABEL, MARKED, NUMBERS, TITLE
from .storage import SegmentFiles
from .titles import TitleIndex
from .vocabulary import Vocabulary

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

_MAGIC = b"W3Bl"
_LENGTHS = np.array(_length_byte_cache, dtype=np.float32)  # Whoosh stores the length of a text as one byte


class Postings(NamedTuple):
    """Where a term is: ascending document numbers of the segment, and its weight in each."""

    documents: Ints
    weights: Floats


class Impact(NamedTuple):
    """What a term adds to the score of each document of a segment, but for its rarity, which later commits change.

    `documents` and `all`: from the whole text. `positions` in them, and `title`: from the title.
    """

    documents: Ints
    all: Floats
    positions: NDArray[np.intp]
    title: Floats

    @property
    def nbytes(self) -> int:
        return sum(part.nbytes for part in self)


class Marked(NamedTuple):
    """A text of an article that has passages for certain roles."""

    document: int
    audience: frozenset[str]
    passage_roles: frozenset[str]


class SegmentData:
    """What never changes about a segment. Threads share it; it is let go when the last search has ended.

    Raises OSError, KeyError, ValueError, EOFError or pickle.UnpicklingError for files that cannot be read.
    """

    def __init__(self, folder: Path, segment: WhooshSegment) -> None:
        self.key: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._segment = segment
        self._files = SegmentFiles(folder / segment.make_filename(segment.COMPOUND_EXT))
        codec = segment.codec()
        self._terms = codec.terms_reader(self._files, segment)
        self._stored = codec.per_document_reader(self._files, segment)
        self._postings = self._files.view(segment.make_filename(codec.POSTS_EXT))
        numbers = {name: self._numbers(name) for name in NUMBERS}
        self.article, self.root, self.category = numbers["article"], numbers["root"], numbers["category"]
        self.language, self.version, self.updated = numbers["language"], numbers["version"], numbers["updated"]
        self.lengths = {name: self._field_lengths(name) for name in (TITLE, ALL)}
        self.total_lengths = {name: segment._fieldlengths.get(name, 0) for name in (TITLE, ALL)}
        # Filters look a value up once per distinct value, not once per document.
        self.roots, self.root_codes = np.unique(self.root, return_inverse=True)
        self.categories, self.category_codes = np.unique(self.category, return_inverse=True)
        self._by_article = np.argsort(self.article, kind="stable")
        self.marked = tuple(self._read_marked())

    # --- Columns -----------------------------------------------------------------------------------

    def _column(self, name: str) -> memoryview | None:
        name = self._segment.codec().column_filename(self._segment, name)
        return self._files.view(name) if self._files.file_exists(name) else None

    def _numbers(self, name: str) -> NDArray[np.int64]:
        """A column of numbers; Whoosh leaves out zeros at its end."""
        found = np.zeros(self.size, np.int64)
        column = self._column(name)
        if column:
            values = np.frombuffer(column, ">i8")
            found[: len(values)] = values
        return found

    def _field_lengths(self, field: str) -> Floats:
        codes = np.zeros(self.size, np.uint8)
        column = self._column(f"_{field}_len")
        if column:
            values = np.frombuffer(column, np.uint8)
            codes[: len(values)] = values
        return _LENGTHS[codes]

    @cached_property
    def labels(self) -> list[str]:
        """The titles, by document number."""
        from whoosh.columns import VarBytesColumn

        return [label.decode() for label in self._stored.column_reader(LABEL, VarBytesColumn())]

    def stored(self, document: int) -> dict[str, Any]:
        """The stored fields of a document."""
        found: dict[str, Any] = self._stored.stored_fields(document)
        return found

    def _read_marked(self) -> list[Marked]:
        postings = self.postings(MARKED, "1")
        found = []
        for document in postings.documents.tolist() if postings else ():
            stored = self.stored(document)
            found.append(Marked(document, frozenset(stored["audience"]), frozenset(stored["passage_roles"])))
        return found

    def documents_of(self, articles: NDArray[np.int64]) -> NDArray[np.intp]:
        """The document numbers of some articles (ids), deleted ones among them."""
        ordered = self.article[self._by_article]
        starts = np.searchsorted(ordered, articles, side="left")
        ends = np.searchsorted(ordered, articles, side="right")
        found = [self._by_article[start:end] for start, end in zip(starts, ends, strict=True) if start < end]
        return np.concatenate(found) if found else np.empty(0, np.intp)

    # --- Terms -------------------------------------------------------------------------------------

    def postings(self, field: str, term: str) -> Postings | None:
        """Where a term is; None for nowhere."""
        try:
            info = self._terms.term_info(field, term.encode())
        except TermNotFound:
            return None
        return self._postings_at(info)

    def all_postings(self) -> Iterator[tuple[str, bytes, Postings]]:
        """(field, term, postings) of every term, in order."""
        for (field, term), info in self._terms.items():
            yield field, term, self._postings_at(info)

    def _postings_at(self, info: W3TermInfo) -> Postings:
        start, length = info.extent()
        length = length[0] if isinstance(length, tuple) else length  # Whoosh 2.7 forgets to unpack it
        return _read_blocks(self._postings[start : start + length])

    def impact(self, term: str, norms: dict[str, Floats], k1: float) -> Impact | None:
        """What a term adds to scores (BM25 in the title plus BM25 in the whole text), but for its rarity."""
        everywhere = self.postings(ALL, term)
        if everywhere is None:
            return None
        documents = everywhere.documents
        score = everywhere.weights * (k1 + 1) / (everywhere.weights + norms[ALL][documents])
        in_title = self.postings(TITLE, term)
        if in_title is None:
            return Impact(documents, score, np.empty(0, np.intp), np.empty(0, np.float32))
        bonus = in_title.weights * (k1 + 1) / (in_title.weights + norms[TITLE][in_title.documents])
        return Impact(documents, score, np.searchsorted(documents, in_title.documents), bonus)

    @cached_property
    def titles(self) -> TitleIndex:
        """For suggestions as somebody types."""
        return TitleIndex(self.labels)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words as written, for corrections."""
        return Vocabulary(self._terms)


def _read_blocks(extent: memoryview) -> Postings:
    """All blocks of a posting list in Whoosh's format W3: a length (negative for the last block), a pickle about
    the block, and a pickle (perhaps compressed) of the differences of its document numbers and their weights."""
    stream = io.BytesIO(extent)
    if stream.read(4) != _MAGIC:
        raise ValueError("Not a posting list")
    documents: list[NDArray[np.int64]] = []
    weights: list[Floats] = []
    last = False
    while not last:
        (length,) = struct.unpack("!i", stream.read(4))
        last, end = length < 0, stream.tell() + abs(length)
        size, _highest, _weight, compression, _shortest, _longest = pickle.load(stream)  # noqa: S301  (our own file)
        data = stream.read(end - stream.tell())
        steps, weight, _values = pickle.loads(zlib.decompress(data) if compression else data)  # noqa: S301
        documents.append(np.cumsum(np.array(steps, np.int64)))
        # Whoosh writes None where all are 1, and one number where all are equal.
        weights.append(np.broadcast_to(np.array(1.0 if weight is None else weight, np.float32), size))
    return Postings(np.concatenate(documents).astype(np.int32), np.concatenate(weights))


def impact_cache(capacity: int) -> BoundedCache[Impact | None]:
    """Remembers the impacts of terms, for all segments together, within so many bytes."""
    return BoundedCache(capacity, lambda impact: 200 + (impact.nbytes if impact else 0))
