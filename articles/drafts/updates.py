"""What can be known of a Yjs update without a document: whether it is one, and what it adds to a document."""

from __future__ import annotations

from collections.abc import Sequence

from pycrdt import Doc, get_state, get_update, merge_updates

from .protocol import Malformed, Reader
from .state_vectors import decode_state
from .store import EMPTY_UPDATE, is_of_yjs
from .structs import Contents, read_contents

NO_STRUCTS = b"\x00"
MERGED_AT_ONCE = 16
MOST_PIECES = 30_000  # a paragraph has two or three


def check(update: bytes) -> Contents:
    """What is in a Yjs v1 update: everything is decoded, nothing is applied.

    Raises Malformed for what is none, structs.TooMany for too much at once. It is read here before yrs gets it, which
    calls itself for each level of a value and ends the process where there are too many.
    """
    contents = read_contents(update, MOST_PIECES)
    try:
        get_state(update)
    except BaseException as problem:
        if is_of_yjs(problem):
            raise Malformed from None
        raise
    return contents


def apply(doc: Doc, update: bytes) -> None:
    """Apply a checked update. Raises Malformed where it contradicts the document; the document is not usable then."""
    try:
        doc.apply_update(update)
    except BaseException as problem:
        if is_of_yjs(problem):
            raise Malformed from None
        raise


def waits(doc: Doc, update: bytes) -> bool:
    """Whether an applied update holds something that the document cannot place yet, because an earlier one lacks.

    A document does not give such structs or deletions out again when it is encoded (`Doc.get_update`).
    """
    state = doc.get_state()
    beyond = get_update(update, state)
    if beyond[:1] != NO_STRUCTS:
        return True
    if beyond == EMPTY_UPDATE:
        return False
    written = decode_state(state)
    return any(end > written.get(client, 0) for client, end in _deletions(beyond[1:]))


def adds(update: bytes, state: bytes) -> bool:
    """Whether an update writes anything beyond a state vector: one that only deletes does not."""
    return get_update(update, state)[:1] != NO_STRUCTS


def check_state(state: bytes) -> None:
    """Raise Malformed unless the bytes are a state vector."""
    reader = Reader(state)
    for _ in range(reader.number()):
        reader.number()
        reader.number()
    if not reader.at_end:
        raise Malformed


def _deletions(delete_set: bytes) -> list[tuple[int, int]]:
    """(client, end of a range that was deleted) of an encoded delete set."""
    reader = Reader(delete_set)
    found = []
    for _ in range(reader.number()):
        client = reader.number()
        for _ in range(reader.number()):
            start = reader.number()
            found.append((client, start + reader.number()))
    return found


def merge(parts: Sequence[bytes]) -> bytes:
    """One or more updates as one, with what waits for others and what was deleted. Raises what pycrdt raises.

    A few at a time, and what they make again: `merge_updates` compares each with all of the others, so that seven
    thousand take twenty times as long at once, and it lets no other thread of the process do anything meanwhile.
    """
    while len(parts) > 1:
        parts = [merge_updates(*parts[at : at + MERGED_AT_ONCE]) for at in range(0, len(parts), MERGED_AT_ONCE)]
    return parts[0]


def merged(parts: Sequence[bytes]) -> list[bytes]:
    """The updates as one, where they can be merged."""
    if not parts:
        return []
    try:
        return [merge(parts)]
    except BaseException as problem:
        if is_of_yjs(problem):
            return list(parts)
        raise
