"""Text → terms of the index; question → what to look for.

A term is a string: "s:förskol" (a Swedish stem), "e:permit" (an English one), "019211000" (no language). Whoosh is
given finished terms, so nothing of this module is pickled into the index; when what it makes of a text changes,
`ANALYSIS` must be raised, and the index is then made anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from . import languages
from .languages import KEPT_WORDS, Language
from .tokens import Token, normalise, tokenise

ANALYSIS = 1
PART_IN_TEXT = 0.7  # what a part of a compound counts for, beside a word that stands alone
PART_ASKED = 0.5
STOP_WORD_ASKED = 0.4
SHORTEST_PART_ASKED = 3  # of a code: the w of W-2 stands in every text
LONGEST_QUESTION = 40  # tokens; what is pasted beyond that only slows down and blurs


@dataclass(frozen=True)
class Terms:
    """The terms of one field of one text: term → how often; `length`: the words, a part of a compound counting less."""

    weights: dict[str, float]
    length: int


@dataclass(frozen=True)
class Alternative:
    """Terms that must all be there, and what finding them counts for (1: as asked)."""

    terms: tuple[str, ...]
    weight: float = 1.0


@dataclass
class Wanted:
    """One thing that was asked for: the best of its alternatives counts, times `weight`.

    `word`: as typed, in lower case; for a part of a compound, the part, and then `whole` is the compound.
    `language_word`: not a number or code, so its spelling can be wrong. `faint`: a stop word; it finds nothing by
    itself, but among titles that other words have found, those that also hold it come first. `joined`: written with
    a hyphen, so that its spelling is nobody's slip.
    """

    word: str
    alternatives: list[Alternative]
    weight: float = 1.0
    whole: str = ""
    language_word: bool = True
    faint: bool = False
    joined: bool = False

    @property
    def typed(self) -> bool:
        """Whether it stands in the question itself."""
        return not self.whole and not self.faint


@dataclass
class Question:
    """What a question asks for. `stopped`: whether nothing but stop words was asked, so that they count."""

    wanted: list[Wanted] = field(default_factory=list)
    stopped: bool = False

    @property
    def terms(self) -> set[str]:
        """All terms that may be looked up."""
        return {term for want in self.wanted for choice in want.alternatives for term in choice.terms}


def terms_of(tokens: Iterable[Token], code: str) -> Terms:
    """The terms of the tokens of a text in one language."""
    language, prefix = languages.get(code), term_prefix(code)
    weights: dict[str, float] = defaultdict(float)
    length = 0.0
    for token in tokens:
        if token.word and not token.parts and not token.aliases:
            terms, words = word_terms(token.text, code)
        else:
            terms, words = _terms(token, language, prefix)
        length += words
        for term, weight in terms:
            weights[term] += weight
    return Terms(dict(weights), round(length))


def together(some: Terms, others: Terms) -> Terms:
    """The terms of two texts as one."""
    weights = dict(some.weights)
    for term, weight in others.weights.items():
        weights[term] = weights.get(term, 0.0) + weight
    return Terms(weights, some.length + others.length)


@lru_cache(maxsize=KEPT_WORDS)
def word_terms(word: str, code: str) -> tuple[tuple[tuple[str, float], ...], float]:
    """The terms of a word of a language, each with its weight; and for how many words it counts."""
    return _terms(Token(word), languages.get(code), term_prefix(code))


def _terms(token: Token, language: Language, prefix: str) -> tuple[tuple[tuple[str, float], ...], float]:
    terms: list[tuple[str, float]] = []
    parts = token.parts
    if token.word:
        terms += [(prefix + stem, 1.0) for stem in language.stems(token.text)]
        parts = parts or language.parts(token.text)
    else:
        terms.append((token.text, 1.0))
    terms += [(alias, 1.0) for alias in token.aliases]
    for part in parts:
        stems = [prefix + stem for stem in language.stems(part)] if part.isalpha() else [part]
        terms += [(stem, PART_IN_TEXT) for stem in stems]
    return tuple(terms), 1 + PART_IN_TEXT * len(parts)


def term_prefix(code: str) -> str:
    """What the terms of a language begin with, so that the same letters in two languages are two terms."""
    return f"{code[0]}:"


def is_language_term(term: str) -> bool:
    """Whether a term belongs to a language (its rarity is then counted among the texts of that language)."""
    return term[1:2] == ":"


def question_of(text: str, codes: Sequence[str]) -> Question:
    """What a question asks for, read in each of some languages (those that the index holds).

    Stop words are those of the language in which the question is asked, as far as its stop words tell. Where nothing
    else was asked ("vad är det"), they count like other words.
    """
    tokens = list(tokenise(text))[:LONGEST_QUESTION]
    read_in = [languages.get(code) for code in codes]
    stop_words = _stop_words(tokens, read_in)
    if not text.isupper():  # IT is a department, "it" is not
        stop_words -= {normalise(word) for word in text.split() if len(word) > 1 and word.isupper()}
    for stopped in (False, True):
        wanted: dict[str, Wanted] = {}
        for token in tokens:
            for want in _wanted(token, read_in, not stopped and token.text in stop_words):
                known = wanted.get(want.word)
                if known is None or want.weight > known.weight:
                    wanted[want.word] = want
        if any(not want.faint for want in wanted.values()):
            return Question(list(wanted.values()), stopped)
    return Question()


def _stop_words(tokens: Sequence[Token], read_in: Sequence[Language]) -> set[str]:
    """Which words of a question are stop words: "men" is one in "men hur gör jag", and none in "shelter for men".

    Several languages may have the same share in a question; then each has its stop words.
    """
    words = [token.text for token in tokens if token.word]
    said = [{word for word in words if word in one.stop_words} for one in read_in]
    if len([found for found in said if found]) < 2:
        return set().union(*said)
    shares = [len(found) + sum(map(one.usual, words)) for found, one in zip(said, read_in, strict=True)]
    return {word for share, found in zip(shares, said, strict=True) if share == max(shares) for word in found}


def _wanted(token: Token, read_in: Sequence[Language], faint: bool) -> Iterator[Wanted]:
    """What a token asks for: itself, then what it consists of."""
    if not token.word:
        shapes = dict.fromkeys((token.text, *token.aliases))
        yield Wanted(token.text, [Alternative((shape,)) for shape in shapes], language_word=False)
    elif faint:
        yield Wanted(token.text, _choices(token.text, read_in), STOP_WORD_ASKED, faint=True)
        return
    else:
        choices = _choices(token.text, read_in)
        choices += [Alternative((alias,)) for alias in token.aliases]
        yield Wanted(token.text, choices, joined=bool(token.parts))
    for part in token.parts:
        if part.isalpha() and (token.word or len(part) >= SHORTEST_PART_ASKED):
            yield Wanted(part, _choices(part, read_in), PART_ASKED, token.text)
    if token.word and not token.parts:
        for one in read_in:
            for part in one.parts(token.text):
                yield Wanted(part, _choices(part, [one]), PART_ASKED, token.text)


def _choices(word: str, read_in: Sequence[Language]) -> list[Alternative]:
    return [Alternative((term,)) for one in read_in for term in asked_terms(word, one)]


def asked_terms(word: str, language: Language) -> tuple[str, ...]:
    """The terms by which a word of a question looks in one language."""
    prefix = term_prefix(language.code)
    return tuple(prefix + stem for stem in language.asked(word))
