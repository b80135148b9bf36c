"""One run of text in a Y tree: its characters, and the formatting that holds the marks.

Positions in a pycrdt XmlText are counted in bytes of UTF-8.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pycrdt import XmlText

from .alignment import operations
from .schema import Node

# Pieces of text, each with its marks as JSON with sorted keys, so that they can be compared and hashed.
Parts = tuple[tuple[str, str], ...]

_WORD = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")
_FOREIGN = "\ufffc"  # stands for something that is not text, which no client of ours writes


def text_parts(text: XmlText) -> Parts:
    """What is in a run."""
    return _joined(
        (part if isinstance(part, str) else _FOREIGN, _marks(formatting or {})) for part, formatting in text.diff()
    )


def wanted_parts(nodes: Sequence[Node]) -> Parts:
    """What a run should hold: neighbouring text nodes."""
    return _joined(
        (node["text"], _marks({mark["type"]: mark.get("attrs", {}) for mark in node.get("marks", ())}))
        for node in nodes
    )


def _joined(parts: Iterator[tuple[str, str]]) -> Parts:
    made: list[tuple[str, str]] = []
    for text, marks in parts:
        if made and made[-1][1] == marks:
            made[-1] = (made[-1][0] + text, marks)
        else:
            made.append((text, marks))
    return tuple(made)


def _marks(formatting: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in formatting.items() if value is not None}, sort_keys=True)


def write_text(text: XmlText, parts: Parts) -> None:
    """Fill an empty run."""
    position = 0
    for part, marks in parts:
        text.insert(position, part, json.loads(marks))
        position += _size(part)


def change_text(text: XmlText, wanted: Parts) -> None:
    """Edit a run into another: characters that stay are not touched, and keep what others put between them."""
    parts = text_parts(text)
    if any(not isinstance(part, str) for part, _formatting in text.diff()):
        text.clear()
        write_text(text, wanted)
        return
    old = "".join(part for part, _marks in parts)
    new = "".join(part for part, _marks in wanted)
    edits = list(_edits(old, new))
    for start, end, first, last in reversed(edits):  # from the end, so that earlier positions stay right
        at = _size(old[:start])
        if end > start:
            del text[at : at + _size(old[start:end])]
        for part, marks in _slice(wanted, first, last):
            text.insert(at, part, json.loads(marks))
            at += _size(part)
    _change_marks(text, wanted)


def _size(text: str) -> int:
    return len(text.encode())


def _slice(parts: Parts, first: int, last: int) -> Iterator[tuple[str, str]]:
    """The pieces between two characters."""
    position = 0
    for part, marks in parts:
        start, end = max(first - position, 0), min(last - position, len(part))
        if start < end:
            yield part[start:end], marks
        position += len(part)


def _edits(old: str, new: str) -> Iterator[tuple[int, int, int, int]]:
    """What changes, as (start, end) in the old text and (first, last) in the new, in order.

    Words are compared first, then the characters at the ends of what differs.
    """
    yield from (
        edit for i1, i2, j1, j2 in _word_edits(old, new) if (edit := _trimmed(old, new, i1, i2, j1, j2)) is not None
    )


def _trimmed(old: str, new: str, i1: int, i2: int, j1: int, j2: int) -> tuple[int, int, int, int] | None:
    while i1 < i2 and j1 < j2 and old[i1] == new[j1]:
        i1, j1 = i1 + 1, j1 + 1
    while i1 < i2 and j1 < j2 and old[i2 - 1] == new[j2 - 1]:
        i2, j2 = i2 - 1, j2 - 1
    return (i1, i2, j1, j2) if i1 < i2 or j1 < j2 else None


def _word_edits(old: str, new: str) -> Iterator[tuple[int, int, int, int]]:
    whole = _trimmed(old, new, 0, len(old), 0, len(new))
    if whole is None:
        return
    i1, i2, j1, j2 = whole
    words_old, words_new = _WORD.findall(old[i1:i2]), _WORD.findall(new[j1:j2])
    starts_old, starts_new = _starts(words_old, i1), _starts(words_new, j1)
    for is_equal, a1, a2, b1, b2 in operations(words_old, words_new):
        if not is_equal:
            yield starts_old[a1], starts_old[a2], starts_new[b1], starts_new[b2]


def _starts(words: Sequence[str], position: int) -> list[int]:
    starts = [position]
    for word in words:
        position += len(word)
        starts.append(position)
    return starts


def _change_marks(text: XmlText, wanted: Parts) -> None:
    """Set marks where they differ. The characters are equal by now."""
    changes = []
    position = 0
    for size, now, then in _aligned(text_parts(text), wanted):
        if now != then:
            before, after = json.loads(now), json.loads(then)
            change = dict.fromkeys(before.keys() - after.keys())
            change |= {name: value for name, value in after.items() if before.get(name) != value}
            changes.append((position, position + size, change))
        position += size
    for start, end, change in changes:
        text.format(start, end, change)


def _aligned(now: Parts, then: Parts) -> Iterator[tuple[int, str, str]]:
    """The stretches in which neither changes its marks: length in bytes, marks now, marks then."""
    left, right = list(now), list(then)
    i = j = 0
    while i < len(left) and j < len(right):
        (a, marks_a), (b, marks_b) = left[i], right[j]
        length = min(len(a), len(b))
        yield _size(a[:length]), marks_a, marks_b
        left[i], right[j] = (a[length:], marks_a), (b[length:], marks_b)
        i, j = i + (length == len(a)), j + (length == len(b))
