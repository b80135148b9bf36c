"""Words that find each other: a hand-kept table, applied to the question, never to the index.

So a manager who adds "dagis, förskola" is answered at once, and nothing is indexed anew. A word found through the
table counts for less than the word that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from . import languages
from .analysis import Alternative, Question, Wanted, asked_terms
from .languages import DATA
from .tokens import tokenise

WEIGHT = 0.75
LONGEST_PHRASE = 4
Key = tuple[str, ...]


def table_of(groups: Iterable[Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Groups of words or phrases → each with the others of its groups."""
    table: dict[str, dict[str, None]] = {}
    for group in groups:
        words = [" ".join(word.lower().split()) for word in group]
        for word in words:
            if word:
                table.setdefault(word, {}).update(dict.fromkeys(other for other in words if other and other != word))
    return {word: tuple(others) for word, others in table.items()}


@cache
def built_in() -> Mapping[str, tuple[str, ...]]:
    """What municipalities and their public call the same things, in English and Swedish."""
    texts = [(DATA / f"synonyms_{code}.txt").read_text(encoding="utf-8") for code in languages.CODES]
    groups = [line.partition("#")[0].split(",") for text in texts for line in text.splitlines()]
    return table_of(group for group in groups if len(group) > 1)


class SynonymTable:
    """A table made ready for questions in some languages: the stems of words → what else to look for."""

    def __init__(self, words: Mapping[str, tuple[str, ...]], codes: Sequence[str]) -> None:
        self.words = words
        self.codes = codes
        self._others: dict[Key, dict[Key, None]] = {}
        for word, others in words.items():
            for code in self.codes:
                key = _key(word, code)
                if key and len(key) <= LONGEST_PHRASE:
                    found = (_key(other, code) for other in others)
                    self._others.setdefault(key, {}).update(dict.fromkeys(o for o in found if o and o != key))

    def expand(self, question: Question) -> None:
        """Add to a question what its words and phrases are also called."""
        typed = [want for want in question.wanted if want.typed]
        for code in self.codes:
            for want in question.wanted:
                if want.language_word and not want.faint:
                    want.alternatives += self._alternatives(_key(want.word, code))
            stems = [_key(want.word, code) for want in typed]
            for length in range(2, LONGEST_PHRASE + 1):
                for start in range(len(typed) - length + 1):
                    phrase = tuple(stem for key in stems[start : start + length] for stem in key)
                    alternatives = self._alternatives(phrase) if len(phrase) == length else []
                    if alternatives:
                        words = " ".join(want.word for want in typed[start : start + length])
                        question.wanted.append(Wanted(words, alternatives, whole=words))

    def _alternatives(self, key: Key) -> list[Alternative]:
        return [Alternative(other, WEIGHT) for other in self._others.get(key, ())]


@lru_cache(maxsize=20_000)
def _key(words: str, code: str) -> Key:
    """The terms of a word or phrase in a language, without stop words."""
    language = languages.get(code)
    tokens = [token for token in tokenise(words) if token.text not in language.stop_words]
    return tuple(asked_terms(token.text, language)[0] if token.word else token.text for token in tokens)
