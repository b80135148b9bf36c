"""Which characters a document may hold, and what counts as white space in HTML.

Control characters can neither be stored by PostgreSQL (NUL) nor be written as HTML or XML (the rest), half a surrogate
pair cannot be written as UTF-8, and a byte order mark is dropped by every parser. None of them is ever text that
somebody meant, so they are taken out on the way in and refused in a document.
"""

from __future__ import annotations

import re

# White space that HTML collapses (https://infra.spec.whatwg.org/#ascii-whitespace). A no-break space is not among it.
SPACES = " \t\n\r\f"
SPACE_RUN = re.compile(r"[ \t\n\r\f]+")

_FORBIDDEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff"
_FORBIDDEN_IN_TEXT = re.compile(f"[{_FORBIDDEN}]")
_FORBIDDEN_IN_VALUES = re.compile(f"[{_FORBIDDEN}\t\n]")
_LINE_END = re.compile(r"\r\n?")


def clean_text(text: str) -> str:
    """Text as a document may hold it: line ends are "\\n", other control characters and broken ones are gone."""
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    return _FORBIDDEN_IN_TEXT.sub("", text)


def clean_value(text: str) -> str:
    """The same for the value of an attribute, which is one line: tabs and line ends become spaces."""
    return _FORBIDDEN_IN_VALUES.sub("", SPACE_RUN.sub(" ", text) if "\n" in text or "\t" in text else text)


def is_clean_text(text: str) -> bool:
    """Whether text may stand in a document as it is."""
    return _FORBIDDEN_IN_TEXT.search(text) is None


def is_clean_value(text: str) -> bool:
    """Whether a string may stand in an attribute as it is."""
    return _FORBIDDEN_IN_VALUES.search(text) is None
