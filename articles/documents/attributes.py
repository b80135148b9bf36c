"""Which values the attributes of nodes and marks may have: the part of the schema that ProseMirror leaves open."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .addresses import clean_image, clean_link
from .characters import is_clean_value

CALLOUT_KINDS = ("info", "warning")
CONTACT_KINDS = ("name", "phone", "email", "address", "hours", "web", "note")
ALIGNMENTS = ("left", "center", "right")

MAX_NUMBER = 999_999_999  # of an ordered list: what Markdown can say
MAX_COLSPAN = 100
MAX_ROWSPAN = 1_000
MAX_PIXELS = 20_000
MAX_VALUE = 2_000  # characters of an alternative text, a title, a label

_LANGUAGE = re.compile(r"[A-Za-z0-9_+#.\-]{1,40}\Z")
_SLUG = re.compile(r"[a-z0-9-]{1,150}\Z")

Check = Callable[[Any], bool]


def is_role_slug(value: object) -> bool:
    """Whether the value can be the slug of a role."""
    return isinstance(value, str) and _SLUG.match(value) is not None


def is_language(value: object) -> bool:
    """Whether the value can name the language of a code block."""
    return isinstance(value, str) and _LANGUAGE.match(value) is not None


def _whole(low: int, high: int) -> Check:
    # bool is a subclass of int, and True would be stored as true
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _one_of(allowed: tuple[str, ...]) -> Check:
    return lambda value: isinstance(value, str) and value in allowed


def _or_nothing(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _line(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_VALUE and is_clean_value(value)


def _link(value: Any) -> bool:
    return isinstance(value, str) and clean_link(value) == value


def _image(value: Any) -> bool:
    return isinstance(value, str) and clean_image(value) == value


def _widths(value: Any) -> bool:
    width = _whole(0, MAX_PIXELS)
    return isinstance(value, list) and 1 <= len(value) <= MAX_COLSPAN and all(map(width, value))


def _roles(value: Any) -> bool:
    if not isinstance(value, list) or not 1 <= len(value) <= 100:
        return False
    return all(map(is_role_slug, value)) and len(set(value)) == len(value)


_CELL: dict[str, Check] = {
    "colspan": _whole(1, MAX_COLSPAN),
    "rowspan": _whole(1, MAX_ROWSPAN),
    "colwidth": _or_nothing(_widths),
    "align": _or_nothing(_one_of(ALIGNMENTS)),
}
_PIXELS = _or_nothing(_whole(1, MAX_PIXELS))

NODE_CHECKS: dict[str, dict[str, Check]] = {
    "heading": {"level": _whole(1, 6)},
    "orderedList": {"start": _whole(-MAX_NUMBER, MAX_NUMBER)},
    "codeBlock": {"language": _or_nothing(is_language)},
    "tableCell": _CELL,
    "tableHeader": _CELL,
    "callout": {"kind": _one_of(CALLOUT_KINDS)},
    "contactField": {"kind": _one_of(CONTACT_KINDS)},
    "fact": {"label": _line},
    "passage": {"roles": _roles},
    "image": {
        "src": _image,
        "alt": _or_nothing(_line),
        "title": _or_nothing(_line),
        "width": _PIXELS,
        "height": _PIXELS,
        "href": _or_nothing(_link),
    },
}
MARK_CHECKS: dict[str, dict[str, Check]] = {"link": {"href": _link, "title": _or_nothing(_line)}}
