"""What is known about each language: its stop words, and how the forms of a word become one.

`get(code)` is cheap: the dictionaries behind a language are read at its first word, or by its `warm()`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Protocol

DATA = Path(__file__).with_name("data")
KEPT_WORDS = 50_000  # a word is analysed once; the vocabulary of a centre fits
CODES = ("en", "sv")
USUAL = 1e-6  # share of all running words; slips of the pen are rarer


class Language(Protocol):
    """How one language is analysed. Words are in lower case (`tokens.normalise`)."""

    code: str
    stop_words: frozenset[str]

    def stems(self, word: str) -> tuple[str, ...]:
        """The forms under which a word of a text is found; the first is the main one."""
        ...

    def asked(self, word: str) -> tuple[str, ...]:
        """The forms by which a word of a question looks; any of them will do."""
        ...

    def parts(self, word: str) -> tuple[str, ...]:
        """The words that a compound consists of; () when it is none."""
        ...

    def usual(self, word: str) -> bool:
        """Whether everybody knows the word, so that it is no slip of the pen even where no text holds it."""
        ...

    def warm(self) -> None:
        """Read the dictionaries now."""
        ...


@cache
def get(code: str) -> Language:
    """The language of a code; English for one that has no rules here."""
    if code == "sv":
        from .swedish import Swedish

        return Swedish()
    from .english import English

    return English()


def read_words(name: str) -> tuple[str, ...]:
    """The words of a file in `data/`: separated by white space, # begins a comment."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines for word in line.partition("#")[0].split())


def read_pairs(name: str) -> dict[str, str]:
    """The pairs of a file in `data/`, written form=base."""
    return dict(word.split("=", 1) for word in read_words(name))
