"""The lines of a text that answer the question, with what matched marked.

One regular expression finds candidates (anything that begins like a stem that was asked for); the analysis of each
candidate then says whether it is a match, so "park" does not mark "parkour", and "ansökan" marks "bygglovsansökan".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.html import escape

from . import languages
from .analysis import Question, Wanted, is_language_term, term_prefix
from .tokens import fold, normalise

WIDTH = 240  # letters of a snippet
LEAD = 60  # of them before the first match
MOST_MATCHES = 200
LONGEST_TEXT = 200_000  # looked through for matches
_LIKE = {"a": "[aåäáàâ]", "o": "[oöóòôø]", "e": "[eéèêë]", "u": "[uüúù]", "i": "[iíìï]", "c": "[cç]", "n": "[nñ]"}
_WORD_BEFORE = re.compile(r"\w+$")
_SPACE = re.compile(r"\s+")


class Match(NamedTuple):
    start: int
    end: int
    want: int  # which of the things asked for


class Marker:
    """Finds and marks in texts what one question asked for."""

    def __init__(self, question: Question, rarities: Sequence[float]) -> None:
        self._rarities = rarities
        self._wants_of: dict[str, int] = {}
        words, codes = set(), []
        for at, want in enumerate(question.wanted):
            terms = [term for choice in want.alternatives for term in choice.terms]
            for term in terms:
                self._wants_of.setdefault(term, at)
            words |= {_opened(term[2:]) for term in terms if is_language_term(term)}
            if not want.language_word and (want.typed or len(want.word) > 2):
                codes.append((at, want))
        self._codes = [at for at, _ in codes]
        patterns = [f"(?P<c{at}>{_spaced(want)})" for at, want in codes]
        if words:
            # Longest first, because the first alternative that fits is taken.
            patterns.append(f"(?P<word>(?:{'|'.join(sorted(words, key=len, reverse=True))})\\w*)")
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None
        self._verdicts: dict[tuple[str, str], int | None] = {}

    def snippet(self, text: str, code: str) -> str:
        """The best window of a text in a language, as HTML: escaped, one line, `<mark>` and nothing else."""
        matches = self._matches(text[:LONGEST_TEXT], code)
        start = self._best_start(matches)
        start, end = _window(text, start)
        shown = [match for match in matches if start <= match.start and match.end <= end]
        html = _marked(text, start, end, shown)
        return ("… " if start > 0 else "") + html + (" …" if end < len(text.rstrip()) else "")

    def _matches(self, text: str, code: str) -> list[Match]:
        if self._pattern is None:
            return []
        found: list[Match] = []
        for match in self._pattern.finditer(text):
            start, end = match.span()
            if match.lastgroup == "word":
                before = _WORD_BEFORE.search(text, max(0, start - 40), start)
                start = before.start() if before else start
                want = self._verdict(text[start:end], code)
            else:
                want = int((match.lastgroup or "c0")[1:])
            if want is not None and (not found or start >= found[-1].end):
                found.append(Match(start, end, want))
                if len(found) >= MOST_MATCHES:
                    break
        return found

    def _verdict(self, word: str, code: str) -> int | None:
        """Which of the things asked for a word of a text is; None if none."""
        key = (word, code)
        if key not in self._verdicts:
            language, prefix = languages.get(code), term_prefix(code)
            word = normalise(word)
            forms = [*language.stems(word), *(stem for part in language.parts(word) for stem in language.stems(part))]
            wants = (self._wants_of[prefix + form] for form in forms if prefix + form in self._wants_of)
            self._verdicts[key] = next(wants, None)
        return self._verdicts[key]

    def _best_start(self, matches: list[Match]) -> int:
        """Where the window begins that holds the most telling matches: different ones count, then many, then early."""
        best, best_value = 0, 0.0
        for at, first in enumerate(matches):
            seen: dict[int, int] = {}
            for match in matches[at:]:
                if match.end > first.start - LEAD + WIDTH:
                    break
                seen[match.want] = seen.get(match.want, 0) + 1
            value = sum(self._rarities[want] * (1 + 0.1 * min(count - 1, 3)) for want, count in seen.items())
            if value > best_value * 1.05:
                best, best_value = first.start, value
        return best


def _window(text: str, first_match: int) -> tuple[int, int]:
    """Whole words around a match; from the beginning of the text or its line where that is near."""
    start = max(0, first_match - LEAD)
    if start:
        line = text.rfind("\n", start - 1, first_match)
        space = text.find(" ", start, first_match)
        start = line + 1 if line >= 0 else space + 1 if space >= 0 else first_match
    end = min(len(text), start + WIDTH)
    if end < len(text):
        space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
        end = space if space > start + WIDTH // 2 else end
    return start, end


def _marked(text: str, start: int, end: int, matches: Iterable[Match]) -> str:
    pieces: list[str] = []
    position = start
    for match in matches:
        pieces += [escape(_line(text[position : match.start]))]
        pieces += ["<mark>", escape(_line(text[match.start : match.end])), "</mark>"]
        position = match.end
    pieces.append(escape(_line(text[position:end])))
    return "".join(pieces).strip()


def _line(text: str) -> str:
    return _SPACE.sub(" ", text)


def _opened(stem: str) -> str:
    """A pattern for words that begin like a stem, with or without dots; short ones only at the beginning of a word."""
    letters = "".join(_LIKE.get(letter, re.escape(letter)) for letter in fold(stem))
    return letters if len(stem) > 3 else rf"\b{letters}"


def _spaced(want: Wanted) -> str:
    """A pattern for a number or code in any of its shapes: 019211000 is also 019-21 10 00, w2 is W-2."""
    shapes = [choice.terms[0] for choice in want.alternatives]
    letters = [r"[\s()/.,§-]{0,3}".join(map(re.escape, shape)) for shape in shapes if len(shape) <= 30]
    sections = [rf"{re.escape(shape[1:])}\s*§" for shape in shapes if shape.startswith("§")]
    return rf"(?<!\w)(?:{'|'.join(letters + sections) or '(?!)'})(?!\w)"
