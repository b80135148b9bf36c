"""White space that HTML and Markdown would collapse, found before it is written.

Somebody who types two spaces, or a space at the end of a line, means nothing by it; but a document that comes back
without it would differ from what others are typing into at the same moment. So such a run is written verbatim
(`<span data-space>`, `&#32;`) and everything else as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .schema import Node

_RUN = re.compile(r"[ \t\n]+")
_BREAK, _ATOM = "\v", "\x01"  # stand for a line break and an image: no text holds them
_UNSTABLE = re.compile(r"(?:\A|\v)[ \t\n]|[ \t\n](?:\Z|\v)|[ \t\n]{2}|[\t\n]")

Piece = tuple[str, bool]  # text, and whether it is white space to be kept verbatim


def text_pieces(nodes: Sequence[Node]) -> list[list[Piece]]:
    """For each node of a line its text in pieces: verbatim white space, and text that may be written as it is.

    Nodes that are not text have no pieces.
    """
    line = "".join(node.get("text") or (_BREAK if node["type"] == "hardBreak" else _ATOM) for node in nodes)
    if not _UNSTABLE.search(line):
        return [[(node["text"], False)] if "text" in node else [] for node in nodes]
    verbatim = [found.span() for found in _RUN.finditer(line) if not _is_stable(line, *found.span())]
    pieces: list[list[Piece]] = []
    position = 0
    for node in nodes:
        length = len(node.get("text", "x"))
        pieces.append(_cut(line, position, position + length, verbatim) if "text" in node else [])
        position += length
    return pieces


def _is_stable(line: str, start: int, end: int) -> bool:
    if line[start:end] != " " or start == 0 or end == len(line):
        return False
    return line[start - 1] != _BREAK and line[end] != _BREAK


def _cut(line: str, start: int, end: int, verbatim: list[tuple[int, int]]) -> list[Piece]:
    pieces: list[Piece] = []
    for first, last in verbatim:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if start < first:
            pieces.append((line[start:first], False))
        pieces.append((line[first:last], True))
        start = last
    if start < end:
        pieces.append((line[start:end], False))
    return pieces
