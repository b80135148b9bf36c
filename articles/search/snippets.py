"""The lines of a text that answer the question, with what matched marked.

The stems that were asked for are looked for in the text (in small letters, without dots: offsets stay the same); the
analysis of each word around a find then says whether it is a match, so "park" does not mark "parkour", and "ansökan"
marks "bygglovsansökan".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from ..sentences import ENDS
from . import languages
from .analysis import Question, Wanted, is_language_term, term_prefix
from .tokens import fold, normalise

WIDTH = 240  # letters of a snippet
LEAD = 60  # of them before the first match
MOST_FINDS = 16  # of one stem in one text
LONGEST_TEXT = 200_000  # looked through for matches
ANYWHERE = 4  # letters of a stem that is also looked for inside words, for compounds
_SPACE = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_ITEM = re.compile(r"– |[0-9]+\. ")  # of a list: it has a sign of its own
_WORD_END = re.compile(r"\w*")
_SPECIAL = re.compile("[\n&<>\"']")  # what most windows have none of: lines to join, signs to escape
_RARE = re.compile("[\u0100-\u024f]")


def _without_accent(code: int) -> str:
    return unicodedata.normalize("NFD", chr(code))[0]


_PLAIN = {code: _without_accent(code) for code in range(0xC0, 0x250)}
_PLAIN_BYTES = bytes(ord(_without_accent(code)) if code >= 0xC0 else code for code in range(0x100))


class Text(NamedTuple):
    """A text to cut snippets from, as written and as it is looked through."""

    written: str
    plain: str  # small letters without dots, each in its place; only as far as matches are looked for

    @classmethod
    def of(cls, written: str) -> Text:
        """From a text that is `tidy`."""
        return cls(written, _plain(written[:LONGEST_TEXT]))


class Match(NamedTuple):
    start: int
    end: int
    want: int  # which of the things asked for


class Marker:
    """Finds and marks in texts what one question asked for."""

    def __init__(self, question: Question, values: Sequence[float]) -> None:
        """`values`: how much finding each of the things asked for tells."""
        self._values = values
        self._want_of: dict[str, int] = {}
        for at, want in enumerate(question.wanted):
            # The words of a synonym of several words mean something together only.
            for choice in () if want.faint else want.alternatives:
                if len(choice.terms) == 1:
                    self._want_of.setdefault(choice.terms[0], at)
        self._stems = {fold(term[2:]) for term in self._want_of if is_language_term(term)}
        codes = [
            f"(?P<c{at}>{_any_shape(want)})"
            for at, want in enumerate(question.wanted)
            if not want.language_word and (want.typed or len(want.word) > 2)
        ]
        self._codes = re.compile("|".join(codes), re.IGNORECASE) if codes else None
        self._verdicts: dict[str, dict[str, int | None]] = {}

    def snippet(self, text: Text, code: str) -> str:
        """The best window of a text in a language, as HTML: escaped, with `<mark>` only."""
        written = text.written
        matches = self._matches(text, code)
        start, end = _window(written, self._best_start(matches))
        shown = [match for match in matches if start <= match.start and match.end <= end]
        html = _marked(written, start, end, shown)
        return f"{'… ' if start else ''}{html}{' …' if end < len(written) else ''}"

    def _matches(self, text: Text, code: str) -> list[Match]:
        """What matches, in order, nothing twice; of two at one place the longer."""
        found = self._words(text, code)
        if self._codes:
            found += self._numbers(self._codes, text)
        if len(found) < 2:
            return found
        found.sort(key=lambda one: (one.start, -one.end))
        kept = found[:1]
        for match in found:
            if match.start >= kept[-1].end:
                kept.append(match)
        return kept

    def _words(self, text: Text, code: str) -> list[Match]:
        written, plain = text
        verdicts = self._verdicts.setdefault(code, {})
        found = []
        for stem in self._stems:
            at = plain.find(stem)
            for _ in range(MOST_FINDS):
                if at < 0:
                    break
                start = at
                while start and plain[start - 1].isalnum():
                    start -= 1
                if start < at and len(stem) < ANYWHERE:
                    at = plain.find(stem, at + 1)
                    continue
                end = _WORD_END.match(plain, at).end()  # type: ignore[union-attr]  # it matches nothing, too
                word = written[start:end]
                if word not in verdicts:
                    verdicts[word] = self._verdict(word, code)
                want = verdicts[word]
                if want is not None:
                    found.append(Match(start, end, want))
                at = plain.find(stem, max(at + 1, end))
        return found

    @staticmethod
    def _numbers(codes: re.Pattern[str], text: Text) -> Iterator[Match]:
        for match in codes.finditer(text.written, 0, len(text.plain)):
            yield Match(match.start(), match.end(), int((match.lastgroup or "c0")[1:]))

    def _verdict(self, word: str, code: str) -> int | None:
        """Which of the things asked for a word of a text is; None if none."""
        language, prefix = languages.get(code), term_prefix(code)
        word = normalise(word)
        forms = [*language.stems(word), *(stem for part in language.parts(word) for stem in language.stems(part))]
        return next((self._want_of[prefix + form] for form in forms if prefix + form in self._want_of), None)

    def _best_start(self, matches: list[Match]) -> int:
        """Where the window begins that tells most: different things found count most, then many, then early."""
        if len(matches) < 2:
            return matches[0].start if matches else 0
        best, best_value = 0, 0.0
        for at, first in enumerate(matches):
            counts: dict[int, int] = {}
            value = 0.0
            for match in matches[at:]:
                if match.end > first.start - LEAD + WIDTH:
                    break
                count = counts[match.want] = counts.get(match.want, 0) + 1
                value += self._values[match.want] * (1.0 if count == 1 else 0.1 if count <= 4 else 0.0)
            if value > best_value * 1.05:
                best, best_value = first.start, value
        return best


def tidy(text: str) -> str:
    """A text as snippets are cut from it: single spaces, single line breaks."""
    return _LINES.sub("\n", _SPACE.sub(" ", text)).strip()


def _plain(text: str) -> str:
    """The text in small letters and without dots and accents, every letter in its place."""
    small = text.lower()
    if len(small) != len(text):  # a letter that is two when small
        small = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    if small.isascii():
        return small
    if _RARE.search(small):
        return small.translate(_PLAIN)
    # Twenty times as fast; a dash or a quotation mark that Latin-1 does not have becomes "?", in its place.
    return small.encode("latin-1", "replace").translate(_PLAIN_BYTES).decode("latin-1")


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
    simple = _SPECIAL.search(text, start, end) is None
    pieces: list[str] = []
    position = start
    for match in matches:
        pieces.append(text[position : match.start] if simple else _html(text, position, match.start))
        word = text[match.start : match.end] if simple else _html(text, match.start, match.end)
        pieces.append(f"<mark>{word}</mark>")
        position = match.end
    pieces.append(text[position:end] if simple else _html(text, position, end))
    return "".join(pieces).strip()


def _html(text: str, start: int, end: int) -> str:
    return escape(_on_one_line(text, start, end))


def _on_one_line(text: str, start: int, end: int) -> str:
    """A piece of a text without line breaks: a point stands where no sign divides a heading from what follows."""
    first, *others = text[start:end].split("\n")
    line, at = first, start + len(first)
    for other in others:
        ended = text[at - 1 : at] in (" ", *ENDS) or _ITEM.match(other)
        line += (" " if ended else " · ") + other
        at += 1 + len(other)
    return line


def _any_shape(want: Wanted) -> str:
    """A pattern for a number or code in any of its shapes: 019211000 is also 019-21 10 00, w2 is W-2."""
    shapes = [choice.terms[0] for choice in want.alternatives if len(choice.terms[0]) <= 30]
    letters = [r"[\s()/.,§-]{0,3}".join(map(re.escape, shape)) for shape in shapes]
    sections = [rf"{re.escape(shape[1:])}\s*§" for shape in shapes if shape.startswith("§")]
    return rf"(?<!\w)(?:{'|'.join(letters + sections) or '(?!)'})(?!\w)"
