"""Review dates: when an article is looked at again, who is to do it, and what waits for whom."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet

from . import access, days, epoch
from .kept import Kept
from .models import Article, Category, Status, User


def lead() -> timedelta:
    """How long before its date whoever answers for an article is told."""
    return timedelta(days=settings.REVIEW_LEAD_DAYS)


def is_near(day: date | None) -> bool:
    """Whether a review date is within the lead time, or past."""
    return day is not None and day <= days.today() + lead()


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def interval_of(article: Article) -> int:
    """Months from one review to the next: the article's own, else of the nearest category that says, else the
    installation's (`REVIEW_MONTHS`). One query at most; needs `article.category`."""
    if article.review_months:
        return article.review_months
    above = Category.objects.filter(pk__in=article.category.ancestor_ids, review_months__gt=0)
    said = dict(above.values_list("pk", "review_months"))
    for pk in reversed(article.category.ancestor_ids):
        if pk in said:
            return said[pk] or settings.REVIEW_MONTHS
    months: int = settings.REVIEW_MONTHS
    return months


def responsible_for(article: Article) -> list[User]:
    """Who is told that a published article is to be reviewed: its owner, as far as they are still here and may read it;
    else the owner of its category, or of the nearest above; else the managers who read it; else administrators. Two
    queries, until rights change four more."""
    everybody = access.crowd()
    above = Category.objects.in_bulk(article.category.ancestor_ids)
    things: list[Article | Category] = [
        article,
        *(above[pk] for pk in reversed(article.category.ancestor_ids) if pk in above),
    ]
    found = (
        everybody.first_named(article.access_root_id, [(thing.owner_user_id, thing.owner_role_id) for thing in things])
        or everybody.with_roles([access.MANAGER]) & everybody.who_reads(article.access_root_id)
        or everybody.administrators
    )
    return list(User.objects.filter(pk__in=found).order_by("username"))


Named = tuple[int | None, int | None]  # owner_user, owner_role
_named: Kept[tuple[tuple[int | None, Named], ...]] = Kept(1)
_topics: Kept[tuple[tuple[int, int | None, Named], ...]] = Kept(1)


def owned_by(user: User, articles: QuerySet[Article]) -> QuerySet[Article]:
    """Those of the articles that this person, or a role of theirs, answers for; by the category, or the nearest above
    that has an owner, where nobody is named who is here and may read the article: `responsible_for` of many at once.

    No query but the articles, as long as neither rights nor lists change.
    """
    everybody, now = access.crowd(), epoch.current()
    rows = _named.get("articles", (now.listing_seq, now.access_seq), _read_named)
    readers = {root: everybody.who_reads(root) for root in {root for root, _owners in rows}}
    topics: dict[frozenset[int], frozenset[int]] = {}  # by who reads: of how many roots that may be
    mine: set[int | None] = set()
    from_above: dict[tuple[Named, frozenset[int]], set[int | None]] = {}
    for root, named in rows:
        if user.pk not in (reading := readers[root]):
            continue
        mine.add(root)
        if reading.isdisjoint(everybody.named(*named)):
            if reading not in topics:
                topics[reading] = _topics_of(user, everybody, reading)
            from_above.setdefault((named, topics[reading]), set()).add(root)
    roles = [role for role, people in everybody.members.items() if user.pk in people]
    owned = _below(mine) & (Q(owner_user=user) | Q(owner_role__in=roles))
    for ((owner_user, owner_role), categories), roots in from_above.items():
        if categories:
            owned |= _below(roots) & Q(owner_user=owner_user, owner_role=owner_role, category__in=categories)
    return articles.filter(owned)


def _below(roots: set[int | None]) -> Q:
    """What these access roots govern; None is among them where nobody has any right."""
    governed = Q(access_root__in=roots - {None})
    return governed | Q(access_root=None) if None in roots else governed


def _read_named() -> tuple[tuple[int | None, Named], ...]:
    rows = Article.objects.order_by().values_list("access_root", "owner_user", "owner_role").distinct()
    return tuple((root, (owner_user, owner_role)) for root, owner_user, owner_role in rows)


def _topics_of(user: User, everybody: access.Crowd, reading: frozenset[int]) -> frozenset[int]:
    """Ids of the categories for which this person answers, by themselves, by a role or from above, where such people
    read."""
    theirs: set[int] = set()
    now = epoch.current()
    for pk, parent, named in _topics.get("all", (now.listing_seq, now.access_seq), _read_topics):
        owners = everybody.named(*named) & reading
        if user.pk in owners if owners else parent in theirs:
            theirs.add(pk)
    return frozenset(theirs)


def _read_topics() -> tuple[tuple[int, int | None, Named], ...]:
    """What is above comes first."""
    rows = Category.objects.order_by("path").values_list("pk", "parent", "owner_user", "owner_role")
    return tuple((pk, parent, (owner_user, owner_role)) for pk, parent, owner_user, owner_role in rows)


def to_review(user: User, *, everything: bool) -> QuerySet[Article]:
    """The published articles that this person sees: what they answer for, or all."""
    published = access.visible_to(user).filter(status=Status.PUBLISHED)
    return published if everything else owned_by(user, published)


def overdue(articles: QuerySet[Article], today: date) -> QuerySet[Article]:
    """Nobody said since their review date that they still hold."""
    return articles.filter(review_date__lt=today)


def near(articles: QuerySet[Article], today: date) -> QuerySet[Article]:
    """Overdue or coming."""
    return articles.filter(review_date__lte=today + lead())


def coming(articles: QuerySet[Article], today: date) -> QuerySet[Article]:
    """Their review date is within the lead time."""
    return articles.filter(review_date__gte=today, review_date__lte=today + lead())


def due_to_tell(today: date, at_most: int = 100) -> list[int]:
    """Ids of the published articles whose review date is near or past and whose owner was not told of that date."""
    near = Article.objects.filter(status=Status.PUBLISHED, evergreen=False, review_date__lte=today + lead())
    untold = near.exclude(review_told__isnull=False, review_told=F("review_date"))
    return list(untold.order_by("review_date", "pk").values_list("pk", flat=True)[:at_most])
