"""Who writes in a draft. Yjs says which client wrote a passage; this says which person that client was.

A client id is noted when it first writes, with the person whose update carried it. Should another person's update carry
it later on, that is noted too, from that clock on: nobody can write in the name of somebody else.
"""

from __future__ import annotations

from functools import partial

from django.db import transaction

from ..kept import Kept
from ..models.draft import Draft, DraftClient
from ..models.person import User
from .state_vectors import decode_state

# Of each draft that was written in: {client: the person it is}. Asked for every stored update, so kept in memory.
_known: Kept[dict[int, int | None]] = Kept(500)


def note(draft_id: int, state_before: bytes, state_after: bytes, user: User | None) -> None:
    """Note who writes: `user` made the clients of a draft advance from one encoded state vector to the other.

    To be called after every `store.append`, in its transaction: under the lock of the draft row two processes cannot
    note the same client at once. Calling it again changes nothing. `user` is None where a program has no person.
    """
    if state_before == state_after:
        return
    person = user.pk if user else None
    known = _known.get(draft_id, None, dict)
    before = decode_state(state_before)
    new = {
        client: before.get(client, 0)
        for client, clock in decode_state(state_after).items()
        if clock > before.get(client, 0) and (client not in known or known[client] != person)
    }
    if new:
        _write(draft_id, new, person)
        # Only what is committed is remembered.
        transaction.on_commit(partial(known.update, dict.fromkeys(new, person)), robust=True)


def _write(draft_id: int, new: dict[int, int], person: int | None) -> None:
    """Add the rows of clients ({client: the clock from which on}) whose last writer was not this person."""
    rows = DraftClient.objects.filter(draft_id=draft_id, client__in=new).order_by("first_clock")
    last = {row.client: row.user_id for row in rows}
    seq = Draft.objects.values_list("seq", flat=True).get(pk=draft_id)
    DraftClient.objects.bulk_create(
        [
            DraftClient(draft_id=draft_id, client=client, first_clock=clock, first_seq=seq, user_id=person)
            for client, clock in new.items()
            if client not in last or last[client] != person
        ],
        ignore_conflicts=True,
    )
