"""Write in a draft from outside the editor: the API, the plain editing page, the import."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pycrdt import Doc, merge_updates

from .. import access, documents, events
from ..drafts import authors, late_text, store
from ..models import Article, Draft, Event, User
from .problems import Conflict

TOLD_EVERY = timedelta(minutes=1)


def replace_draft(
    user: User, article_id: int, document: dict[str, Any], *, title: str | None = None, base_seq: int | None = None
) -> int:
    """Make the draft say `document` (ProseMirror JSON) by the smallest edit. Returns the number of the newest update.

    Compared is with the draft as stored, or, with `base_seq`, with the draft as the writer saw it when starting
    (a form that was open for a while): then only what the writer changed is applied, and what others wrote in
    the meantime merges with it. `title` is the draft's own one ("" for that of the article); None leaves it.
    Raises access.NotFound/Forbidden, documents.DocumentError, Conflict when that older state is no longer kept.
    """
    documents.check_document(document)
    with transaction.atomic():
        article = access.fetch_article(user, "edit", article_id, lock=True)
        draft = Draft.objects.select_for_update(no_key=True).get(pk=article.pk)
        if base_seq is None or base_seq >= draft.seq:
            doc, _seq = store.load(draft.pk)
        else:
            old = store.load_at(draft.pk, base_seq)
            if old is None:
                raise Conflict(_("The draft has changed too much since you opened it. Copy your text, reload, paste."))
            doc = old
        seq = write(user, draft, doc, document, title)
        if seq != draft.seq:
            tell_edited(user, article)
    return seq


def write(user: User, draft: Draft, doc: Doc, document: dict[str, Any], title: str | None) -> int:
    """Append to the log of a draft what makes `doc`, a state of it, say something else. Gives the number of the update.

    For actions, inside their transaction and under the lock of the draft; records no event.
    """

    def change() -> None:
        documents.write_draft(doc, document)
        if title is not None:
            documents.write_title(doc, title)

    return append_edit(user, draft.pk, doc, change) or draft.seq


def replace_title(user: User, draft_id: int, title: str) -> None:
    """Make the draft hold this title too, by the smallest edit. For actions, inside their transaction; no event.

    Readers have the title already: a draft in which nothing waited for publication has nothing waiting afterwards.
    """
    draft = Draft.objects.select_for_update(no_key=True).get(pk=draft_id)
    doc, _seq = store.load(draft_id)
    seq = append_edit(user, draft_id, doc, lambda: documents.write_title(doc, title))
    if seq is not None and draft.published_seq and not draft.has_unpublished_changes:
        Draft.objects.filter(pk=draft_id).update(published_seq=seq, published_state=doc.get_state())


def append_edit(user: User | None, draft_id: int, doc: Doc, change: Callable[[], None]) -> int | None:
    """Append what `change` does to `doc`. Gives the number of the update; None when it changes nothing.

    For actions, inside their transaction and under the lock of the draft.
    """
    before, passages = doc.get_state(), documents.draft_passages(doc)
    # `Doc.get_update(before)` would repeat all that was ever deleted: no edit would look empty, each would be large.
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    with doc.transaction():
        change()
    doc.unobserve(subscription)
    update = merge_updates(*updates) if updates else store.EMPTY_UPDATE
    if update == store.EMPTY_UPDATE:
        return None
    seq = store.append(draft_id, update, user)
    authors.note(draft_id, before, doc.get_state(), user)
    late_text.note_removal(draft_id, seq, update, passages)
    return seq


def tell_edited(user: User, article: Article) -> None:
    """Record that the draft was edited, unless that was said of this person within the last minute."""
    since = timezone.now() - TOLD_EVERY
    recent = Event.objects.filter(article=article, kind=events.DraftEdited.kind, actor=user, at__gt=since)
    if not recent.exists():
        events.record(user, events.DraftEdited(article))
