"""Make a draft say what it said before, at a moment or in a version. That, too, can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from .. import access, documents
from ..drafts import moments, seen, store
from ..models import Draft, DraftMoment, Reason, User
from .draft import tell_edited, write


@dataclass(frozen=True)
class Said:
    """A draft that was made to say something: the number of its newest update, and the Yjs state vector of that text.

    `alone`: it says nothing else; false while others were typing something that merged.
    """

    seq: int
    state: bytes
    alone: bool


@dataclass(frozen=True)
class Return:
    """`seq` is the number of the draft's newest update; `before` says what the draft said until now.

    Going to `before`, compared with `seq`, takes the return back, and leaves what others have typed since.
    """

    seq: int
    before: DraftMoment | None
    changed: bool


def go_back(user: User, article_id: int, number: int, *, base_seq: int | None = None) -> Return:
    """Make the draft say what it said at moment `number`, by the smallest edit; what others are typing merges.

    With `base_seq` the edit is that from the draft after that update, where it is still known: what was written later
    stays. Raises access.NotFound (also for a moment that is not kept), access.Forbidden, documents.DocumentError.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "edit", article_id, lock=True)
        draft = Draft.objects.select_for_update(no_key=True).get(pk=article.pk)
        moment = moments.fetch(draft.pk, number)
        before = moments.record(draft.pk, Reason.BEFORE, user)
        said = make_say(user, draft, moment.document, moment.title, base_seq)
        if said.seq == draft.seq:
            return Return(said.seq, before, changed=False)
        moments.keep_returned(draft.pk, said.seq, store.load(draft.pk)[0], user, moment)
        tell_edited(user, article)
    return Return(said.seq, before, changed=True)


def make_say(user: User, draft: Draft, document: dict[str, Any], title: str, base_seq: int | None = None) -> Said:
    """Make a draft say something that it said before. For actions, inside their transaction, under the draft's lock."""
    doc = seen.seen_by(user, draft.pk, base_seq)
    seq = write(user, draft, doc, document, title)
    now, _seq = store.load(draft.pk)
    return Said(
        seq, doc.get_state(), alone=now.get_state() == doc.get_state() and documents.read_draft(now) == document
    )
