"""Titles as somebody types: which titles have words that begin like these?

Every word of every title stands once in a sorted list; the words that begin with a prefix are a slice of it, and the
titles that they stand in are a slice of one array. So a prefix costs two binary searches however many words it has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .tokens import fold, normalise, tokenise

MOST_WORDS = 8  # of what is typed
BEGINS_TITLE = 3.0  # the title itself begins like this
WHOLE_WORD = 1.5  # the word is finished, not only begun
AS_TYPED = 2.0  # with the dots of å, ä and ö that were typed
EARLY_WORD = 1.0  # shared by how far into the title the word stands


class TitleIndex:
    """The words of the titles of a segment, without dots and accents, each with its titles and places in them."""

    def __init__(self, titles: list[str]) -> None:
        places: dict[str, list[tuple[int, int]]] = {}
        self._lengths = np.zeros(len(titles), np.float32)
        for document, title in enumerate(titles):
            for place, word in enumerate(title_words(title)):
                places.setdefault(word, []).append((document, place))
            self._lengths[document] = len(title)
        self._words = sorted(places)
        self._starts = np.zeros(len(places) + 1, np.int64)
        flat: list[tuple[int, int]] = []
        for at, word in enumerate(self._words):
            flat += places[word]
            self._starts[at + 1] = len(flat)
        pairs = np.array(flat, np.int32).reshape(-1, 2)
        self._documents, self._places = pairs[:, 0].copy(), pairs[:, 1].copy()

    def find(self, words: list[str], allowed: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Titles that hold a word for each of the words (finished or only begun), and how well they fit.

        `allowed` says of each document whether it may be found. Gives document numbers and their scores.
        """
        documents = np.empty(0, np.int32)
        scores = np.empty(0, np.float32)
        for at, word in enumerate(words):
            here, fit = self._one(word, at == 0)
            keep = allowed[here]
            here, fit = _best_of_each(here[keep], fit[keep])
            if at == 0:
                documents, scores = here, fit
            else:
                documents, ours, theirs = np.intersect1d(documents, here, assume_unique=True, return_indices=True)
                scores = scores[ours] + fit[theirs]
            if not len(documents):
                break
        return documents, scores - self._lengths[documents] / np.float32(200)

    def _one(self, word: str, first: bool) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Where a word stands, or one that begins with it, and how well each place fits."""
        low = bisect_left(self._words, word)
        high = bisect_left(self._words, word + "\U0010ffff", low)
        start, end = self._starts[low], self._starts[high]
        places = self._places[start:end]
        fit = (EARLY_WORD / (1 + places)).astype(np.float32)
        if first:
            fit[places == 0] += BEGINS_TITLE
        if low < len(self._words) and self._words[low] == word:
            fit[: self._starts[low + 1] - start] += WHOLE_WORD
        return self._documents[start:end], fit


def title_words(title: str) -> Iterator[str]:
    """The words of a title, or of what is typed, folded: "W-2-blankett för småhus" → w2, w, 2, blankett, for, …"""
    for token in tokenise(title):
        yield fold(token.text)
        for part in token.parts:
            yield fold(part)


def typed_words(text: str) -> list[str]:
    """The words of what is typed, folded; each once."""
    words = [fold(token.text) for token in tokenise(text)]
    return list(dict.fromkeys(words))[:MOST_WORDS]


def as_typed(text: str, title: str) -> float:
    """What a title gets for having the dots that were typed: "för" is meant rather than "for"."""
    if text.isascii():
        return 0.0
    title = normalise(title)
    return AS_TYPED if all(word in title for word in normalise(text).split()) else 0.0


def _best_of_each(
    documents: NDArray[np.int32], scores: NDArray[np.float32]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Each document once, ascending, with its best score."""
    order = np.lexsort((-scores, documents))
    documents, scores = documents[order], scores[order]
    first = np.ones(len(documents), np.bool_)
    first[1:] = documents[1:] != documents[:-1]
    return documents[first], scores[first]
