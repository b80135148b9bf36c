"""A draft as somebody sees it who changes all of it at once, while others are in the middle of a sentence."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from pycrdt import Doc

from ..models.draft import Draft, DraftSnapshot, DraftUpdate
from ..models.person import User
from . import store

BEING_TYPED = timedelta(seconds=15)


def seen_by(user: User, draft_id: int, base_seq: int | None = None) -> Doc:
    """The draft without what others typed within the last seconds: that was not known to who decided to go back.

    An edit that is made of it takes no sentence apart: what is being typed merges whole. What was published since is
    seen all the same. With `base_seq` nothing is seen that came after that update, where the log still tells.
    """
    rows = DraftUpdate.objects.filter(draft_id=draft_id).order_by("seq")
    found = list(rows.values_list("seq", "data", "author", "created_at", "typed"))
    snapshot = DraftSnapshot.objects.filter(draft_id=draft_id).first()
    since = timezone.now() - BEING_TYPED
    published = Draft.objects.values_list("published_seq", flat=True).get(pk=draft_id)
    if base_seq is not None and (snapshot is None or snapshot.seq <= base_seq):
        updates = [bytes(data) for seq, data, *_ in found if seq <= base_seq]
    else:
        updates = [
            bytes(data)
            for seq, data, author_id, at, typed in found
            if not typed or at < since or seq <= published or author_id == user.pk
        ]
    return store.document_of(([bytes(snapshot.data)] if snapshot else []) + updates)
