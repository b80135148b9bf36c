"""English, British and American: Porter's second stemmer, and a hand-kept list of forms that no rule finds.

Ready in 0.3 s of one core, with 25 MB, nearly all of it wordfreq, which is read when a word is found nowhere, or by
`warm()`. A dictionary of lemmas on top (28 MB) did not find more.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from threading import Lock

import snowballstemmer

from .languages import KEPT_WORDS, USUAL, read_pairs, read_words
from .tokens import fold

# It does not matter that "advise" becomes "advize" too: so it does in every text.
_ISE = re.compile(r"(?<=..)is(e|es|ed|ing|er|ers|ation|ations)$")  # organise
_OUR = re.compile(r"(?<=..)our(s|ed|ing|ite|ites|able|ful|hood|hoods)?$")  # colour


class English:
    """See `languages.Language`."""

    code = "en"

    def __init__(self) -> None:
        self.stop_words = frozenset(read_words("en_stop_words.txt"))
        self._irregular = read_pairs("en_irregular.txt")
        self._snowball = snowballstemmer.stemmer("english")
        self._lock = Lock()  # a snowball stemmer works in its own attributes
        self.stems = lru_cache(maxsize=KEPT_WORDS)(self._stems)

    def _stems(self, word: str) -> tuple[str, ...]:
        stem = self._stem(self._irregular.get(word) or _american(word))
        return (stem,) if word.isascii() else tuple(dict.fromkeys((stem, fold(stem), self._stem(fold(word)))))

    def _stem(self, word: str) -> str:
        with self._lock:
            stem: str = self._snowball.stemWord(word)
        return stem

    def asked(self, word: str) -> tuple[str, ...]:
        return self.stems(word)[:1]

    def parts(self, word: str) -> tuple[str, ...]:
        return ()

    def usual(self, word: str) -> bool:
        return word in self._usual

    def warm(self) -> None:
        self.stems("rubbish")
        self.usual("rubbish")

    @cached_property
    def _usual(self) -> frozenset[str]:
        import wordfreq

        words = wordfreq.get_frequency_dict("en", "small")
        wordfreq.get_frequency_dict.cache_clear()
        wordfreq.get_frequency_list.cache_clear()
        return frozenset(word for word, frequency in words.items() if frequency >= USUAL and word.isalpha())


def _american(word: str) -> str:
    """One spelling for what is written in two ways."""
    return _OUR.sub(r"or\1", _ISE.sub(r"iz\1", word)) if len(word) > 5 else word
