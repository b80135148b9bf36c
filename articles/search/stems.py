"""Which questions mean the same: by the stems of their words, whatever their order, number or stop words."""

from __future__ import annotations

from functools import lru_cache

from . import languages
from .tokens import tokenise

CODES = ("sv", "en")


@lru_cache(maxsize=20_000)
def stem_key(question: str) -> str:
    """The same for questions that ask the same: "bin fees", "the fee for a bin" → "bin fee".

    A word is of the language in which it is more usual; a question of nothing but stop words is itself.
    """
    words = [token for token in tokenise(question) if token.text]
    stems = {_stem(token.text) if token.word else token.text for token in words if not _is_stop_word(token.text)}
    return " ".join(sorted(stems)) or " ".join(token.text for token in words) or question.casefold()


def _stem(word: str) -> str:
    read_in = [languages.get(code) for code in CODES]
    known = [one for one in read_in if one.usual(word)] or read_in
    return min((stem for one in known for stem in one.stems(word)), key=lambda stem: (len(stem), stem))


def _is_stop_word(word: str) -> bool:
    return any(word in languages.get(code).stop_words for code in CODES)
