"""How much each person wrote and deleted, counted from the updates of a draft.

A number that people compare, not an account: what Yjs numbers is characters, and also the nodes and marks around them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pycrdt import Doc

from .state_vectors import deleted_units, written_units

# {id of a person, as text (so JSON has it): [written, deleted]}; "" is nobody known.
Writers = dict[str, list[int]]
# Whoever counts gently computes for some milliseconds, and then leaves the processor to those who type for as many.
GROUPS_AT_ONCE, REST_SECONDS = 32, 0.004


@dataclass(frozen=True, slots=True)
class Written:
    """One row of the log."""

    seq: int
    data: bytes
    author_id: int | None


def count(doc: Doc, rows: Iterable[Written], *, gently: bool = False) -> Writers:
    """Apply rows to a document; gives what each author added and took away. What was there counts for nobody.

    `gently` takes twice the time and keeps nobody waiting who shares the process.
    """
    writers: Writers = {}
    reached, deleted = written_units(doc.get_state()), 0

    def note(event: Any) -> None:  # pycrdt's annotation does not tell all that its TransactionEvent has
        nonlocal deleted
        deleted += deleted_units(event.delete_set)  # an event can only be read in here

    subscription = doc.observe(note)
    try:
        for number, (author_id, group) in enumerate(groupby(rows, key=lambda row: row.author_id), 1):
            if gently and number % GROUPS_AT_ONCE == 0:
                time.sleep(REST_SECONDS)
            before, deleted = reached, 0
            with doc.transaction():
                for row in group:
                    doc.apply_update(row.data)
            reached = written_units(doc.get_state())
            if reached > before or deleted:
                both = writers.setdefault(str(author_id or ""), [0, 0])
                both[0] += reached - before
                both[1] += deleted
    finally:
        doc.unobserve(subscription)
    return writers


def merged(parts: Sequence[Writers]) -> Writers:
    """The sums of several counts."""
    total: Writers = {}
    for part in parts:
        for person, (written, deleted) in part.items():
            both = total.setdefault(person, [0, 0])
            both[0] += written
            both[1] += deleted
    return total
