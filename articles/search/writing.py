"""Writing the Whoosh index: one commit for many changes, and few segments in the long run."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path

import numpy as np
from whoosh.codec.base import Segment
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader

from .engine import SearchDocument
from .postings import Writer
from .schema import INDEX_NAME, new_schema, whoosh_document
from .snapshot import Snapshot
from .storage import DurableStorage

TEXTS_PER_SEGMENT = 50_000  # of a rebuild; their postings are in memory at a time: 150 MB for texts of 200 words

# Segments are merged like the carries of an addition: as soon as there are MERGED_AT_ONCE of about one size, they
# become one of the next size. So n texts lie in about log4(n) × 2 segments, and each is rewritten log4(n) times.
MERGED_AT_ONCE = 4
SMALLEST_SIZE = 16  # segments of up to so many texts are all of one size
LARGEST_MERGED = 20_000  # texts; larger segments are left to `reindex`
TOO_MANY_DELETED = 0.3  # of a segment, before it is written anew


def build_index(build: Path, documents: Iterable[SearchDocument], cursor: int) -> int:
    """Write an index into an empty folder; gives the number of texts."""
    index = FileIndex.create(DurableStorage(build), new_schema(cursor), INDEX_NAME)
    rest = iter(documents)
    count = 0
    while some := list(islice(rest, 1)):
        with Writer(index) as writer:
            for document in chain(some, islice(rest, TEXTS_PER_SEGMENT - 1)):
                writer.add_document(**whoosh_document(document))
                count += 1
            writer.merge = False
    return count


def commit(snapshot: Snapshot, documents: Iterable[SearchDocument], deleted_ids: Iterable[int], cursor: int) -> None:
    """Replace and remove articles in the build of a snapshot, which must show its newest commit."""
    documents = list(documents)
    gone = np.array(sorted({*deleted_ids, *(document.id for document in documents)}), np.int64)
    places = list(snapshot.places_of(gone)) if len(gone) else []
    storage = DurableStorage(snapshot.build)
    if not documents and not places:
        _commit_cursor(storage, cursor)
        return
    writer = Writer(FileIndex(storage, indexname=INDEX_NAME))
    try:
        by_key = {segment.segment_id(): segment for segment in writer.segments}
        for key, document in places:
            by_key[key].delete_document(document)
        for one in documents:
            writer.add_document(**whoosh_document(one))
        writer.schema.cursor = cursor
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=MergePolicy(snapshot))


def _commit_cursor(storage: DurableStorage, cursor: int) -> None:
    """A commit that changes nothing but the cursor: a new table of contents for the same segments."""
    toc = TOC.read(storage, INDEX_NAME)
    toc.schema.cursor = cursor
    toc.generation += 1
    toc.write(storage, INDEX_NAME)
    clean_files(storage, INDEX_NAME, toc.generation, toc.segments)


class MergePolicy:
    """Whoosh's hook: merges some segments into the writer, gives those that stay as they are."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._data = {view.data.key: view.data for view in snapshot.views}

    def __call__(self, writer: Writer, segments: list[Segment]) -> list[Segment]:
        segments = [segment for segment in segments if segment.doc_count()]
        sizes = [(segment.doc_count_all(), segment.deleted_count()) for segment in segments]
        chosen = choose_merged(sizes, writer.docnum)
        for at in sorted(chosen):
            reader = SegmentReader(writer.storage, writer.schema, segments[at])
            writer.add_segment(reader, self._data[segments[at].segment_id()])
            reader.close()
        return [segment for at, segment in enumerate(segments) if at not in chosen]


def choose_merged(sizes: list[tuple[int, int]], added: int) -> set[int]:
    """Which segments to merge with the texts that are being added.

    `sizes`: (texts, deleted ones among them) of each segment. Gives positions in that list.
    """
    living = [size - deleted for size, deleted in sizes]
    chosen = {
        at
        for at, (size, deleted) in enumerate(sizes)
        if deleted > TOO_MANY_DELETED * size and living[at] <= LARGEST_MERGED
    }
    growing = added + sum(living[at] for at in chosen)
    while True:
        level = _level(growing)
        same = [at for at in range(len(sizes)) if at not in chosen and _level(living[at]) <= level]
        merged = growing + sum(living[at] for at in same)
        if len(same) + 1 < MERGED_AT_ONCE or merged > LARGEST_MERGED:
            return chosen
        chosen |= set(same)
        growing = merged


def _level(size: int) -> int:
    level = 0
    while size > SMALLEST_SIZE:
        size //= MERGED_AT_ONCE
        level += 1
    return level
