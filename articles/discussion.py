"""Comments as one person may know of them: read by pages and the API. Everything that asks for comments asks here."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from . import access, anchors
from .models import Article, Comment, CommentMention, Thanks, User


def comments_of(user: User, article: Article) -> QuerySet[Comment]:
    """The comments of an article that exist for a person who may read it."""
    return anchors.known_to(access.view_of(user), Comment.objects.filter(article=article), article=article)


def threads_of(user: User, article: Article) -> QuerySet[Comment]:
    """Those that begin a thread."""
    return comments_of(user, article).filter(thread__isnull=True)


def needs_somebody() -> Q:
    """Whether a beginning of a thread still needs somebody. One whose only comment was deleted needs nobody."""
    answered = Comment.objects.filter(thread=OuterRef("pk"), deleted_at__isnull=True)
    return Q(Q(deleted_at__isnull=True) | Exists(answered), resolved_at__isnull=True)


def open_threads(user: User, article: Article) -> QuerySet[Comment]:
    """Threads that still need somebody."""
    return threads_of(user, article).filter(needs_somebody())


def comments_for(user: User) -> QuerySet[Comment]:
    """All comments that a person may know of, in all articles that they see: for feeds and lists across articles."""
    seen = Comment.objects.filter(article__in=access.visible_to(user).order_by())
    return anchors.known_to(access.view_of(user), seen)


def loaded(comments: QuerySet[Comment], user: User) -> QuerySet[Comment]:
    """With all that is shown of a comment: people, passage, who is named, thanks, and whether `user` said thanks."""
    own = Thanks.objects.filter(comment=OuterRef("pk"), user=user)
    return (
        comments.select_related("author", "deleted_by", "resolved_by", "anchor")
        .prefetch_related(Prefetch("mentions", CommentMention.objects.select_related("user", "role").order_by("pk")))
        .annotate(thanks_count=Count("thanks"), thanked=Exists(own))
    )


def fetch_comment(user: User, comment_id: int, *, lock: bool = False) -> Comment:
    """A comment with its article, author and passage, for whoever may know of it. Raises access.NotFound."""
    rows = Comment.objects.select_related("article__category", "article__version", "author", "anchor", "thread")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.defer("article__version__document").filter(pk=comment_id).first()
    if found is None or not access.can(user, "comment", found.article):
        raise access.NotFound
    audience = found.anchor.audience if found.anchor else ""
    if not anchors.may_know(access.view_of(user), found.article, audience):
        raise access.NotFound
    return found
