"""Which documents answer a question best: BM25 in the title plus BM25 in the whole text, any word will do.

BM25 is Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with Lucene's
inverse document frequency, which is never negative. It is computed for whole posting lists at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .analysis import Alternative, Question, Wanted, is_language_term
from .cache import BoundedCache
from .engine import Lift
from .segments import Bools, Floats, Impact, Ints
from .snapshot import K1, Snapshot, View

ALL_IN_TITLE = 1.2  # a title that holds every word is what was looked for, even if a long text scores a little more
MOST_LIFTED = 1.15  # what people made of it decides between near answers, never against the words
STEPS = 1_000  # scores that differ by less than a part of so many are equal, and then the newer article comes first


class Ranked(NamedTuple):
    """A document that answers the question."""

    score: float
    updated: int
    view: View
    document: int
    article: int
    why: str = ""


class Answers(NamedTuple):
    """The documents of a view that answer the question, and their scores."""

    view: View
    documents: NDArray[np.intp]
    scores: Floats

    def where(self, mask: Bools) -> Answers:
        """Those of them that a mask allows."""
        kept = mask[self.documents]
        return Answers(self.view, self.documents[kept], self.scores[kept])


def best(found: Sequence[Answers], count: int) -> tuple[int, list[Ranked]]:
    """(how many answer, the best of them in order)."""
    ranked = [one for answers in found for one in _first(*answers, count)]
    ranked.sort(key=_order)
    return sum(len(answers.documents) for answers in found), ranked[:count]


def lifted(ranked: list[Ranked], lift: Lift) -> list[Ranked]:
    """The same in the order that follows when some are worth more: each at most `MOST_LIFTED` times its score."""
    factors = lift([one.article for one in ranked])
    made = []
    for one in ranked:
        factor = min(max(factors.get(one.article, 1.0), 1.0), MOST_LIFTED)
        made.append(one._replace(score=one.score * factor, why="lifted") if factor > 1 else one)
    return sorted(made, key=_order)


def pinned(views: Sequence[View], allowed: Sequence[Bools], articles: Sequence[int]) -> list[Ranked]:
    """Articles in the order given, as far as they are allowed. `allowed`: a mask for each view."""
    found: dict[int, Ranked] = {}
    for view, mask in zip(views, allowed, strict=True):
        for document in view.data.documents_of(np.array(sorted(articles), np.int64)).tolist():
            if mask[document]:
                article, updated = int(view.data.article[document]), int(view.data.updated[document])
                found[article] = Ranked(0.0, updated, view, document, article, "pinned")
    return [found[article] for article in articles if article in found]


class Scorer:
    """Scores one question in one snapshot: its terms are looked up once."""

    def __init__(self, snapshot: Snapshot, cache: BoundedCache[Impact | None]) -> None:
        self._snapshot = snapshot
        self._cache = cache
        self._found: dict[str, list[Impact | None]] = {}
        self._rarity: dict[str, tuple[float, float]] = {}

    def answers(self, question: Question, allowed: list[Bools]) -> list[Answers]:
        """All allowed documents that answer at all. `allowed`: a mask for each view of the snapshot."""
        found = []
        for at, view in enumerate(self._snapshot.views):
            scores = self._scores(at, question.wanted)
            if scores is not None:
                documents = np.flatnonzero((scores > 0) & allowed[at])
                found.append(Answers(view, documents, scores[documents]))
        return found

    def is_found(self, want: Wanted, allowed: list[Bools]) -> bool:
        """Whether any allowed document holds an alternative of something asked for."""
        return any(self._is_found(choice, allowed) for choice in want.alternatives)

    def rarity(self, want: Wanted) -> float:
        """How much finding this tells, in the whole text: the greatest inverse frequency of its terms."""
        return max((self._rarities(term)[0] for choice in want.alternatives for term in choice.terms), default=0.0)

    def _is_found(self, choice: Alternative, allowed: list[Bools]) -> bool:
        for at, mask in enumerate(allowed):
            found = self._score_of(at, choice, 1.0) if len(choice.terms) > 1 else self._impacts(choice.terms[0])[at]
            if found is not None and mask[found[0]].any():
                return True
        return False

    def _scores(self, at: int, wanted: Sequence[Wanted]) -> Floats | None:
        """The score of each document of a view; None where nothing is found."""
        total = None
        for want in wanted:
            if want.faint:
                continue
            for alternatives in _apart(want.alternatives):
                parts = [part for choice in alternatives if (part := self._score_of(at, choice, want.weight))]
                if not parts:
                    continue
                if total is None:
                    total = np.zeros(self._snapshot.views[at].data.size, np.float32)
                if len(parts) == 1:
                    documents, scores = parts[0]
                    total[documents] += scores
                else:
                    total += self._greatest(at, parts)
        if total is not None:
            self._prefer_titles(at, wanted, total)
        return total

    def _prefer_titles(self, at: int, wanted: Sequence[Wanted], total: Floats) -> None:
        """Raise the scores of titles that hold all that was typed, or also the stop words between."""
        complete: Ints | None = None
        for want in (want for want in wanted if want.typed):
            held = self._titles_with(at, want)
            complete = held if complete is None else np.intersect1d(complete, held, assume_unique=True)
        if complete is not None and len(complete):
            total[complete] *= np.float32(ALL_IN_TITLE)
        for want in wanted:
            if want.faint:
                for choice in want.alternatives:
                    self._add_to_titles(at, choice.terms[0], want.weight, total)

    def _titles_with(self, at: int, want: Wanted) -> Ints:
        """The documents whose titles hold something asked for, ascending."""
        impacts = [self._impacts(choice.terms[0])[at] for choice in want.alternatives if len(choice.terms) == 1]
        found = [impact.documents[impact.positions] for impact in impacts if impact]
        return found[0] if len(found) == 1 else np.unique(np.concatenate(found)) if found else np.empty(0, np.int32)

    def _add_to_titles(self, at: int, term: str, weight: float, total: Floats) -> None:
        impact = self._impacts(term)[at]
        if impact is not None and len(impact.title):
            documents = impact.documents[impact.positions]
            found = total[documents] > 0
            total[documents[found]] += impact.title[found] * np.float32(self._rarities(term)[1] * weight)

    def _greatest(self, at: int, parts: list[tuple[Ints, Floats]]) -> Floats:
        best = np.zeros(self._snapshot.views[at].data.size, np.float32)
        for documents, scores in parts:
            best[documents] = np.maximum(best[documents], scores)
        return best

    def _score_of(self, at: int, choice: Alternative, weight: float) -> tuple[Ints, Floats] | None:
        """(documents, scores) of one alternative in a view; several terms must all be there, and share the weight."""
        weight *= choice.weight / len(choice.terms)
        found: tuple[Ints, Floats] | None = None
        for term in choice.terms:
            impact = self._impacts(term)[at]
            if impact is None:
                return None
            rarity, rarity_in_title = self._rarities(term)
            scores = impact.all * np.float32(rarity * weight)
            scores[impact.positions] += impact.title * np.float32(rarity_in_title * weight)
            if found is None:
                found = impact.documents, scores
            else:
                both, mine, theirs = np.intersect1d(found[0], impact.documents, assume_unique=True, return_indices=True)
                found = both, found[1][mine] + scores[theirs]
        return found

    def _impacts(self, term: str) -> list[Impact | None]:
        impacts = self._found.get(term)
        if impacts is None:
            impacts = self._found[term] = [self._impact(view, term) for view in self._snapshot.views]
        return impacts

    def _impact(self, view: View, term: str) -> Impact | None:
        key = (view.data.key, term, *view.averages.values())
        return self._cache.get(key, lambda: view.data.impact(term, view.norms, K1))

    def _rarities(self, term: str) -> tuple[float, float]:
        """Inverse document frequencies, in the whole text and in titles, over all segments; a word of a language is
        compared with the texts of that language, or the words of the rarer one would all seem rare."""
        known = self._rarity.get(term)
        if known is None:
            texts = self._snapshot.size
            if is_language_term(term):
                texts = next(count for code, count in self._snapshot.by_language.items() if code[0] == term[0])
            impacts = [impact for impact in self._impacts(term) if impact]
            known = self._rarity[term] = (
                _inverse_frequency(sum(len(impact.documents) for impact in impacts), texts),
                _inverse_frequency(sum(len(impact.title) for impact in impacts), texts),
            )
        return known


def _first(view: View, documents: NDArray[np.intp], scores: Floats, count: int) -> list[Ranked]:
    """The documents of a view that may be among the first `count` of all: in the end the order is that of `_order`,
    so of those that score the same none may be left out for another that stands behind it."""
    if len(documents) > count:
        steps = np.rint(scores * STEPS)
        kept = steps >= np.partition(steps, len(steps) - count)[len(steps) - count]
        documents, scores = documents[kept], scores[kept]
        if len(documents) > 2 * count:  # a great many that score the same
            order = np.lexsort((-view.data.article[documents], -view.data.updated[documents], -steps[kept]))[:count]
            documents, scores = documents[order], scores[order]
    columns = scores, view.data.updated[documents], documents, view.data.article[documents]
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [Ranked(score, updated, view, document, article) for score, updated, document, article in rows]


def _order(one: Ranked) -> tuple[float, int, int]:
    """Best first; of equal ones the newest first, so that pages of hits do not overlap."""
    return -round(one.score * STEPS), -one.updated, -one.article


def _inverse_frequency(frequency: int, texts: int) -> float:
    return math.log(1 + (max(texts - frequency, 0) + 0.5) / (frequency + 0.5))


def _apart(alternatives: list[Alternative]) -> list[list[Alternative]]:
    """Alternatives by language. A text has one language, so those of two languages never meet in a document, and
    need not be compared."""
    if len(alternatives) == 1:
        return [alternatives]
    by_language: dict[str, list[Alternative]] = {}
    for choice in alternatives:
        term = choice.terms[0]
        by_language.setdefault(term[0] if is_language_term(term) else "", []).append(choice)
    return list(by_language.values())
