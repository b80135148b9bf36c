"""Say that an article still holds; and tell in time whoever should."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, events, reviews
from ..models import Article, Category, Review, Significance, Status, User, Version
from .problems import Conflict

UNKNOWN = date.min  # the review date that was looked at is not named


def confirm_still_correct(
    user: User, article_id: int, *, version: int | None = None, due: date | None = UNKNOWN
) -> Review:
    """Say that what readers see still holds: recorded with who and when, and the next date is set.

    What was looked at: `version`, its number, and `due`, the review date that was answered (None: there was none).
    Where either has moved on, somebody else has confirmed or published meanwhile, and nothing is recorded.
    Raises access.NotFound/Forbidden, Conflict.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "review", article_id, lock=True)
        now = article.version
        if now is None or article.status != Status.PUBLISHED:
            raise Conflict(_("Only what is published can be confirmed."))
        if version is not None and version != now.number:
            raise Conflict(
                _("Version %(number)d was published meanwhile. Look at it, then confirm.") % {"number": now.number}
            )
        if due is not UNKNOWN and due != article.review_date:
            raise Conflict(_("Somebody has confirmed it meanwhile, or given it another date."))
        review = _note(user, article, now)
        said = review.next_date.isoformat() if review.next_date else None
        events.record(user, events.ReviewConfirmed(article, now.number, said))
    return review


def note_published_review(user: User | None, article: Article, version: Version) -> None:
    """Publishing what was to be reviewed answers its date; a slip of the pen does not, nor the first version, whose
    author has just chosen the date.

    For actions that publish, inside their transaction, with the article locked.
    """
    if version.significance == Significance.MINOR or version.number == 1:
        return
    if reviews.is_near(article.review_date):
        _note(user, article, version)


def tell_review_due(article_id: int, today: date) -> bool:
    """Tell whoever answers for an article that its review date is near or past: once for each date, however many
    workers try. Gives whether there was something to tell."""
    with transaction.atomic():
        articles = Article.objects.select_related("category").select_for_update(of=("self",), no_key=True)
        article = articles.get(pk=article_id)
        on = article.review_date
        if on is None or article.status != Status.PUBLISHED or on > today + reviews.lead():
            return False
        if article.review_told == on:
            return False
        article.review_told = on
        article.save(update_fields=["review_told"])
        events.record(None, events.ReviewDue(article, on.isoformat()))
    return True


def tell_again(articles: QuerySet[Article]) -> None:
    """Whoever answers for these from now on is told of a date that somebody else was told of.

    For actions that give things another owner, inside their transaction.
    """
    articles.filter(review_told__isnull=False).update(review_told=None)


def tell_again_below(topics: QuerySet[Category]) -> None:
    """The same for what other people answer for by a topic: what names nobody who is here, in the topics themselves and
    below, as far as no nearer topic names anybody."""
    ids = set(topics.values_list("pk", flat=True))
    found: set[int] = set()
    rows = Category.objects.order_by("path").values_list("pk", "parent", "owner_user__is_active", "owner_role")
    for pk, parent, has_owner, owner_role in rows if ids else []:  # what is above comes first
        if pk in ids or (parent in found and not has_owner and not owner_role):
            found.add(pk)
    unowned = Q(owner_role=None) & (Q(owner_user=None) | Q(owner_user__is_active=False))
    tell_again(Article.objects.filter(unowned, category__in=found))


def tell_successors(user: User, before: access.View) -> None:
    """The same for what a person is named for, or a topic of theirs is, and may read no longer.

    `before` are their rights before the change. For actions that take rights, inside their transaction.
    """
    after = access.read_view(user.pk)
    lost = ~Q(pk=None) if before.administrator and not after.active else Q(
        access_root__in=before.roots.get("view", frozenset()) - after.roots.get("view", frozenset())
    )  # fmt: skip
    tell_again(Article.objects.filter(lost, owner_user=user))
    tell_again_below(Category.objects.filter(lost, owner_user=user))


def _note(user: User | None, article: Article, version: Version) -> Review:
    today = timezone.localdate()
    following = None if article.evergreen else reviews.months_later(today, reviews.interval_of(article))
    review = Review.objects.create(
        article=article, version=version, by=user, at=timezone.now(), was_due=article.review_date,
        next_date=following,
    )  # fmt: skip
    article.last_review, article.review_date = review, following
    article.save(update_fields=["last_review", "review_date"])
    return review
