"""What a person keeps for themselves: nobody else's business, so no event tells of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .. import access, search_log
from ..models import Article, ChosenAnswer, Favourite, Opening, User, Visit
from ..search import words_of

AGAIN = timedelta(hours=1)
KEPT = 50  # articles that a person opened last
AWAY = timedelta(minutes=20)  # who looks at home again within that has not been away


def set_favourite(user: User, article_id: int, on: bool) -> None:
    """Put a star on an article, or take it off; twice is once. Raises access.NotFound."""
    with transaction.atomic():
        article = access.fetch_article(user, "view", article_id)
        if on:
            Favourite.objects.get_or_create(user=user, article=article, defaults={"at": timezone.now()})
        else:
            Favourite.objects.filter(user=user, article=article).delete()
        User.objects.filter(pk=user.pk).update(stars=F("stars") + 1)


def note_opened(user: User, article_id: int, query: str = "") -> None:
    """Remember that a person opened an article. `query`: what they had asked when they chose it among what was found,
    as their browser says; empty for whoever came by another way.

    Who opens it again and again counts once an hour. Raises access.NotFound.
    """
    words = words_of(search_log.clean(query))
    with transaction.atomic():
        article = access.fetch_article(user, "view", article_id)
        lately = Opening.objects.filter(user=user, article=article, at__gt=timezone.now() - AGAIN).exists()
        if words and not lately:
            _count_click(words, article)
        _row, new = Opening.objects.update_or_create(user=user, article=article, defaults={"at": timezone.now()})
        if new:
            kept = Opening.objects.filter(user=user).order_by("-at", "-id").values("pk")[:KEPT]
            Opening.objects.filter(user=user).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


def _count_click(words: str, article: Article) -> None:
    day = timezone.localdate()
    row, _new = ChosenAnswer.objects.get_or_create(words=words, article=article, day=day)
    ChosenAnswer.objects.filter(pk=row.pk).update(clicks=F("clicks") + 1)


def note_visit(user: User, *, all_seen: bool = False) -> None:
    """Remember that a person has home before them; with `all_seen` nothing that changed until now is news any more.

    What is news counts from the last visit before this one, and stays so while they come back within `AWAY`: a second
    tab, or a look in between, takes nothing off the list.
    """
    now = timezone.now()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two tabs that open at one moment
        visit = Visit.objects.filter(user=user).first()
        since = now if all_seen else news_since(visit, now)
        Visit.objects.update_or_create(user=user, defaults={"since": since, "seen_at": now})


def news_since(visit: Visit | None, now: datetime) -> datetime | None:
    """From when on what changed is news to somebody who looks at home now; None for who has never been here."""
    if visit is None:
        return None
    return visit.seen_at if now - visit.seen_at > AWAY else visit.since
