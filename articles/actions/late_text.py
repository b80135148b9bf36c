"""Put back what somebody wrote into a passage while the server was taking it out: a restore loses nobody's text."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import F
from pycrdt import Doc

from .. import documents
from ..drafts import late_text, store
from ..models import Draft, DraftRemoval, User
from .draft import append_edit

NOBODY_ELSE = frozenset({"manager"})  # besides those who edit the article, who see every passage


def put_back(draft_id: int) -> int:
    """Look at what was written in a draft since something was taken out of it, and add what was lost at its end.

    It is added as paragraphs of those who wrote it. Called by the worker, which acts for nobody: asks no rights.
    Gives how many paragraphs there are.
    """
    removals = _unchecked(draft_id)
    if not removals:
        return 0
    seq = Draft.objects.values_list("seq", flat=True).get(pk=draft_id)
    rows = late_text.rows_after(draft_id, min(removal.checked_seq for removal in removals))
    found = [late_text.read(row) for row in rows]
    if not late_text.may_be_late(found, late_text.joined(removals)):
        DraftRemoval.objects.filter(pk__in=[one.pk for one in removals], checked_seq__lt=seq).update(checked_seq=seq)
        return 0
    with transaction.atomic():
        Draft.objects.select_for_update(no_key=True).get(pk=draft_id)
        if [(one.pk, one.checked_seq) for one in _unchecked(draft_id)] != [
            (one.pk, one.checked_seq) for one in removals
        ]:
            return 0  # another worker was faster
        return _put_back(draft_id, removals)


def _unchecked(draft_id: int) -> list[DraftRemoval]:
    return list(DraftRemoval.objects.filter(draft_id=draft_id, checked_seq__lt=F("draft__seq")).order_by("seq"))


def _put_back(draft_id: int, removals: list[DraftRemoval]) -> int:
    """Under the lock, so that nothing is written in between."""
    rows = late_text.rows_after(draft_id, min(removal.checked_seq for removal in removals))
    doc, _seq = store.load(draft_id)
    removed = late_text.joined(removals)
    late = late_text.find(doc, removed, [late_text.read(row) for row in rows])
    people = User.objects.in_bulk({one.author_id for one in late if one.author_id})
    passages = late_text.passages_of(removals)
    roles = _roles_for(passages)
    for one in late:
        append_edit(people.get(one.author_id or 0), draft_id, doc, partial(_add, doc, one.lines, roles))
    *others, last = removals  # the last stands for all from now on
    DraftRemoval.objects.filter(pk__in=[other.pk for other in others]).delete()
    last.removed, last.checked_seq = list(removed), Draft.objects.values_list("seq", flat=True).get(pk=draft_id)
    last.passages = [sorted(group) for group in passages]
    last.save(update_fields=["removed", "passages", "checked_seq"])
    return sum(len(one.lines) for one in late)


def _roles_for(passages: set[frozenset[str]]) -> frozenset[str] | None:
    """For whom the words that come back may be; None: for all readers.

    They may have stood in a passage for certain roles that is not there any more. So where the draft had any before
    something was taken out, they come back as a passage for those who may read all of these; the editor who finds
    them opens it.
    """
    return (frozenset.intersection(*passages) or NOBODY_ELSE) if passages else None


def _add(doc: Doc, lines: list[str], roles: frozenset[str] | None) -> None:
    document = documents.read_draft(doc)
    new = documents.paragraphs(lines) if roles is None else [documents.passage_of(lines, roles)]
    documents.write_draft(doc, {**document, "content": [*document["content"], *new]})
