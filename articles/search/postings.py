"""Writing postings in bulk.

Whoosh sorts every single posting, on disk when there are many, and writes it with five calls; that took nine tenths of
the time of a commit. Postings come in the order of documents anyway: here they are collected by term in two plain
arrays, and written block by block, in Whoosh's own format.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3PostingsWriter
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from .segments import SegmentData

BLOCK = 4096  # postings; blocks are read whole, so Whoosh's 128 would only be more work
COMPRESSED_FROM = 16  # postings of a block


class PostingsWriter(W3PostingsWriter):
    """Writes the postings of a term all at once."""

    def add_all(self, documents: array[int], weights: array[float]) -> None:
        """The postings of the term that was begun: ascending document numbers, and a weight for each."""
        for start in range(0, len(documents), BLOCK):
            self._ids = documents[start : start + BLOCK]
            self._weights = weights[start : start + BLOCK]
            self._maxweight = max(self._weights)
            self._compression = 1 if len(self._ids) >= COMPRESSED_FROM else 0
            self._write_block(last=start + BLOCK >= len(documents))


class Codec(W3Codec):
    """Whoosh's format, with longer blocks and without statistics that only its own matcher needs."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=BLOCK, compression=1)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> PostingsWriter:
        return PostingsWriter(dbfile, blocklimit=BLOCK, byteids=byteids, compression=1, inlinelimit=0)


class TermPool:
    """The postings of the segment that is being written, by term. Takes the place of Whoosh's sorting pool."""

    def __init__(self) -> None:
        self._terms: dict[tuple[str, bytes], tuple[array[int], array[float]]] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """One posting, as Whoosh gives it: (field, term, document, weight, nothing)."""
        field, term, document, weight, _value = item
        documents, weights = self._of(field, term)
        documents.append(document)
        weights.append(weight)

    def extend(self, field: str, term: bytes, documents: NDArray[np.uint32], weights: NDArray[np.float32]) -> None:
        """Postings of documents that come after all those that the term has by now."""
        known_documents, known_weights = self._of(field, term)
        known_documents.frombytes(documents.tobytes())
        known_weights.frombytes(weights.tobytes())

    def items(self) -> Iterator[tuple[str, bytes, array[int], array[float]]]:
        """All terms in order with their postings."""
        for key in sorted(self._terms):
            yield (*key, *self._terms[key])

    def cleanup(self) -> None:
        """Forget everything."""
        self._terms = {}

    def _of(self, field: str, term: bytes) -> tuple[array[int], array[float]]:
        found = self._terms.get((field, term))
        if found is None:
            found = self._terms[field, term] = array("I"), array("f")
        return found


class Writer(SegmentWriter):
    """Whoosh's writer, with postings in bulk. Whoever uses it must be the one writer (`IndexFolder.writing`)."""

    def __init__(self, index: FileIndex) -> None:
        super().__init__(index, codec=Codec(), _lk=False)
        self.pool = TermPool()

    def add_segment(self, reader: Any, data: SegmentData) -> None:
        """Add what lives in another segment; `reader` is Whoosh's and `data` ours of the same one."""
        first = self.docnum
        moved = self.write_per_doc(set(self.schema.names()), reader)
        numbers = np.arange(first, first + data.size, dtype=np.int64)
        if moved is not None:  # some are deleted
            numbers[:] = -1
            numbers[list(moved.keys())] = list(moved.values())
        for field, term, postings in data.all_postings():
            places = numbers[postings.documents]
            kept = places >= 0
            if kept.any():
                self.pool.extend(field, term, places[kept].astype(np.uint32), postings.weights[kept])
        self._added = True

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        field = None
        for name, term, documents, weights in self.pool.items():
            if name != field:
                if field is not None:
                    self.fieldwriter.finish_field()
                self.fieldwriter.start_field(name, self.schema[name])
                field = name
            self.fieldwriter.start_term(term)
            self.fieldwriter._postwriter.add_all(documents, weights)
            self.fieldwriter.finish_term()
        if field is not None:
            self.fieldwriter.finish_field()
        self.fieldwriter.close()
