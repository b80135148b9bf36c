"""The search engine on Whoosh: Whoosh keeps the index, the storage and the commits; scoring is numpy's.

Searches never wait for a commit: the snapshot that they have serves until the next one is open and warm, which
happens in a thread of its own.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from sys import getsizeof

import numpy as np

from . import languages, writing
from .analysis import Question, Wanted, question_of
from .cache import BoundedCache
from .engine import (
    Hit,
    Indexed,
    IndexUnavailable,
    Reader,
    SearchDocument,
    SearchQuery,
    SearchResult,
    Suggested,
    Suggestion,
    Synonyms,
    Topics,
)
from .scoring import Ranked, Scorer, best, lifted, pinned
from .segments import Bools, SegmentData, impact_cache
from .snapshot import Snapshot, open_snapshot
from .snippets import Marker, Text
from .spelling import Speller, replaced, unknown_words
from .storage import IndexFolder, Stamp
from .synonyms import SynonymTable, built_in
from .titles import as_typed, typed_words

logger = logging.getLogger(__name__)
IMPACT_BYTES = 64_000_000  # of the postings of words asked for lately
TEXT_BYTES = 16_000_000  # of the texts that snippets were cut from lately
LONGEST_TYPED = 200  # letters
FAR = 1_000  # more than any title scores: what is outside comes after what is inside
POOL = 30  # so many of the best can change places for what people made of them
BEYOND = 3  # hits outside of the topics that were asked for: whoever has a caller sees whether one of them is it


class WhooshEngine:
    """See `engine.SearchEngine`. `synonyms` is asked at every question, so it must remember its answer."""

    def __init__(self, path: Path, synonyms: Synonyms | None = None) -> None:
        self._folder = IndexFolder(path)
        self._synonyms = synonyms or built_in
        self._table: SynonymTable | None = None
        self._cache = impact_cache(IMPACT_BYTES)
        self._texts: BoundedCache[Text] = BoundedCache(TEXT_BYTES, lambda text: sum(map(getsizeof, text)))
        self._snapshot: Snapshot | None = None
        self._stamp: Stamp | None = None  # of the snapshot, or of what could not be opened
        self._opening = threading.Lock()
        self._refresher: threading.Thread | None = None

    # --- Asking ------------------------------------------------------------------------------------

    @property
    def cursor(self) -> int | None:
        try:
            return self._current().cursor
        except IndexUnavailable:
            return None

    def search(self, query: SearchQuery) -> SearchResult:
        snapshot = self._current()
        try:
            return self._search(snapshot, query)
        except Exception as problem:
            raise self._unreadable(snapshot, problem) from problem

    def suggest(
        self,
        text: str,
        reader: Reader,
        limit: int = 10,
        exclude: frozenset[int] = frozenset(),
        topics: Topics | None = None,
    ) -> Suggested:
        snapshot = self._current()
        words = typed_words(text[:LONGEST_TYPED])
        if not words:
            return Suggested([], 0)
        found: list[tuple[bool, float, int, Suggestion]] = []
        count_outside = 0
        for view in snapshot.views:
            allowed = view.without(view.readable(reader), exclude)
            documents, scores = view.data.titles.find(words, allowed)
            outside = np.zeros(len(documents), np.bool_) if topics is None else ~view.within(topics)[documents]
            count_outside += int(outside.sum())
            if len(documents) > 2 * limit:
                first = np.argpartition(FAR * outside - scores, 2 * limit)[: 2 * limit]
                documents, scores, outside = documents[first], scores[first], outside[first]
            for document, score, is_outside in zip(documents.tolist(), scores.tolist(), outside.tolist(), strict=True):
                title = view.data.labels[document]
                suggestion = Suggestion(int(view.data.article[document]), title, is_outside)
                updated = int(view.data.updated[document])
                found.append((is_outside, score + as_typed(text, title), updated, suggestion))
        found.sort(key=lambda one: (one[0], -one[1], -one[2]))
        return Suggested([suggestion for *_order, suggestion in found[:limit]], count_outside)

    def entries(self, articles: Iterable[int] | None = None) -> Iterator[tuple[int, Indexed]]:
        return self._current().entries(articles)

    def _search(self, snapshot: Snapshot, query: SearchQuery) -> SearchResult:
        allowed = [view.allowed(query) for view in snapshot.views]
        scorer = Scorer(snapshot, self._cache)
        question = self._question(snapshot, query.text)
        # Spelling is judged by all that the reader may see, whatever the filters: "permit" is no slip only because
        # no permit has the tag.
        readable = [view.without(view.readable(query.reader), query.exclude) for view in snapshot.views]
        unknown = self._unknown(scorer, question, readable)
        speller = Speller(snapshot, readable)
        corrected = (
            self._corrected(snapshot, speller, query.text, unknown, question) if unknown and query.correct else None
        )
        if corrected:
            question = self._question(snapshot, corrected)
            unknown = self._unknown(scorer, question, readable)
        first = pinned(snapshot.views, allowed, query.pinned) if query.pinned else []
        if first:
            ids = frozenset(one.article for one in first)
            allowed = [view.without(mask, ids) for view, mask in zip(snapshot.views, allowed, strict=True)]
        found = scorer.answers(question, allowed)
        outside = 0
        beyond: list[Ranked] = []
        if query.topics is not None:
            within = [answers.view.within(query.topics) for answers in found]
            apart = [answers.where(~mask) for answers, mask in zip(found, within, strict=True)]
            outside, beyond = best(apart, BEYOND)
            found = [answers.where(mask) for answers, mask in zip(found, within, strict=True)]
        if query.topics is not None and first:
            elsewhere = [one for one in first if not one.view.within(query.topics)[one.document]]
            first = [one for one in first if one not in elsewhere]
            outside, beyond = outside + len(elsewhere), [*elsewhere, *beyond][:BEYOND]
        last = query.offset + query.limit
        total, ranked = best(found, max(last, POOL) if query.lift else last)
        if query.lift and ranked:
            ranked = lifted(ranked[:POOL], query.lift) + ranked[POOL:]
        total, ranked = total + len(first), [*first, *ranked][:last]
        suggestions: tuple[str, ...] = ()
        if unknown and (not (total or outside) or not query.correct):
            suggestions = speller.nearest(want.word for want in unknown)
        return SearchResult(
            total=total,
            hits=self._hits(question, scorer, ranked[query.offset :]),
            corrected=corrected,
            suggestions=suggestions,
            terms=tuple(want.word for want in question.wanted if want.typed),
            outside=outside,
            beyond=self._hits(question, scorer, beyond),
        )

    def _question(self, snapshot: Snapshot, text: str) -> Question:
        question = question_of(text, snapshot.languages)
        if question.wanted and not question.stopped:
            self._synonym_table(snapshot, self._synonyms()).expand(question)
        return question

    def _synonym_table(self, snapshot: Snapshot, words: Mapping[str, tuple[str, ...]]) -> SynonymTable:
        table = self._table
        if table is None or table.words is not words or table.codes != snapshot.languages:
            table = self._table = SynonymTable(words, snapshot.languages)
        return table

    @staticmethod
    def _unknown(scorer: Scorer, question: Question, readable: list[Bools]) -> list[Wanted]:
        """What was found nowhere. The parts of a code that was found are taken out of the question: whoever asks for
        a number wants that number."""
        found = {want.word: scorer.is_found(want, readable) for want in question.wanted}
        codes = {want.word for want in question.wanted if not want.language_word and found[want.word]}
        question.wanted = [want for want in question.wanted if want.whole not in codes]
        return [] if question.stopped else unknown_words(question, found)

    @staticmethod
    def _corrected(
        snapshot: Snapshot, speller: Speller, text: str, unknown: list[Wanted], question: Question
    ) -> str | None:
        """The question with its slips put right; None where there are none. What everybody knows is no slip."""
        last = [want.word for want in question.wanted if want.typed][-1]
        read_in = [languages.get(code) for code in snapshot.languages]
        slips = [want.word for want in unknown if not any(one.usual(want.word) for one in read_in)]
        better = {word: speller.best(word, unfinished=word == last) for word in slips}
        corrections = {word: other for word, other in better.items() if other}
        return replaced(text, corrections) if corrections else None

    def _hits(self, question: Question, scorer: Scorer, ranked: list[Ranked]) -> tuple[Hit, ...]:
        if not ranked:
            return ()
        marker = Marker(question, [scorer.rarity(want) * want.weight for want in question.wanted])
        hits = []
        for one in ranked:
            data = one.view.data
            text = self._text(data, one.document)
            code = languages.CODES[int(data.language[one.document])]
            hits.append(
                Hit(
                    id=one.article,
                    score=round(one.score, 4),
                    title=data.labels[one.document],
                    snippet_html=marker.snippet(text, code),
                    version=int(data.version[one.document]),
                    why=one.why,
                )
            )
        return tuple(hits)

    def _text(self, data: SegmentData, document: int) -> Text:
        return self._texts.get((data.key, document), lambda: Text.of(str(data.stored(document)["text"])))

    # --- Writing -----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        with self._folder.writing():
            yield

    def update(self, documents: Iterable[SearchDocument], deleted_ids: Iterable[int], cursor: int) -> None:
        with self._folder.writing():
            snapshot = self._newest()
            writing.commit(snapshot, documents, deleted_ids, cursor)
            self._folder.announce(snapshot.build)
            self._newest()

    def rebuild(self, documents: Iterable[SearchDocument], cursor: int) -> int:
        with self._folder.writing():
            self._folder.remove_leftovers()
            build = self._folder.new_build()
            count = writing.build_index(build, documents, cursor)
            self._folder.forget_broken()
            self._folder.announce(build)
            self._newest()
            self._folder.remove_leftovers()
        return count

    # --- Snapshots ---------------------------------------------------------------------------------

    def warm(self) -> None:
        for code in languages.CODES:
            languages.get(code).warm()
        with contextlib.suppress(IndexUnavailable):
            _warm(self._current())

    def close(self) -> None:
        refresher = self._refresher
        if refresher:
            refresher.join()
        self._snapshot = self._stamp = None

    def _current(self) -> Snapshot:
        """The snapshot to search in. When another process has committed, a thread opens the next one meanwhile."""
        stamp = self._folder.stamp()
        snapshot = self._snapshot
        if stamp is None:
            self._snapshot = self._stamp = None
            raise IndexUnavailable("There is no index.")
        if snapshot is None:
            return self._open(stamp)
        if stamp != self._stamp and self._opening.acquire(blocking=False):
            try:
                if self._refresher is None or not self._refresher.is_alive():
                    self._refresher = threading.Thread(target=self._refresh, name="open-index", daemon=True)
                    self._refresher.start()
            finally:
                self._opening.release()
        return snapshot

    def _newest(self) -> Snapshot:
        """The snapshot of the newest commit, waiting for it. Raises IndexUnavailable."""
        stamp = self._folder.stamp()
        if stamp is None:
            raise IndexUnavailable("There is no index.")
        snapshot = self._snapshot
        return snapshot if snapshot is not None and stamp == self._stamp else self._open(stamp, warm=True)

    def _refresh(self) -> None:
        stamp = self._folder.stamp()
        if stamp is None or stamp == self._stamp:
            return
        try:
            self._open(stamp, warm=True)
        except IndexUnavailable:
            logger.exception("The new commit of the search index cannot be read")

    def _open(self, stamp: Stamp, *, warm: bool = False) -> Snapshot:
        with self._opening:
            snapshot = self._snapshot
            if self._stamp == stamp:
                if snapshot is None:
                    raise IndexUnavailable("The index cannot be read, and is made anew.")
                return snapshot
            try:
                opened = self._read(snapshot)
                if warm:
                    _warm(opened)
            except Exception as problem:
                self._snapshot, self._stamp = None, stamp
                self._folder.report_broken()
                if isinstance(problem, IndexUnavailable):
                    raise
                raise IndexUnavailable(f"The index cannot be read: {problem!r}") from problem
            self._snapshot, self._stamp = opened, stamp
            return opened

    def _read(self, previous: Snapshot | None) -> Snapshot:
        build = self._folder.current()
        if build is None or self._folder.broken:
            raise IndexUnavailable("The index is made anew.")
        return open_snapshot(build, previous)

    def _unreadable(self, snapshot: Snapshot, problem: Exception) -> IndexUnavailable:
        """What to raise for a failure in the middle of a search: damaged files show only when they are read."""
        logger.error("The search index cannot be read", exc_info=problem)
        self._folder.report_broken()
        with self._opening:
            if self._snapshot is snapshot:
                self._snapshot = None
        return IndexUnavailable(f"The index cannot be read: {problem!r}")


def _warm(snapshot: Snapshot) -> None:
    """Read what the first question would otherwise wait for."""
    for code in snapshot.languages:
        languages.get(code).warm()
    for view in snapshot.views:
        _ = view.norms, view.data.labels, view.data.titles, view.data.vocabulary
