"""Keeping some lines beside an article, for oneself or for a team, and making more of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, anchors, documents, events
from ..drafts import store
from ..models import Comment, Flag, Note, Severity, User
from ..notes import fetch_note, teams_of
from .commenting import add_anchored_comment, clean_body
from .draft import replace_draft
from .flagging import raise_flag
from .problems import Conflict, Invalid

ME = "me"
MOST_OF_ONE = 200  # notes of one person on one article


class Unchanged:
    """Stands for what an edit does not touch, where None means something."""


UNCHANGED = Unchanged()


def add_note(
    user: User,
    article_id: int,
    body: str,
    *,
    audience: str = ME,
    expires: datetime | None = None,
    pinned: bool = False,
    quote: str = "",
    before: str = "",
    after: str = "",
    version: int | None = None,
) -> Note:
    """Note something on an article, or on a passage of it: for oneself ("me"), or for a role that one holds.

    Until `expires`, where that is given; `pinned` above the text. Raises access.NotFound, Invalid, Conflict.
    """
    body, role = clean_body(body), clean_audience(user, audience)
    _check_expiry(expires)
    with transaction.atomic():
        article = access.fetch_article(user, "note", article_id, lock=bool(quote.strip()))
        if Note.objects.filter(author=user, article=article).count() >= MOST_OF_ONE:
            raise Conflict(_("You have very many notes on this article. Take away some that you do not need."))
        anchor = None
        if quote.strip():
            anchor = anchors.make_anchor(user, article, quote, before=before, after=after, version=version)
        note = Note.objects.create(
            article=article, anchor=anchor, author=user, role=role, body=body, pinned=pinned, expires_at=expires,
            created_at=timezone.now(),
        )  # fmt: skip
        events.record(user, events.NoteAdded(article, anchor, note.pk, user, role.name if role else None))
    return note


def edit_note(
    user: User,
    note_id: int,
    *,
    body: str | None = None,
    audience: str | None = None,
    expires: datetime | Unchanged | None = UNCHANGED,
    pinned: bool | None = None,
) -> Note:
    """Change one's own note: what it says, for whom it is, until when, where it stands. None leaves a thing as it is.

    Raises access.NotFound, access.Forbidden for another's, Invalid.
    """
    with transaction.atomic():
        note = _own(user, note_id, "edit_note")
        was = note.role
        if body is not None:
            note.body = clean_body(body)
        if audience is not None and audience != (was.name if was else ME):
            note.role = clean_audience(user, audience)
        if not isinstance(expires, Unchanged):
            _check_expiry(expires)
            note.expires_at, note.expired = expires, False
        if pinned is not None:
            note.pinned = pinned
        note.edited_at = timezone.now()
        note.save()
        told: list[events.Happening] = []
        if was and was != note.role:  # whoever read it, and may not any more, is told that it is gone
            told.append(events.NoteDeleted(note.article, note.anchor, note.pk, user, was.name))
        team = note.role.name if note.role else None
        told.append(events.NoteEdited(note.article, note.anchor, note.pk, user, team))
        events.record(user, *told)
    return note


def delete_note(user: User, note_id: int) -> None:
    """Take a note away: one's own, or that of one's team for whoever may manage the article.

    Raises access.NotFound/Forbidden.
    """
    with transaction.atomic():
        note = fetch_note(user, note_id, lock=True)
        if note.author_id != user.pk and not access.can(user, "moderate", note.article):
            raise access.Forbidden("delete_note")
        events.record(user, _remove(note))


def due_notes(now: datetime) -> QuerySet[Note]:
    """The notes whose time is over and of which that was not noticed, the oldest first."""
    return Note.objects.filter(expired=False, expires_at__lte=now).order_by("expires_at", "pk")


def expire_notes(now: datetime, at_most: int = 200) -> int:
    """Notice that the time of some notes is over, and tell open pages. Gives how many; for the worker."""
    with transaction.atomic():
        rows = due_notes(now).select_for_update(of=("self",), no_key=True)
        notes = list(rows.select_related("article__category", "author", "role", "anchor")[:at_most])
        Note.objects.filter(pk__in=[note.pk for note in notes]).update(expired=True)
        events.record(None, *[_gone(note, expired=True) for note in notes])
    return len(notes)


# --- Making more of a note: with other words than it has, where `body` gives some -----------------------


def note_to_comment(user: User, note_id: int, *, body: str | None = None) -> Comment:
    """Make one's own note a comment, on the same passage, that all readers of it see. The note is gone then.

    Raises access.NotFound/Forbidden, Conflict.
    """
    with transaction.atomic():
        note = _to_promote(user, note_id, body)
        comment, told = add_anchored_comment(user, note.article_id, note.body, note.anchor)
        events.record(user, _remove(note, keep_anchor=True), told)
    return comment


def note_to_flag(
    user: User, note_id: int, kind: str, *, severity: str = Severity.NORMAL, body: str | None = None
) -> Flag:
    """Make one's own note a flag, on the same passage, that somebody answers. The note is gone then.

    Raises access.NotFound/Forbidden, Invalid, TooMany.
    """
    with transaction.atomic():
        note = _to_promote(user, note_id, body)
        flag = raise_flag(user, note.article_id, kind, severity, note.body, anchor=note.anchor)
        events.record(user, _remove(note, keep_anchor=True))
    return flag


def note_to_draft(user: User, note_id: int, *, body: str | None = None) -> int:
    """Write one's own note into the draft, behind the passage that it is about (else at the end), for an editor to
    go on from there. Gives the number of the draft's update. The note is gone then.

    Raises access.NotFound/Forbidden, Conflict, documents.DocumentError.
    """
    with transaction.atomic():
        note = _to_promote(user, note_id, body)
        article = access.fetch_article(user, "edit", note.article_id, lock=True)
        doc, seq = store.load(article.pk)
        document = documents.read_draft(doc)
        at = anchors.block_in_draft(article, doc, note.anchor) if note.anchor else None
        made = replace_draft(user, article.pk, _with(document, _as_blocks(note), at), base_seq=seq)
        events.record(user, _remove(note))
    return made


def _as_blocks(note: Note) -> list[dict[str, Any]]:
    """A note as blocks of a text: what was said of a passage for certain roles stays with those. Raises Conflict."""
    lines = [line.strip() for line in note.body.split("\n") if line.strip()]
    groups = anchors.groups_of(note.anchor.audience) if note.anchor else []
    if not groups:
        return documents.paragraphs(lines)
    roles = frozenset.intersection(*groups)
    if not roles:
        raise Conflict(_("Nobody reads both passages that this note was about. Copy its words to where they belong."))
    return [documents.passage_of(lines, roles)]


def _with(document: dict[str, Any], new: list[dict[str, Any]], at: int | None) -> dict[str, Any]:
    """The document with some blocks more, behind its block number `at`; at the end where there is none."""
    blocks = list(document["content"])
    place = len(blocks) if at is None else at + 1
    return {**document, "content": [*blocks[:place], *new, *blocks[place:]]}


def clean_audience(user: User, audience: str) -> Group | None:
    """The role with this slug, for a note of somebody who holds it; None for "me". Raises Invalid."""
    if audience == ME:
        return None
    if audience not in teams_of(user):
        raise Invalid(audience=_("A note is for yourself, or for a role that you hold."))
    return Group.objects.get(name=audience)


def _check_expiry(expires: datetime | None) -> None:
    if expires is not None and expires <= timezone.now():
        raise Invalid(expires=_("Choose a time that is still to come."))


def _own(user: User, note_id: int, action: str) -> Note:
    note = fetch_note(user, note_id, lock=True)
    if note.author_id != user.pk:
        raise access.Forbidden(action)
    return note


def _to_promote(user: User, note_id: int, body: str | None) -> Note:
    """One's own note, for what is made of it with these words."""
    note = _own(user, note_id, "promote_note")
    if body is not None:
        note.body = clean_body(body)
    return note


def _gone(note: Note, *, expired: bool = False) -> events.NoteDeleted:
    team = note.role.name if note.role else None
    return events.NoteDeleted(note.article, note.anchor, note.pk, note.author, team, expired=expired)


def _remove(note: Note, *, keep_anchor: bool = False) -> events.NoteDeleted:
    """Delete the row; gives what happened."""
    told, anchor = _gone(note), note.anchor
    note.delete()
    if anchor is not None and not keep_anchor:
        anchor.delete()
    return told
