"""Keep what a draft said at certain moments, and thin them out as time passes, like a time machine.

A moment holds the whole text: it needs no row of the log, which `compaction` merges away. What each person wrote is
counted from those rows before they go, into the tally of the draft, which the next moment takes over.

Writes are made under the lock of the draft row; reading a long draft is not, so that nobody who types waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from pycrdt import Doc

from .. import access, documents
from ..models.draft import Draft, DraftSnapshot, DraftUpdate
from ..models.moment import DraftMoment, DraftTally, Reason
from ..models.person import User
from ..models.version import Version
from . import store
from .counting import Writers, Written, count, merged
from .thinning import thin

PAUSE = timedelta(minutes=1)  # nobody wrote for so long: what was written belongs together
LONGEST = timedelta(minutes=10)  # of writing without a pause
AFTER = float("inf")
TRIES = 5  # another process may count the same rows at the same time


@dataclass
class _Reading:
    """A draft as it was read without a lock, and what was written in it since it was last counted."""

    doc: Doc
    seq: int
    tally: DraftTally
    parts: dict[float, Writers]  # what was written up to each moment that is kept, but not counted yet
    writers: Writers  # and what after the last
    began_at: datetime | None
    last_at: datetime


def due(now: datetime, at_most: int = 20) -> list[int]:
    """The drafts (ids) of which a moment should be kept now: quiet for a while, or written in for long."""
    unkept = DraftUpdate.objects.filter(draft=OuterRef("pk"), created_at__lte=now - LONGEST).filter(
        seq__gt=OuterRef("kept")
    )
    drafts = Draft.objects.annotate(kept=Coalesce("tally__moment_seq", Value(0))).filter(seq__gt=F("kept"))
    rested = Q(changed_at__lte=now - PAUSE)
    long = Q(tally__began_at__lte=now - LONGEST) | Exists(unkept)
    return list(drafts.filter(rested | long).order_by("changed_at").values_list("pk", flat=True)[:at_most])


def tally(draft_id: int) -> None:
    """Count who wrote how much, before the rows that tell are merged away; whoever types does not feel it."""
    for _try in range(TRIES):
        reading = _read(draft_id, gently=True)
        with transaction.atomic():
            if _is_current(reading):
                _save(reading, moment_seq=reading.tally.moment_seq, writers=reading.writers, began_at=reading.began_at)
                return


def record(draft_id: int, reason: Reason = Reason.WRITING, user: User | None = None) -> DraftMoment | None:
    """Keep what the draft says now. Gives the moment that says it: one from before when nothing changed since.

    None when other processes wrote it down each time that this one tried.
    """
    for _try in range(TRIES):
        reading = _read(draft_id)
        with transaction.atomic():
            if _is_current(reading):
                return _record(draft_id, reading, reason, user)
    return None


def writing_since(draft_id: int, seq: int) -> tuple[bytes, Writers]:
    """The state vector of the draft as it is, and how much each person has written since the update number `seq`."""
    reading = _read(draft_id)
    kept = DraftMoment.objects.filter(draft_id=draft_id, seq__gt=seq).values_list("writers", flat=True)
    counted = [writers for last, writers in reading.parts.items() if last > seq]
    return reading.doc.get_state(), merged([*kept, *counted, reading.writers])


def mark_published(draft_id: int, doc: Doc, seq: int, version: Version) -> None:
    """What the draft says after update number `seq` is published: `doc` is that state, `version` has its text."""
    mark_published_at(draft_id, doc.get_state(), seq, version, _title(doc))


def mark_published_at(draft_id: int, state: bytes, seq: int, version: Version, title: str) -> None:
    """`mark_published` where only the state vector there and the title of the draft are known any more."""
    Draft.objects.filter(pk=draft_id).update(published_seq=seq, published_state=state)
    values = {
        "at": version.published_at, "reason": Reason.PUBLISHED, "user": version.author, "title": title,
        "version": version, "packed": b"",
    }  # fmt: skip
    DraftMoment.objects.update_or_create(draft_id=draft_id, seq=seq, defaults=values)


def keep_returned(draft_id: int, seq: int, doc: Doc, user: User, to: DraftMoment) -> DraftMoment:
    """Note that somebody went back: `doc` is the draft after update number `seq`, made to say what `to` says."""
    values = {
        "at": timezone.now(), "reason": Reason.RETURNED, "user": user, "title": _title(doc), "returned_to": to.at,
        "packed": DraftMoment.pack(documents.read_draft(doc)),
    }  # fmt: skip
    return DraftMoment.objects.update_or_create(draft_id=draft_id, seq=seq, defaults=values)[0]


def _read(draft_id: int, *, gently: bool = False) -> _Reading:
    """Replay the log. Rows first, then the snapshot: what is merged in between is then in the snapshot."""
    tally = DraftTally.objects.filter(pk=draft_id).first() or DraftTally(draft_id=draft_id)
    draft = Draft.objects.get(pk=draft_id)
    rows = list(
        DraftUpdate.objects.filter(draft_id=draft_id).order_by("seq").values_list("seq", "data", "author", "created_at")
    )
    snapshot = DraftSnapshot.objects.filter(draft_id=draft_id).first()
    counted = max(tally.seq, snapshot.seq if snapshot else 0)
    new = [row for row in rows if row[0] > counted]
    old = [bytes(snapshot.data)] if snapshot else []
    moments = DraftMoment.objects.filter(draft_id=draft_id, seq__gt=tally.seq).order_by("seq")
    doc, parts = _replayed(
        old + [bytes(data) for seq, data, _author, _at in rows if seq <= counted],
        [Written(seq, bytes(data), author) for seq, data, author, _at in new],
        list(moments.values_list("seq", flat=True)),
        gently=gently,
    )
    first = min(parts)
    parts[first] = merged([tally.writers, parts[first]])
    writers = parts.pop(AFTER)
    return _Reading(
        doc=doc, seq=new[-1][0] if new else counted, tally=tally, parts=parts, writers=writers,
        began_at=tally.began_at or (new[0][3] if new else None), last_at=new[-1][3] if new else draft.changed_at,
    )  # fmt: skip


def _replayed(
    old: list[bytes], new: list[Written], ends: list[int], *, gently: bool
) -> tuple[Doc, dict[float, Writers]]:
    """The document that all updates make; and who wrote the new ones, up to each of the numbers and after the last."""
    doc = store.document_of(old)
    parts: dict[float, Writers] = {}
    start = 0.0
    try:
        for end in (*ends, AFTER):
            parts[end] = count(doc, [row for row in new if start < row.seq <= end], gently=gently)
            start = end
    except BaseException as problem:
        if not store.is_of_yjs(problem):
            raise
        # The text counts for more than who wrote it.
        return store.document_of(old + [row.data for row in new]), {end: {} for end in (*ends, AFTER)}
    return doc, parts


def _is_current(reading: _Reading) -> bool:
    """Take the lock, and see whether somebody else has counted or kept since the draft was read."""
    Draft.objects.select_for_update(no_key=True).get(pk=reading.tally.draft_id)
    now = DraftTally.objects.filter(pk=reading.tally.draft_id).values_list("seq", "moment_seq").first() or (0, 0)
    return now == (reading.tally.seq, reading.tally.moment_seq)


def _save(reading: _Reading, *, moment_seq: int, writers: Writers, began_at: datetime | None) -> None:
    moments = DraftMoment.objects.filter(draft_id=reading.tally.draft_id, seq__in=list(map(int, reading.parts)))
    for moment in moments.only("seq", "writers"):
        moment.writers = merged([moment.writers, reading.parts[moment.seq]])
        moment.save(update_fields=["writers"])
    values = {"seq": reading.seq, "moment_seq": moment_seq, "writers": writers, "began_at": began_at}
    DraftTally.objects.update_or_create(draft_id=reading.tally.draft_id, defaults=values)


def _record(draft_id: int, reading: _Reading, reason: Reason, user: User | None) -> DraftMoment:
    newest = DraftMoment.objects.filter(draft_id=draft_id).select_related("version").order_by("-seq").first()
    document, title = documents.read_draft(reading.doc), _title(reading.doc)
    if newest and newest.seq < reading.seq and newest.title == title and newest.document == document:
        # It says again what it said: who wrote there and back is told with the next change.
        _save(reading, moment_seq=reading.seq, writers=reading.writers, began_at=None)
        return newest
    _save(reading, moment_seq=reading.seq, writers={}, began_at=None)
    if newest is None or newest.seq < reading.seq:
        newest = DraftMoment.objects.create(
            draft_id=draft_id, seq=reading.seq, at=reading.last_at, reason=reason, user=user, title=title,
            packed=DraftMoment.pack(document), writers=reading.writers,
        )  # fmt: skip
    thin(draft_id, timezone.now())
    return newest


def _title(doc: Doc) -> str:
    return documents.read_title(doc)[:200]


def of(draft_id: int) -> QuerySet[DraftMoment]:
    """The moments of a draft, newest first, without their texts."""
    rows = DraftMoment.objects.filter(draft_id=draft_id).select_related("user", "version")
    return rows.defer("packed", "version__document").order_by("-seq")


def fetch(draft_id: int, number: int) -> DraftMoment:
    """One moment with its text. Raises access.NotFound, also for one that was thinned out."""
    found = DraftMoment.objects.select_related("user", "version").filter(draft_id=draft_id, seq=number).first()
    if found is None:
        raise access.NotFound
    return found


def names(ids: Iterable[int]) -> dict[int, str]:
    """What people are called."""
    return {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=set(ids))}
