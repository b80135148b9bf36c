"""A draft as a room needs it, read from the log."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from pycrdt import Doc

from . import authors, store
from .identities import Identities, Row
from .nesting import Nesting
from .protocol import Malformed
from .structs import read_contents

LONG = 200_000  # bytes: shorter ones are read in a moment


@dataclass(frozen=True)
class Loaded:
    """A draft as it was read from the log."""

    doc: Doc
    seq: int
    size: int
    identities: Identities
    nesting: Nesting | None  # None where it takes long to find out: `rows` are to be read for it
    rows: list[bytes]


def load(draft_id: int) -> Loaded:
    """The document, made in a thread: a long one takes a while."""
    seq, rows, writers = read_since(draft_id, 0)
    size = sum(map(len, rows))
    nesting = read_nesting(rows) if size < LONG else None
    identities = Identities()
    identities.add(writers)
    return Loaded(store.document_of(rows, shared=True), seq, size, identities, nesting, rows)


def read_nesting(rows: list[bytes]) -> Nesting:
    """How deep everything is nested that was ever written."""
    nesting = Nesting()
    for row in rows:
        with suppress(Malformed):  # what yrs makes nothing of either
            nesting.take(read_contents(row).structs, None)
    return nesting


def read_since(draft_id: int, after: int) -> tuple[int, list[bytes], list[Row]]:
    """The log after a number, and who the clients are that wrote for the first time."""
    seq, rows = store.updates_since(draft_id, after)
    return seq, rows, authors.new_writers(draft_id, after)
