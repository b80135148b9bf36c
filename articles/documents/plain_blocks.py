"""Plain words as blocks of a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .schema import Node


def paragraphs(lines: Sequence[str]) -> list[Node]:
    """A paragraph for each line; lines are not empty."""
    return [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]


def passage_of(lines: Sequence[str], roles: Iterable[str]) -> Node:
    """The same as a passage that only these roles read; at least one line and one role."""
    return {"type": "passage", "attrs": {"roles": sorted(roles)}, "content": paragraphs(lines)}
