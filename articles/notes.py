"""Notes as one person may read them: their own, and those of their teams that still hold."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from . import access, anchors
from .models import Article, Note, User


def _readable(user: User, now: datetime) -> Q:
    """Own ones that still hold, and those for a role of this person. Nobody reads what another notes for themselves."""
    holds = Q(expired=False) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    return holds & (Q(author=user) | Q(role__in=access.view_of(user).group_ids))


def notes_of(user: User, article: Article, now: datetime | None = None) -> QuerySet[Note]:
    """The notes on an article that exist for a person who may read it."""
    rows = Note.objects.filter(_readable(user, now or timezone.now()), article=article)
    return loaded(anchors.known_to(access.view_of(user), rows, article=article))


def notes_by(user: User) -> QuerySet[Note]:
    """All notes that a person wrote on articles that they still see, expired ones too."""
    rows = Note.objects.filter(author=user, article__in=access.visible_to(user).order_by())
    return loaded(anchors.known_to(access.view_of(user), rows)).select_related("article__category")


def loaded(notes: QuerySet[Note]) -> QuerySet[Note]:
    """With the people, the team and the passage."""
    return notes.select_related("author", "role", "anchor")


def fetch_note(user: User, note_id: int, *, lock: bool = False) -> Note:
    """A note with its article, for whoever may read it; an expired one for its author. Raises access.NotFound."""
    rows = loaded(Note.objects.select_related("article__category", "article__version"))
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    now = timezone.now()
    readable = Q(author=user) | _readable(user, now)
    found = rows.defer("article__version__document").filter(readable, pk=note_id).first()
    if found is None or not access.can(user, "note", found.article):
        raise access.NotFound
    audience = found.anchor.audience if found.anchor else ""
    if not anchors.may_know(access.view_of(user), found.article, audience):
        raise access.NotFound
    return found


def teams_of(user: User) -> list[str]:
    """The roles for which a person may write notes: those that they hold, but for the one that everybody holds."""
    return sorted(access.view_of(user).roles - {access.EVERYONE})
