"""Text → tokens: words, and the things that are not words but are asked for by phone.

A token is what a reader would call one thing: "förskolan", "W-2", "§ 12", "019-21 10 00", "a.berg@example.org".
Some tokens are also asked for in another shape or in parts; those other shapes are its `aliases`, so that
"wi-fi" finds "wifi", "12 §" finds "§ 12", and "211000" finds "019-21 10 00".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_DIGITS = 15  # of the longest phone number (E.164); more in a row is a line of a table
MAX_TOKEN = 60  # longer "words" are keys, hashes and broken tables: nobody searches for them
_LETTERS = r"[^\W\d_]"
_PATTERNS = (
    # Most words are followed by a space or the end of a sentence: they need no look at the other patterns.
    ("word", rf"{_LETTERS}+(?=\s|[,;:!?)\"]?(?:\s|$)|\.(?:\s|$))"),
    ("email", r"\w[\w.+-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),  # bounded, or a line of dashes takes minutes
    ("section", r"§{1,2}[\s\u00a0]*\d+[\s\u00a0]?[a-zåäö]?(?!\w)|(?<!\w)\d+[\s\u00a0]?[a-zåäö]?[\s\u00a0]*§"),
    # Digits in groups: phone numbers, personal and case numbers, dates, thousands.
    ("digits", r"\+?\(?\d+\)?(?:[ \u00a0\u202f]\(?\d{2,4}\)?(?!\d)|[/-]\d+)+(?!\w)|\+\d{6,15}(?!\w)"),
    ("decimal", r"\d+(?:[.,]\d+)+(?!\w)"),
    ("dotted", r"\w+(?:\.\w+)+"),  # example.org, t.ex, 10.30
    ("joined", r"\w+(?:['’-]\w+)+"),  # W-2, e-post, covid-19, driver's
    ("other", r"\w+"),
)
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS))
_PART = re.compile(r"[^\W_]+")
_GENITIVE = re.compile(rf"(?<=\w):{_LETTERS}{{1,3}}\b")  # EU:s, tv:n
_COUNTRY = re.compile(r"^(?:\+|00)46")
_FOLD = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ð": "d", "þ": "th", "ł": "l"})


@dataclass(frozen=True, slots=True)
class Token:
    """One thing in a text, in lower case.

    `text`: its normal form. `word`: whether it is a word of a language (to be stemmed), rather than a number or code.
    `aliases`: other shapes under which it is found as a whole. `parts`: the words and numbers that it consists of.
    """

    text: str
    word: bool = True
    aliases: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def normalise(text: str) -> str:
    """Lower case, composed characters (NFC), soft hyphens gone, typographic apostrophes plain."""
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("’", "'")
    return text.lower()


def fold(word: str) -> str:
    """The word without its dots, rings and accents: "förskola" → "forskola"."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word.translate(_FOLD))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def tokenise(text: str) -> Iterator[Token]:
    """The tokens of a text in reading order."""
    text = _GENITIVE.sub("", normalise(text))
    for match in _TOKEN.finditer(text):
        raw = match.group()
        if match.lastgroup == "word":
            if len(raw) <= MAX_TOKEN:
                yield Token(raw)
        elif match.lastgroup == "other":
            raw = raw.strip("_")
            if raw and len(raw) <= MAX_TOKEN:
                yield Token(raw, word=raw.isalpha())
        elif match.lastgroup == "digits" and sum(map(str.isdigit, raw)) > MAX_DIGITS:
            yield from (Token(number, word=False) for number in re.findall(r"\d+", raw) if len(number) <= MAX_TOKEN)
        elif len(raw) <= 4 * MAX_TOKEN:
            yield _COMPOSED[match.lastgroup or ""](raw)


def surface_words(tokens: Iterable[Token]) -> set[str]:
    """The words as they are written, in lower case: what spelling is corrected to. No numbers, no codes."""
    written = (word for token in tokens for word in token.parts or (token.text,))
    return {word for word in written if 3 <= len(word) <= 30 and word.isalpha()}


def _email(raw: str) -> Token:
    raw = raw.strip(".-+")
    return Token(raw, word=False, parts=_parts(raw))


def _section(raw: str) -> Token:
    number = re.sub(r"[§\s\u00a0]", "", raw)
    return Token("§" + number, word=False, parts=(number,))


def _digits(raw: str) -> Token:
    groups = re.findall(r"\d+", raw)
    digits = "".join(groups)
    whole = "+" + digits if raw.startswith("+") else digits
    aliases = []
    national = _COUNTRY.sub("0", whole)
    if national != whole or raw.startswith("+"):
        aliases += [national.lstrip("+"), digits]
    if len(digits) - len(groups[0]) >= 4:  # without the area code, or the century
        aliases.append("".join(groups[1:]))
    return Token(whole, word=False, aliases=_others(whole, aliases), parts=tuple(groups) if len(groups) > 1 else ())


def _decimal(raw: str) -> Token:
    numbers = re.split(r"[.,]", raw)
    whole = ".".join(numbers)
    thousands = [] if any(len(number) != 3 for number in numbers[1:]) else ["".join(numbers)]
    return Token(whole, word=False, aliases=_others(whole, thousands), parts=tuple(numbers))


def _dotted(raw: str) -> Token:
    whole = raw.strip("_").removeprefix("www.")
    return Token(whole, word=False, parts=_parts(whole))


def _joined(raw: str) -> Token:
    parts = _parts(raw)
    whole = "".join(parts)
    if "'" in raw and len(parts) == 2 and len(parts[1]) <= 2:  # driver's, don't: a word with its ending
        return Token(parts[0] if parts[1] == "s" else whole, aliases=(whole,) if parts[1] == "s" else ())
    return Token(whole, word=whole.isalpha(), parts=parts)


def _parts(raw: str) -> tuple[str, ...]:
    return tuple(part for part in _PART.findall(raw) if len(part) <= MAX_TOKEN)


def _others(whole: str, shapes: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(shape for shape in shapes if shape != whole))


_COMPOSED = {
    "email": _email,
    "section": _section,
    "digits": _digits,
    "decimal": _decimal,
    "dotted": _dotted,
    "joined": _joined,
}
