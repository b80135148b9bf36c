"""The append-only log of a draft. Everything that is written in a draft is here, or it is not saved.

Must be called inside a transaction by `articles.actions`: appending takes the lock of the draft row, so the
numbers of its updates are in commit order and a reader who asks for `seq > n` can never miss one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from pycrdt import Doc

from ..models.draft import Draft, DraftSnapshot, DraftUpdate
from ..models.person import User
from . import hints

logger = logging.getLogger(__name__)
# What somebody types is stored some fifty times a second and draft. Django has no RETURNING for an update, and building
# its queries took more of the processor than the database and the relaying together.
GROW = """
UPDATE articles_draft SET seq = seq + %s, changed_at = %s, changed_by_id = %s WHERE article_id = %s RETURNING seq
"""
ADD = "INSERT INTO articles_draftupdate (draft_id, seq, data, author_id, created_at, typed) VALUES "
ADDED_AT_ONCE = 500  # rows: databases bound the number of values
EMPTY_UPDATE = b"\x00\x00"  # Yjs v1: no structs, no deletions


def append(draft_id: int, data: bytes, author: User | None) -> int:
    """Add one Yjs v1 update that the server made. Returns its number in this draft; open rooms hear of it on commit."""
    transaction.on_commit(partial(hints.tell, draft_id), robust=True)
    return append_all(draft_id, [(data, author.pk if author else None)], typed=False)


def append_all(draft_id: int, rows: Sequence[tuple[bytes, int | None]], *, typed: bool = True) -> int:
    """Add updates, each with the id of its author. Returns the number of the last; those before count down from it.

    They are stored byte for byte. Tells nobody. Raises Draft.DoesNotExist.
    """
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    field = DraftUpdate._meta.get_field("data")
    with connection.cursor() as cursor:
        cursor.execute(GROW, [len(rows), now, rows[-1][1], draft_id])  # takes the lock of the draft's row
        grown = cursor.fetchone()
        if grown is None:
            raise Draft.DoesNotExist
        last = int(grown[0])
        numbered = list(enumerate(rows, last - len(rows) + 1))
        for at in range(0, len(numbered), ADDED_AT_ONCE):
            values: list[Any] = []
            some = numbered[at : at + ADDED_AT_ONCE]
            for seq, (data, author_id) in some:
                values += (draft_id, seq, field.get_db_prep_value(data, connection), author_id, now, typed)
            cursor.execute(ADD + ",".join(["(%s,%s,%s,%s,%s,%s)"] * len(some)), values)
    return last


def updates_since(draft_id: int, after: int = 0) -> tuple[int, list[bytes]]:
    """The number of the newest update, and all updates after number `after`, oldest first.

    Where updates were merged since, the snapshot stands for them: applying a Yjs update twice changes nothing.
    """
    # Rows first, then the snapshot: what a compaction takes away in between is then in the snapshot, so no
    # transaction is needed (on SQLite it would take the lock of the writers).
    rows = list(DraftUpdate.objects.filter(draft_id=draft_id, seq__gt=after).order_by("seq").values_list("seq", "data"))
    found = [bytes(data) for _seq, data in rows]
    last = rows[-1][0] if rows else after
    snapshot = DraftSnapshot.objects.filter(draft_id=draft_id, seq__gt=after).first()
    if snapshot:
        found.insert(0, bytes(snapshot.data))
        last = max(last, snapshot.seq)
    return last, found


def load(draft_id: int) -> tuple[Doc, int]:
    """The draft as a Yjs document, and the number of its newest update."""
    seq, updates = updates_since(draft_id)
    return document_of(updates), seq


def load_at(draft_id: int, seq: int) -> Doc | None:
    """The draft as it was after update number `seq`; None when that state was merged into a later snapshot."""
    rows = list(DraftUpdate.objects.filter(draft_id=draft_id, seq__lte=seq).order_by("seq").values_list("data"))
    snapshot = DraftSnapshot.objects.filter(draft_id=draft_id).first()
    if snapshot and snapshot.seq > seq:
        return None
    updates = ([bytes(snapshot.data)] if snapshot else []) + [bytes(data) for (data,) in rows]
    return document_of(updates)


def document_of(updates: Sequence[bytes], *, shared: bool = False) -> Doc:
    """The document that these updates make; with `shared` it may go from one thread to another.

    Every update was applied before it was stored, so each can be. Should one fail all the same, it is left out and
    logged rather than that nobody can open the draft any more.
    """
    doc: Doc = Doc(allow_multithreading=shared)
    try:
        with doc.transaction():
            for update in updates:
                doc.apply_update(update)
    except BaseException as problem:
        if not is_of_yjs(problem):
            raise
    else:
        return doc
    return _what_can_be_read(updates, shared)


def _what_can_be_read(updates: Sequence[bytes], shared: bool) -> Doc:
    """The slow way: after a failure a document is not to be trusted, so it is made anew without what failed."""
    doc: Doc = Doc(allow_multithreading=shared)
    good: list[bytes] = []
    for update in updates:
        try:
            doc.apply_update(update)
            good.append(update)
        except BaseException as problem:
            if not is_of_yjs(problem):
                raise
            logger.exception("An update of %d bytes in the log of a draft cannot be applied", len(update))
            doc = Doc(allow_multithreading=shared)
            for one in good:
                doc.apply_update(one)
    return doc


def is_of_yjs(problem: BaseException) -> bool:
    """Whether an exception means that yrs could not make sense of an update.

    It ends a call that met the impossible with pyo3's PanicException, which is no Exception.
    """
    return isinstance(problem, ValueError | RuntimeError) or type(problem).__name__ == "PanicException"
