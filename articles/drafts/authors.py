"""Who writes in a draft. Yjs says which client wrote a passage; this says which person that client was.

A client id is noted when it first writes, with the person whose update carried it. Should another person's update carry
it later on, that is noted too, from that clock on: nobody can write in the name of somebody else.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial

from django.db import transaction

from ..kept import Kept
from ..models.draft import Draft, DraftClient
from ..models.person import User
from . import moments
from .counting import Writers
from .state_vectors import decode_state

# Of each draft that was written in: {client: the person it is}. Asked for every stored update, so kept in memory.
_known: Kept[dict[int, int | None]] = Kept(500)


def note(draft_id: int, state_before: bytes, state_after: bytes, user: User | None) -> None:
    """Note who writes: `user` made the clients of a draft advance from one encoded state vector to the other.

    To be called after every `store.append`, in its transaction: under the lock of the draft row two processes cannot
    note the same client at once. Calling it again changes nothing. `user` is None where a program has no person.
    """
    before = _decoded(state_before)
    person = user.pk if user else None
    after = _decoded(state_after).items() if state_before != state_after else ()
    note_new(
        draft_id, ((client, before.get(client, 0), person) for client, clock in after if clock > before.get(client, 0))
    )


def note_new(draft_id: int, written: Iterable[tuple[int, int, int | None]]) -> None:
    """Note clients with the clock from which on they write and the id of the person, where that is not known yet.

    Three queries at most, none where all is known. To be called like `note`.
    """
    known = _known.get(draft_id, None, dict)
    noted: dict[int, int | None] = {}
    new: list[tuple[int, int, int | None]] = []
    for client, clock, person in written:
        if (noted if client in noted else known).get(client, -1) != person:
            noted[client] = person
            new.append((client, clock, person))
    if new:
        _write(draft_id, new)
        # Only what is committed is remembered.
        transaction.on_commit(partial(known.update, noted), robust=True)


def new_writers(draft_id: int, after: int = 0) -> list[tuple[int, int, int | None]]:
    """(client, clock from which on, id of the person) as noted after the update number `after`."""
    rows = DraftClient.objects.filter(draft_id=draft_id, first_seq__gt=after)
    return list(rows.values_list("client", "first_clock", "user_id"))


# What one update leaves behind is what the next one finds.
_decoded = lru_cache(maxsize=1_000)(decode_state)


def _write(draft_id: int, new: list[tuple[int, int, int | None]]) -> None:
    """Add a row for each (client, clock from which on, person) where the last writer was not this person."""
    rows = DraftClient.objects.filter(draft_id=draft_id, client__in={client for client, _, _ in new})
    last: dict[int, int | None] = {row.client: row.user_id for row in rows.order_by("first_clock")}
    seq = Draft.objects.values_list("seq", flat=True).get(pk=draft_id)
    added = []
    for client, clock, person in new:
        if last.get(client, -1) != person:
            last[client] = person
            added.append(
                DraftClient(draft_id=draft_id, client=client, first_clock=clock, first_seq=seq, user_id=person)
            )
    DraftClient.objects.bulk_create(added, ignore_conflicts=True)


@dataclass(frozen=True)
class Authors:
    """Who wrote what since the last version: beyond the clocks of `since`, each client is the person noted for it."""

    since: str  # the state vector of the published text, base64
    clients: dict[str, list[tuple[int, int]]]  # {client: [(from this clock on, id of the person), …]}, oldest first
    people: dict[int, User]
    writers: Writers


def since_published(draft_id: int) -> Authors:
    """Who has written in a draft since its text was last published; since its beginning when it never was."""
    draft = Draft.objects.get(pk=draft_id)
    state, writers = moments.writing_since(draft_id, draft.published_seq)
    published = decode_state(bytes(draft.published_state))
    writing = {client for client, clock in decode_state(state).items() if clock > published.get(client, 0)}
    clients: dict[str, list[tuple[int, int]]] = {}
    for row in DraftClient.objects.filter(draft_id=draft_id, user__isnull=False):
        if row.client in writing and row.user_id is not None:
            clients.setdefault(str(row.client), []).append((row.first_clock, row.user_id))
    ids = {person for rows in clients.values() for _clock, person in rows} | {int(key) for key in writers if key}
    return Authors(b64encode(draft.published_state).decode(), clients, User.objects.in_bulk(ids), writers)
