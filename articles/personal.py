"""What a person has kept or opened, as far as they may still see it."""

from __future__ import annotations

from django.db.models import Count, Max
from django.utils import timezone

from . import access, epoch
from .kept import Kept
from .models import Article, Favourite, Opening, Status, User
from .search import seen_rows

ASKED_KEPT_SECONDS = 30  # so long the list of what is asked for today may be old
_asked: Kept[tuple[tuple[int, int], ...]] = Kept(4)
MOST_ASKED = 300
_stars: Kept[frozenset[int]] = Kept(5_000)


def favourites(user: User, most: int) -> list[Article]:
    """The articles with a star, the newest star first; two queries at the most."""
    ids = Favourite.objects.filter(user=user).order_by("-at", "-id").values_list("article_id", flat=True)
    return _seen(user, list(ids[: 4 * most]), most)


def recent(user: User, most: int, *, without: int = 0) -> list[Article]:
    """The articles that a person opened last, the last first; two queries at the most."""
    ids = Opening.objects.filter(user=user).exclude(article=without).order_by("-at", "-id")
    return _seen(user, list(ids.values_list("article_id", flat=True)[: 4 * most]), most)


def is_favourite(user: User, article_id: int) -> bool:
    """Whether the article has this person's star. No query until one of theirs comes or goes."""

    def read() -> frozenset[int]:
        return frozenset(Favourite.objects.filter(user=user).values_list("article_id", flat=True))

    return article_id in _stars.get(user.pk, user.stars, read)


def asked_today(user: User, most: int) -> list[tuple[Article, int]]:
    """What most people of the centre opened today, and how many: at least two, so that it tells of nobody alone.

    Only what this person may see. One query in half a minute for all people together, and one for the rows.
    """
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)

    def count() -> tuple[tuple[int, int], ...]:
        today = Opening.objects.filter(at__gte=midnight).order_by().values("article_id")
        counted = today.annotate(people=Count("user"), last=Max("at")).filter(people__gte=2)
        rows = counted.order_by("-people", "-last").values_list("article_id", "people")[:MOST_ASKED]
        return tuple((pk, people) for pk, people in rows)

    mark = (midnight, int(now.timestamp()) // ASKED_KEPT_SECONDS, epoch.current().listing_seq)
    people = dict(_asked.get("today", mark, count))
    return [(article, people[article.pk]) for article in _seen(user, list(people), most)]


def _seen(user: User, ids: list[int], most: int) -> list[Article]:
    rows = seen_rows(access.view_of(user), ids)
    found = [rows[pk] for pk in ids if pk in rows and rows[pk].status == Status.PUBLISHED]
    return found[:most]
