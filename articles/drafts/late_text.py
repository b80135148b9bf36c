"""What people wrote into a passage that the server was taking out at that moment: Yjs forgets it on arrival.

Going back, restoring a version or sending a whole text takes out blocks that the new text does not have. Whoever is
typing in one of them does not know yet, or is offline and will not for days. Their update is stored, and acknowledged;
but what it puts into a block that is gone is gone as well. This finds it in the log; `actions.late_text` puts it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from pycrdt import Doc, Snapshot

from ..models.draft import DraftUpdate
from ..models.moment import DraftRemoval
from .counting import Written
from .protocol import Malformed, Reader
from .structs import Ranges, Struct, read_deletions, read_update

KEEP_FOR = timedelta(days=30)  # who comes back later than that finds the text in the copy of their browser


@dataclass(frozen=True)
class Late:
    """What one person wrote into what was not there any more, a line for each block."""

    author_id: int | None
    lines: list[str]


def note_removal(draft_id: int, seq: int, update: bytes, passages: Iterable[frozenset[str]]) -> None:
    """Remember what the update number `seq`, which the server made, takes out of a draft that had these passages."""
    _structs, removed = read_update(update)
    if ranges := list(removed):
        groups = [sorted(roles) for roles in set(passages)]
        DraftRemoval.objects.create(draft_id=draft_id, seq=seq, removed=ranges, passages=groups, checked_seq=seq)


def forget(now: datetime) -> None:
    """Forget removals that are so old that nobody can still be writing into them."""
    DraftRemoval.objects.filter(at__lt=now - KEEP_FOR).delete()


def due(at_most: int = 20) -> list[int]:
    """The drafts (ids) in which something was written since something was taken out."""
    unchecked = DraftRemoval.objects.filter(checked_seq__lt=F("draft__seq"))
    return list(unchecked.values_list("draft", flat=True).distinct().order_by("draft")[:at_most])


def rows_after(draft_id: int, seq: int) -> list[Written]:
    """What was written after the update number `seq`, as far as the log still has it row by row."""
    rows = DraftUpdate.objects.filter(draft_id=draft_id, seq__gt=seq).order_by("seq")
    return [Written(seq, bytes(data), author) for seq, data, author in rows.values_list("seq", "data", "author")]


@dataclass(frozen=True)
class Read:
    """A row of the log, and what is in its update."""

    author_id: int | None
    structs: list[Struct]
    deleted: Ranges


def read(row: Written) -> Read:
    """What is in a row. What cannot be read here cannot be put back; yrs could, or it would not have been stored."""
    try:
        return Read(row.author_id, *read_update(row.data))
    except Malformed:
        return Read(row.author_id, [], Ranges())


def may_be_late(rows: Iterable[Read], removed: Ranges) -> bool:
    """Whether anything was written next to or into what was taken out; most of the time nothing was."""
    return any(one in removed for row in rows for struct in row.structs for one in struct.beside)


def find(doc: Doc, removed: Ranges, rows: Sequence[Read]) -> list[Late]:
    """What was lost of the text in `rows`; `removed` grows by it, for what comes later and stands in it.

    `doc` is the draft after all rows. Lost is what was written next to or into something of `removed`, is not in the
    draft, and was deleted by nobody.
    """
    gone = read_deletions(Reader(Snapshot.from_doc(doc).encode()))
    # A client that sends all it knows repeats what was removed, and says the same of what it had written into it.
    deleted = Ranges(part for row in rows if not _repeats(row.deleted, removed) for part in row.deleted)
    found: dict[tuple[int | None, int], list[str]] = {}
    for row in rows:
        for struct in row.structs:
            if (struct.client, struct.clock) not in gone or not any(one in removed for one in struct.beside):
                continue
            removed.add(struct.client, struct.clock, struct.clock + struct.length)
            lines = found.setdefault((row.author_id, struct.client), [""])
            if struct.is_node and lines[-1]:
                lines.append("")
            lines[-1] += _kept(struct, gone, deleted)
    return [Late(author_id, kept) for (author_id, _), lines in found.items() if (kept := [*filter(str.strip, lines)])]


def _repeats(deleted: Ranges, removed: Ranges) -> bool:
    return any((client, start) in removed for client, start, _end in deleted)


def _kept(struct: Struct, gone: Ranges, deleted: Ranges) -> str:
    """The text of an item that is not in the draft, without what somebody deleted."""
    return "".join(
        letter
        for clock, letter in _clocks(struct)
        if (struct.client, clock) in gone and (struct.client, clock) not in deleted
    )


def _clocks(struct: Struct) -> Iterator[tuple[int, str]]:
    clock = struct.clock
    for letter in struct.text or "":
        yield clock, letter
        clock += 1 if ord(letter) < 0x10000 else 2


def passages_of(removals: Iterable[DraftRemoval]) -> set[frozenset[str]]:
    """The roles of each passage that there was before these."""
    return {frozenset(roles) for removal in removals for roles in removal.passages}


def joined(removals: Iterable[DraftRemoval]) -> Ranges:
    """Everything that these took out."""
    return Ranges((client, start, end) for removal in removals for client, start, end in removal.removed)
