"""Swedish compounds into their parts: "bygglovsansökan" → bygglov, ansökan.

The public asks with the short word and the article has the long one, or the other way round. A word is split where
all of its parts are known words; among several ways, the one whose parts are the most usual wins, and few parts
before many. The lexicon is the list of word frequencies in `wordfreq` (Speer 2022); the score, the mean logarithmic
frequency of the parts, is a simplification of Koehn & Knight, "Empirical Methods for Compound Splitting" (2003).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from .languages import KEPT_WORDS, read_words
from .tokens import fold

SHORTEST_COMPOUND = 7
LONGEST_COMPOUND = 40
SHORTEST_PART = 3
MOST_PARTS = 4
FEWEST_OCCURRENCES = 1e-7  # share of all running words; rarer ones are names and slips of the pen
GOOD_ENOUGH = 2.35  # mean log10 of occurrences per thousand million words
MARGIN = 1.0  # a word that is usual as a whole is split only into parts that are about as usual
FAR_MORE_USUAL = 1.0  # ten times
COST_OF_SHORT_PART = 1.0
COST_OF_EACH_FURTHER_PART = 1.0
_RING = re.compile(r"(.+?)(ring(?:en|ar|arna)?s?)$")

Lemma = Callable[[str], str]
Reading = tuple[float, tuple[str, ...]]  # the sum of the parts' scores, and the parts


class CompoundSplitter:
    """Splits words by a lexicon: word → share of all running words (0–1)."""

    def __init__(self, frequencies: Mapping[str, float], lemma: Lemma) -> None:
        self._lemma = lemma
        self._short = frozenset(read_words("sv_short_parts.txt"))
        self._before_ring = tuple(f"{word}{s}" for word in read_words("sv_before_ring.txt") for s in ("", "s"))
        never = frozenset(read_words("sv_never_parts.txt"))
        self._known = {
            word: math.log10(frequency * 1e9)
            for word, frequency in frequencies.items()
            if frequency >= FEWEST_OCCURRENCES
            and (len(word) > SHORTEST_PART or word in self._short)
            and word.isalpha()
            and word not in never
        }
        # "forskoleplats", typed without dots: the folded form stands for the most usual word of that form.
        self._unfolded: dict[str, str] = {}
        for word, known in self._known.items():  # in order of frequency
            folded = fold(word)
            if folded != word and known > self._known.get(folded, -1.0) + FAR_MORE_USUAL:
                self._unfolded.setdefault(folded, word)
        self.split = lru_cache(maxsize=KEPT_WORDS)(self._split)

    def frequency(self, word: str) -> float:
        """The share of a word among all running words; 0 for one that is rare, or never a part."""
        return float(10 ** self._known[word] / 1e9) if word in self._known else 0.0

    def dotted(self, word: str) -> str:
        """The usual word that this is when its dots are put back: "forskola" → "förskola"; else the word itself."""
        return self._unfolded.get(word, word)

    def _split(self, word: str) -> tuple[str, ...]:
        """The parts of a compound in order, in the form that they have alone; () for a word that is none."""
        if not SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND or not word.isalpha():
            return ()
        without_dots = word.isascii() and word not in self._known
        best = self._best(word, MOST_PARTS, without_dots, self._no_reading(word))
        if best is None or len(best[1]) < 2:
            return ()
        score = self._value(best)
        whole = max((self._known.get(form, 0.0) for form in (word, self._lemma(word))), default=0.0)
        if score < max(GOOD_ENOUGH, whole - MARGIN):
            return ()
        return best[1] if self._ends_alike(word, best[1][-1]) else ()

    def _no_reading(self, word: str) -> dict[tuple[str, int], Reading | None]:
        """Ends of a word that are no part of it, as `_best` keeps what it has found: "parkering" holds no "ring"."""
        found = _RING.match(word)
        if found is None or found[1].endswith(self._before_ring):
            return {}
        return {(found[2], parts_left): None for parts_left in range(MOST_PARTS)}

    def _best(
        self, rest: str, parts_left: int, without_dots: bool, seen: dict[tuple[str, int], Reading | None]
    ) -> Reading | None:
        """The best way to read the rest of a word; `seen` keeps what was found for each rest."""
        key = (rest, parts_left)
        if key in seen:
            return seen[key]
        whole = self._part(rest, without_dots) if parts_left < MOST_PARTS else None
        best: Reading | None = (whole[0], (whole[1],)) if whole else None
        if parts_left > 1:
            for cut in range(SHORTEST_PART, len(rest) - SHORTEST_PART + 1):
                first = self._linked(rest[:cut], without_dots)
                if first is None:
                    continue
                after = self._best(rest[cut:], parts_left - 1, without_dots, seen)
                if after is None:
                    continue
                reading = (first[0] + after[0], (first[1], *after[1]))
                if best is None or self._value(reading) > self._value(best):
                    best = reading
        seen[key] = best
        return best

    @staticmethod
    def _value(reading: Reading) -> float:
        total, parts = reading
        return total / len(parts) - COST_OF_EACH_FURTHER_PART * max(0, len(parts) - 2)

    def _part(self, text: str, without_dots: bool) -> tuple[float, str] | None:
        """A word of the lexicon as a part: (score, word)."""
        word = self._unfolded.get(text, text) if without_dots else text
        known = self._known.get(word)
        if known is None:
            return None
        return (known - COST_OF_SHORT_PART if len(word) <= SHORTEST_PART and word not in self._short else known), word

    def _linked(self, text: str, without_dots: bool) -> tuple[float, str] | None:
        """A part that another follows: alone, with a linking s, or with the vowel that compounds put at its end."""
        part = self._part(text, without_dots)
        if len(text) == SHORTEST_PART:
            return part
        if text[-1] == "s":  # bygglov-s-ansökan
            unlinked = self._part(text[:-1], without_dots)
            if unlinked and (part is None or unlinked[0] >= part[0]):
                return unlinked
        if text[-1] in "eou":  # förskole-plats, kyrko-gård, gatu-belysning
            alone = self._part(text[:-1] + "a", without_dots) or self._part(text[:-1], without_dots)
            if alone and (part is None or alone[0] >= part[0] + FAR_MORE_USUAL):
                return alone
        return part or self._part(text + "a", without_dots)  # lärar-tjänst

    def _ends_alike(self, word: str, head: str) -> bool:
        """Whether the word is inflected like its last part; "statliga" is not, so it is not a compound with "liga"."""
        lemma = self._lemma(word)
        return lemma == word or lemma.endswith((self._lemma(head), head))
