"""Merge the beginning of a draft's log into a snapshot, so that a draft opens fast however often it was edited.

The newest rows stay as they are: a form that was open for a while is merged with what others wrote since it was opened
(`store.load_at`), and readers of the log find their place. What is merged is also cleaned: Yjs forgets the content of
what was deleted, as soon as nothing waits for an update that has not come yet. What has waited for a month is given up:
no browser has its predecessor any more.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..models.draft import Draft, DraftSnapshot, DraftUpdate
from . import moments, store, updates

logger = logging.getLogger(__name__)
COMPACT_AFTER = 200  # rows that may be merged: fewer are not worth writing a snapshot for
KEEP_ROWS = 5_000  # they are read in some 30 ms
MOST_ROWS = 10_000
# While people type it can wait: merging takes the processor, and their letters would come late.
REST = timedelta(seconds=10)
KEEP_FOR = timedelta(hours=1)
WAIT_FOR = timedelta(days=30)  # so long browsers keep what somebody could not send (static/src/drafting/kept.ts)


def compact_due(now: datetime | None = None) -> int:
    """Compact one draft that has grown enough and rests, or has grown too much.

    Gives how many rows were merged; 0 when there is none.
    """
    now = now or timezone.now()
    before = now - KEEP_FOR
    merged = Coalesce("snapshot__seq", Value(0))
    grown = Draft.objects.annotate(rows=F("seq") - merged).filter(rows__gte=COMPACT_AFTER).order_by("-rows")
    resting = Q(changed_at__lt=now - REST) | Q(rows__gte=MOST_ROWS)
    for draft_id, seq, rows in grown.filter(resting).values_list("pk", "seq", "rows"):
        old = DraftUpdate.objects.filter(draft_id=draft_id, created_at__lt=before).order_by("-seq")
        last = max(old.values_list("seq", flat=True).first() or 0, seq - KEEP_ROWS)
        if rows - (seq - last) >= COMPACT_AFTER and (done := compact(draft_id, until=last, now=now)):
            return done
    return 0


def compact(draft_id: int, *, at_least: int = 1, until: int | None = None, now: datetime | None = None) -> int:
    """Merge the rows of the log up to number `until` (all of them without) into the snapshot, if they are `at_least`.

    Merging is done before the lock of the draft is taken: nobody who types waits for it. Rows never change, so what
    was read still holds, unless another process has compacted meanwhile. Returns how many rows were merged.
    """
    moments.tally(draft_id)  # the rows say who wrote how much
    snapshot = DraftSnapshot.objects.filter(draft_id=draft_id).first()
    found = DraftUpdate.objects.filter(draft_id=draft_id, seq__gt=snapshot.seq if snapshot else 0).order_by("seq")
    if until is not None:
        found = found.filter(seq__lte=until)
    rows = list(found.values_list("seq", "data"))
    if len(rows) < max(at_least, 1):
        return 0
    data, waits_since = merge(snapshot, [bytes(data) for _, data in rows], now or timezone.now())
    last = rows[-1][0]
    made = {"seq": last, "data": data, "waits_since": waits_since}
    with transaction.atomic():
        Draft.objects.select_for_update(no_key=True).get(pk=draft_id)
        newest = DraftSnapshot.objects.filter(draft_id=draft_id).values_list("seq", flat=True).first()
        if newest != (snapshot.seq if snapshot else None):
            return 0
        DraftSnapshot.objects.update_or_create(draft_id=draft_id, defaults=made)
        DraftUpdate.objects.filter(draft_id=draft_id, seq__lte=last).delete()
    return len(rows)


def merge(snapshot: DraftSnapshot | None, rows: Sequence[bytes], now: datetime) -> tuple[bytes, datetime | None]:
    """The updates as one, and since when something in it waits for a predecessor, if anything does.

    Merging keeps what waits, and all that was deleted; a document encoded anew has neither.
    """
    whole = updates.merge([*([bytes(snapshot.data)] if snapshot else []), *rows])
    doc = store.document_of([whole])
    if not updates.waits(doc, whole):
        return doc.get_update(), None
    before = snapshot.waits_since if snapshot else None
    # What has come only now has all its time, and what waited before has it with it.
    since = now if before is None or updates.waits(doc, updates.merge(rows)) else before
    if now - since < WAIT_FOR:
        return whole, since
    cleaned = doc.get_update()
    logger.warning(
        "In the draft of article %s something has waited since %s for an update that never came; it is dropped"
        " (%d bytes before, %d after).",
        snapshot.draft_id if snapshot else None, since.date(), len(whole), len(cleaned),
    )  # fmt: skip
    return cleaned, None
