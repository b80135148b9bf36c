"""The index at one commit: its segments, what is deleted in them, and who may see what.

A snapshot never changes. The next commit makes another one that shares the segments which both have; searches that
run meanwhile keep theirs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Segment
from whoosh.index import TOC

from . import languages
from .engine import NO_ROOT, Indexed, IndexUnavailable, Reader, SearchQuery, Topics
from .schema import ALL, INDEX_NAME, TAGS, TITLE, IndexSchema, normal_tag
from .segments import Bools, Floats, Marked, SegmentData
from .storage import DurableStorage

B = 0.75  # how much the length of a text matters (BM25)
K1 = 1.2  # how soon further occurrences of a word cease to matter
MASKS_KEPT = 256  # sets of access roots per segment: as many as there are kinds of readers
TRIES = 5  # a writer may delete a segment between our reading its name and its bytes


class View:
    """A segment at one commit."""

    def __init__(self, data: SegmentData, deleted: frozenset[int], averages: dict[str, float]) -> None:
        self.data = data
        self.deleted = deleted
        self.live = np.ones(data.size, np.bool_)
        self.live[list(deleted)] = False
        self.averages = averages
        self._masks: dict[Reader | frozenset[int] | None, Bools] = {}
        self._within: dict[Topics, Bools] = {}

    @cached_property
    def norms(self) -> dict[str, Floats]:
        """By field, what BM25 adds to the weight of a term for the length of each document."""
        return {
            field: K1 * (1 - B + B * lengths / np.float32(self.averages[field]))
            for field, lengths in self.data.lengths.items()
        }

    def readable(self, reader: Reader) -> Bools:
        """Which documents a person may see: nothing for somebody without roots.

        Of an article with passages for certain roles exactly one text: the one with the passages that are theirs.
        """
        key = reader if self.data.marked else reader.roots  # most segments have no passages for certain roles
        mask = self._masks.get(key)
        if mask is None:
            mask = self._readable(reader)
            if len(self._masks) >= MASKS_KEPT:
                self._masks.clear()
            self._masks[key] = mask
        return mask

    def _readable(self, reader: Reader) -> Bools:
        if reader.roots is None:
            mask = self.live.copy()
        else:
            allowed = np.isin(self.data.roots, [root for root in reader.roots if root != NO_ROOT])
            mask = allowed[self.data.root_codes] & self.live
        texts: dict[int, list[Marked]] = {}
        for marked in self.data.marked:
            if mask[marked.document]:
                texts.setdefault(int(self.data.article[marked.document]), []).append(marked)
        for choices in texts.values():
            chosen = self._text_for(reader, choices)
            for marked in choices:
                mask[marked.document] = marked is chosen
        return mask

    def _text_for(self, reader: Reader, choices: list[Marked]) -> Marked | None:
        """The fullest text all of whose passages the reader may see; editors may see all passages."""
        root = int(self.data.root[choices[0].document])
        edits = reader.roots is None or root in reader.edit_roots
        fitting = [one for one in choices if one.audience <= (one.passage_roles if edits else reader.roles)]
        return max(fitting, key=lambda one: (len(one.audience), sorted(one.audience)), default=None)

    def allowed(self, query: SearchQuery) -> Bools:
        """Which documents may be an answer to a query: readable ones that pass its filters."""
        mask = self.readable(query.reader)
        if query.categories is not None:
            wanted = np.isin(self.data.categories, list(query.categories))
            mask = mask & wanted[self.data.category_codes]
        if query.language is not None:
            code = languages.CODES.index(query.language) if query.language in languages.CODES else -1
            mask = mask & (self.data.language == code)
        for tag in query.tags:
            postings = self.data.postings(TAGS, normal_tag(tag))
            tagged = np.zeros(self.data.size, np.bool_)
            if postings:
                tagged[postings.documents] = True
            mask = mask & tagged
        return self.without(mask, query.exclude)

    def within(self, topics: Topics) -> Bools:
        """Which documents belong to topics; whether anybody may see them is another question."""
        mask = self._within.get(topics)
        if mask is None:
            mask = self._find_within(topics)
            if len(self._within) >= MASKS_KEPT:
                self._within.clear()
            self._within[topics] = mask
        return mask

    def _find_within(self, topics: Topics) -> Bools:
        mask = np.ones(self.data.size, np.bool_)
        if topics.categories or topics.tags:
            mask = np.isin(self.data.categories, list(topics.categories))[self.data.category_codes]
            for tag in topics.tags:
                postings = self.data.postings(TAGS, normal_tag(tag))
                if postings:
                    mask[postings.documents] = True
        if topics.languages:
            codes = [languages.CODES.index(code) for code in topics.languages if code in languages.CODES]
            mask = mask & np.isin(self.data.language, codes)
        return mask

    def without(self, mask: Bools, articles: frozenset[int]) -> Bools:
        """A mask without some articles (ids)."""
        if articles:
            mask = mask.copy()
            mask[self.data.documents_of(np.array(sorted(articles), np.int64))] = False
        return mask


class Snapshot:
    """All segments at one commit. `build` and `generation` say which; `cursor` is the newest event in it."""

    def __init__(self, build: Path, generation: int, schema: IndexSchema, views: list[View]) -> None:
        self.build = build
        self.generation = generation
        self.schema = schema
        self.cursor = schema.cursor
        self.views = views
        self.size = sum(view.data.size for view in views)
        counts = np.zeros(len(languages.CODES), np.int64)
        for view in views:
            counts += np.bincount(view.data.language, minlength=len(counts))[: len(counts)]
        self.by_language = dict(zip(languages.CODES, counts.tolist(), strict=True))
        self.languages = tuple(code for code, count in self.by_language.items() if count)

    def places_of(self, articles: NDArray[np.int64]) -> Iterator[tuple[str, int]]:
        """(segment, document number) of every living text of some articles (ids)."""
        for view in self.views:
            for document in view.data.documents_of(articles).tolist():
                if view.live[document]:
                    yield view.data.key, document

    def entries(self, articles: Iterable[int] | None = None) -> Iterator[tuple[int, Indexed]]:
        """Some articles (ids), or all of them, each once, with what the index knows of it."""
        wanted = None if articles is None else np.array(sorted(articles), np.int64)
        for view in self.views:
            data = view.data
            documents = np.flatnonzero(view.live)
            if wanted is not None:
                documents = documents[np.isin(data.article[documents], wanted)]
            audiences: dict[int, set[frozenset[str]]] = {}
            marked = {one.document: one.audience for one in data.marked}
            rows: dict[int, int] = {}
            for document in documents.tolist():
                article = int(data.article[document])
                audiences.setdefault(article, set()).add(marked.get(document, frozenset()))
                rows[article] = document
            for article, row in rows.items():
                yield (
                    article,
                    Indexed(
                        version=int(data.version[row]),
                        root_id=int(data.root[row]),
                        category_id=int(data.category[row]),
                        audiences=frozenset(audiences[article]),
                        title=data.labels[row],
                        language=languages.CODES[int(data.language[row])],
                        updated=int(data.updated[row]),
                    ),
                )


def open_snapshot(build: Path, previous: Snapshot | None = None) -> Snapshot:
    """The newest commit of a build. Segments that a previous snapshot has open are shared with it.

    Raises IndexUnavailable when something cannot be read or was made by other code.
    """
    former = {view.data.key: view for view in previous.views} if previous and previous.build == build else {}
    storage = DurableStorage(build)
    for attempt in range(TRIES):
        try:
            toc = _table_of_contents(storage)
            opened = [(one, _data(build, one, former.get(one.segment_id()))) for one in toc.segments]
        except FileNotFoundError as gone:
            if attempt == TRIES - 1:
                raise IndexUnavailable(str(gone)) from gone
        except IndexUnavailable:
            raise
        except Exception as problem:  # whatever a damaged file makes of Whoosh and pickle
            raise IndexUnavailable(f"The index cannot be read: {problem!r}") from problem
        else:
            break
    averages = {field: _average([data for _, data in opened], field) for field in (TITLE, ALL)}
    views = [_view(data, frozenset(segment.deleted_docs()), averages, former.get(data.key)) for segment, data in opened]
    return Snapshot(build, toc.generation, toc.schema, views)


def _table_of_contents(storage: DurableStorage) -> TOC:
    toc = TOC.read(storage, INDEX_NAME)
    if not isinstance(toc.schema, IndexSchema) or not toc.schema.ours:
        raise IndexUnavailable("The index was made by another version of the program.")
    return toc


def _data(build: Path, segment: Segment, former: View | None) -> SegmentData:
    return former.data if former else SegmentData(build, segment)


def _view(data: SegmentData, deleted: frozenset[int], averages: dict[str, float], former: View | None) -> View:
    """The former view where nothing about it has changed: it has its masks."""
    if former and former.deleted == deleted and former.averages == averages:
        return former
    return View(data, deleted, averages)


def _average(segments: list[SegmentData], field: str) -> float:
    """The mean length of a field, in steps of 2 %: so it seldom changes, and with it what was computed from it."""
    texts = sum(data.size for data in segments)
    mean = sum(data.total_lengths[field] for data in segments) / texts if texts else 1.0
    return float(1.02 ** round(math.log(max(mean, 1.0), 1.02)))
