"""Which word was meant, of those that the asker may read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .analysis import Question, Wanted
from .schema import WORDS
from .segments import Bools
from .snapshot import Snapshot
from .tokens import normalise
from .vocabulary import SHORTEST_CORRECTED, Candidate, slips_allowed, slips_offered

MOST_SUGGESTIONS = 5
COST_OF_COMPLETION = 0.6  # an unfinished last word is likelier than a slip of the pen


class Speller:
    """Corrections for one reader: a word is offered only when a text that the reader may see holds it.

    Without that, "did you mean" would tell what stands in articles that one may not read.
    """

    def __init__(self, snapshot: Snapshot, readable: list[Bools]) -> None:
        """`readable`: for each view of the snapshot, which documents the reader may see."""
        self._snapshot = snapshot
        self._masks = readable

    def best(self, word: str, *, unfinished: bool) -> str | None:
        """The word most likely meant; None when no readable word is near enough."""
        return next(iter(self._likeliest(word, slips_allowed(word), unfinished, 1)), None)

    def nearest(self, words: Iterable[str]) -> tuple[str, ...]:
        """Readable words near to words that found nothing, the likeliest first."""
        found = [self._likeliest(word, slips_offered(word), True, MOST_SUGGESTIONS) for word in words]
        taken = [word for rank in range(MOST_SUGGESTIONS) for words in found for word in words[rank : rank + 1]]
        return tuple(dict.fromkeys(taken))[:MOST_SUGGESTIONS]

    def _likeliest(self, word: str, slips: int, unfinished: bool, count: int) -> list[str]:
        distances: dict[str, float] = {}
        for candidate in self._candidates(word, slips, unfinished):
            if candidate.word != word:
                distances[candidate.word] = min(candidate.distance, distances.get(candidate.word, 99.0))
        readable: list[tuple[float, int, str]] = []
        for word, distance in sorted(distances.items(), key=lambda item: item[1]):
            if len(readable) >= count and distance > readable[count - 1][0]:
                break  # farther ones cannot come before those that are known already
            texts = self._texts_with(word)
            if texts:
                readable.append((distance, -texts, word))
                readable.sort()
        return [word for _distance, _texts, word in readable[:count]]

    def _candidates(self, word: str, slips: int, unfinished: bool) -> Iterable[Candidate]:
        for view in self._snapshot.views:
            vocabulary = view.data.vocabulary
            if slips and len(word) >= SHORTEST_CORRECTED:
                yield from vocabulary.near(word, slips)
            if unfinished and len(word) >= SHORTEST_CORRECTED:
                for longer in vocabulary.beginning_with(word):
                    yield Candidate(COST_OF_COMPLETION, longer)

    def _texts_with(self, word: str) -> int:
        """How many readable texts hold the word as it is written."""
        count = 0
        for view, mask in zip(self._snapshot.views, self._masks, strict=True):
            postings = view.data.postings(WORDS, word)
            if postings:
                count += int(mask[postings.documents].sum())
        return count


def unknown_words(question: Question, found: Mapping[str, bool]) -> list[Wanted]:
    """What was typed and found nowhere, not even in parts: "parkeringsbot" is no slip if "parkering" and "bot" exist.

    `found`: for the word of each thing asked for, whether it was found.
    """
    parts: dict[str, list[bool]] = {}
    phrases: set[str] = set()  # "maternity leave" was found as "parental leave"
    for want in question.wanted:
        if want.whole:
            parts.setdefault(want.whole, []).append(found[want.word])
        if found[want.word] and " " in want.word:
            phrases.update(want.word.split())
    return [
        want
        for want in question.wanted
        if want.typed
        and want.language_word
        and not want.joined
        and not found[want.word]
        and want.word not in phrases
        and not all(parts.get(want.word, [False]))
    ]


def replaced(text: str, corrections: dict[str, str]) -> str:
    """The question with some of its words (in lower case) replaced."""

    def other(match: re.Match[str]) -> str:
        word = re.sub("[-']", "", normalise(match.group()))
        return corrections.get(word, match.group())

    return re.sub(r"[\w'’-]+", other, text)
