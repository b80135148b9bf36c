"""Make a draft say what it said at a moment before. Nothing is lost by it: that, too, can be taken back."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from .. import access
from ..drafts import moments, store
from ..models import Draft, DraftMoment, Reason, User
from .draft import tell_edited, write


@dataclass(frozen=True)
class Return:
    """`seq` is the number of the draft's newest update; `before` says what the draft said until now.

    Going to `before`, compared with `seq`, takes the return back, and leaves what others have typed since.
    """

    seq: int
    before: DraftMoment | None
    changed: bool


def go_back(user: User, article_id: int, number: int, *, base_seq: int | None = None) -> Return:
    """Make the draft say what it said at moment `number`, by the smallest edit: what others are typing merges.

    With `base_seq` the edit is that from the draft after that update, where it is still known: what was written later
    stays. Raises access.NotFound (also for a moment that is not kept), access.Forbidden, documents.DocumentError.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "edit", article_id, lock=True)
        draft = Draft.objects.select_for_update().get(pk=article.pk)
        moment = DraftMoment.objects.select_related("version").filter(draft=draft, seq=number).first()
        if moment is None:
            raise access.NotFound
        before = moments.record(draft.pk, Reason.BEFORE, user)
        old = store.load_at(draft.pk, base_seq) if base_seq is not None and base_seq < draft.seq else None
        seq = write(user, draft, old or store.load(draft.pk)[0], moment.document, moment.title)
        if seq == draft.seq:
            return Return(seq, before, changed=False)
        moments.keep_returned(draft.pk, seq, store.load(draft.pk)[0], user, moment)
        tell_edited(user, article)
    return Return(seq, before, changed=True)
