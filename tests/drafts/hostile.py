"""Updates that no editor makes, written byte by byte."""

from __future__ import annotations

from articles.drafts.protocol import varint

Id = tuple[int, int]
ROOT = varint(1) + b"\x07default"


def nested(levels: int, client: int = 7, clock: int = 0, parent: Id | None = None) -> bytes:
    """Nodes, each the only child of the one before it; the first stands in `parent`, or at the top."""
    structs = b"".join(_node(parent if at == 0 else (client, clock + at - 1)) for at in range(levels))
    return varint(1) + varint(levels) + varint(client) + varint(clock) + structs + b"\x00"


def beside(neighbour: Id, client: int, clock: int = 0) -> bytes:
    """One node to the right of another."""
    struct = b"\x87" + varint(neighbour[0]) + varint(neighbour[1]) + varint(3) + b"\x01b"
    return varint(1) + varint(1) + varint(client) + varint(clock) + struct + b"\x00"


def value(levels: int) -> bytes:
    """An attribute that is a list in a list in a list."""
    struct = b"\x28" + ROOT + b"\x01a" + varint(1) + b"\x75\x01" * levels + b"\x7e"
    return varint(1) + varint(1) + varint(7) + varint(0) + struct + b"\x00"


def _node(parent: Id | None) -> bytes:
    inside = ROOT if parent is None else varint(0) + varint(parent[0]) + varint(parent[1])
    return b"\x07" + inside + varint(3) + b"\x01b"
