"""The words of a segment as they are written, and which of them a mistyped word may have been.

Nothing here knows who asks: what is found is offered only after the engine has seen the word in a text that the
asker may read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from .schema import WORDS
from .tokens import fold

SHORTEST_CORRECTED = 4  # a word of three letters is one slip away from too many others
MOST_CANDIDATES = 40
FIRST_LETTER_COSTS = 0.5  # people seldom mistype the first letter


class Candidate(NamedTuple):
    """A word that may have been meant; the smaller the distance, the likelier."""

    distance: float
    word: str


def slips_allowed(word: str) -> int:
    """How many letters may be wrong, missing, superfluous or swapped."""
    if len(word) < SHORTEST_CORRECTED:
        return 0
    return 1 if len(word) <= 5 else 2 if len(word) <= 14 else 3


def slips_offered(word: str) -> int:
    """How many slips away a word may be that is only offered: one more, but at most a third of the word."""
    return min(slips_allowed(word) + 1, len(word) // 3)


class Vocabulary:
    """The distinct words of a segment, sorted, and bucketed by first letter and length when first asked."""

    def __init__(self, terms: Any) -> None:
        self._words = list(_words_of(terms))
        self._buckets: dict[tuple[str, int], list[str]] | None = None

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: str) -> bool:
        at = bisect_left(self._words, word)
        return at < len(self._words) and self._words[at] == word

    def beginning_with(self, prefix: str, limit: int = MOST_CANDIDATES) -> list[str]:
        """Words that go on from a prefix, the shortest first."""
        start = bisect_left(self._words, prefix)
        end = bisect_left(self._words, prefix + "\U0010ffff", start)
        return sorted(self._words[start : min(end, start + 2_000)], key=len)[:limit]

    def near(self, word: str, slips: int) -> list[Candidate]:
        """Words within a number of slips: with the same first letter, or, if there are none, with another."""
        letters = {word[0], fold(word[0])[0]} | ({word[1]} if len(word) > 1 else set())
        found = self._within(word, slips, letters, 0.0)
        if not found:
            others = {letter for letter, _length in self._bucketed()} - letters
            found = self._within(word, slips, others, FIRST_LETTER_COSTS)
        return found

    def _within(self, word: str, slips: int, letters: set[str], cost: float) -> list[Candidate]:
        buckets = self._bucketed()
        choices = [
            choice
            for letter in letters
            for length in range(len(word) - slips, len(word) + slips + 1)
            for choice in buckets.get((letter, length), ())
        ]
        found = extract(word, choices, scorer=OSA.distance, score_cutoff=slips, limit=MOST_CANDIDATES)
        folded = fold(word)
        # A dot left out is hardly a slip.
        return [
            Candidate(0.1 if fold(choice) == folded else distance + cost, choice) for choice, distance, _at in found
        ]

    def _bucketed(self) -> dict[tuple[str, int], list[str]]:
        if self._buckets is None:
            buckets: dict[tuple[str, int], list[str]] = defaultdict(list)
            for word in self._words:
                buckets[word[0], len(word)].append(word)
            self._buckets = dict(buckets)
        return self._buckets


def _words_of(terms: Any) -> Iterator[str]:
    """The terms of the field of words, in order (W3's key is the number of the field, then the term)."""
    number = terms._fieldmap.get(WORDS)
    if number is None:
        return
    prefix = terms._keycoder(WORDS, b"")
    for key in terms._tindex.keys_from(prefix):
        if not key.startswith(prefix):
            return
        yield key[len(prefix) :].decode()
