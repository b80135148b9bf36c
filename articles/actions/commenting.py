"""Saying something about an article or a passage of it, answering, and settling it. Whoever may read may comment."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, anchors, events
from ..discussion import fetch_comment
from ..mentions import Mentions, named_in
from ..models import Anchor, Article, Comment, CommentMention, Status, Thanks, User
from .problems import Conflict, Invalid, TooMany

LONGEST = 5_000
# Far beyond what people write; a program that runs wild reaches it before it buries everybody.
WINDOW, IN_WINDOW = timedelta(minutes=1), 3_000


def add_comment(
    user: User,
    article_id: int,
    body: str,
    *,
    parent: int | None = None,
    quote: str = "",
    before: str = "",
    after: str = "",
    version: int | None = None,
) -> Comment:
    """Comment on an article; on a passage of it with `quote` (and what stands around it: see `anchors.make_anchor`);
    or reply to the comment `parent`, which takes no quote of its own.

    A reply opens a resolved thread again. Raises access.NotFound, Invalid, Conflict for an archived article, TooMany.
    """
    body = clean_body(body)
    with transaction.atomic():
        article = access.fetch_article(user, "comment", article_id, lock=bool(quote.strip()))
        _refuse_archived(article)
        _refuse_too_many(user)
        thread = _thread(user, article, parent)
        anchor = thread.anchor if thread else None
        if quote.strip():
            if thread is not None:
                raise Invalid(quote=_("An answer stands in its thread: it has no passage of its own."))
            anchor = anchors.make_anchor(user, article, quote, before=before, after=after, version=version)
        told: list[events.Happening] = []
        if thread is not None and thread.is_resolved:
            told.append(_resolve(article, thread, user, resolved=False))
        comment, added = _add(user, article, body, anchor, thread)
        events.record(user, *told, added)
    return comment


def add_anchored_comment(
    user: User, article_id: int, body: str, anchor: Anchor | None
) -> tuple[Comment, events.CommentAdded]:
    """A comment on a passage that something else was about: for actions, inside their transaction.

    Gives what happened, to be recorded. Raises access.NotFound, Conflict for an archived article, TooMany.
    """
    article = access.fetch_article(user, "comment", article_id)
    _refuse_archived(article)
    _refuse_too_many(user)
    return _add(user, article, body, anchor, None)


def _add(
    user: User, article: Article, body: str, anchor: Anchor | None, thread: Comment | None
) -> tuple[Comment, events.CommentAdded]:
    named = named_in(body, article, anchor.audience if anchor else "")
    comment = Comment.objects.create(
        article=article, thread=thread, anchor=anchor, author=user, body=body, created_at=timezone.now()
    )
    _name(comment, named)
    return comment, events.CommentAdded(article, anchor, comment.pk, comment.thread_pk, *_told(named))


def edit_comment(user: User, comment_id: int, body: str) -> Comment:
    """Change one's own words. Raises access.NotFound, access.Forbidden for another's, Conflict, Invalid."""
    body = clean_body(body)
    with transaction.atomic():
        comment = _locked(user, comment_id)
        if comment.author_id != user.pk:
            raise access.Forbidden("edit_comment")
        _refuse_deleted(comment)
        if body == comment.body:
            return comment
        before = Mentions(
            frozenset(comment.mentions.filter(user__isnull=False).values_list("user_id", flat=True)),
            frozenset(comment.mentions.filter(role__isnull=False).values_list("role_id", flat=True)),
        )
        comment.body, comment.edited_at = body, timezone.now()
        comment.save(update_fields=["body", "edited_at"])
        named = named_in(body, comment.article, comment.anchor.audience if comment.anchor else "")
        comment.mentions.all().delete()
        _name(comment, named)
        new = Mentions(named.users - before.users, named.roles - before.roles)
        events.record(
            user, events.CommentEdited(comment.article, comment.anchor, comment.pk, comment.thread_pk, *_told(new))
        )
    return comment


def delete_comment(user: User, comment_id: int) -> Comment:
    """Take the words of one's own comment away, or of anybody's for whoever may manage the article; a trace stays.

    Raises access.NotFound/Forbidden. Doing it twice changes nothing.
    """
    with transaction.atomic():
        comment = _locked(user, comment_id)
        if comment.author_id != user.pk and not access.can(user, "moderate", comment.article):
            raise access.Forbidden("delete_comment")
        if comment.is_deleted:
            return comment
        comment.body, comment.deleted_at, comment.deleted_by = "", timezone.now(), user
        comment.save(update_fields=["body", "deleted_at", "deleted_by"])
        comment.mentions.all().delete()
        comment.thanks.all().delete()
        events.record(user, events.CommentDeleted(comment.article, comment.anchor, comment.pk, comment.thread_pk))
    return comment


def put_back_comment(user: User, comment_id: int, body: str) -> Comment:
    """Give one's own comment its words again, after one took them away oneself; nobody is told of it a second time.

    Raises access.NotFound, access.Forbidden where somebody else wrote or deleted it, Invalid. Twice changes nothing.
    """
    body = clean_body(body)
    with transaction.atomic():
        comment = _locked(user, comment_id)
        if comment.author_id != user.pk or comment.deleted_by_id not in (None, user.pk):
            raise access.Forbidden("put_back_comment")
        if not comment.is_deleted:
            return comment
        comment.body, comment.deleted_at, comment.deleted_by = body, None, None
        comment.save(update_fields=["body", "deleted_at", "deleted_by"])
        _name(comment, named_in(body, comment.article, comment.anchor.audience if comment.anchor else ""))
        events.record(user, events.CommentEdited(comment.article, comment.anchor, comment.pk, comment.thread_pk))
    return comment


def resolve_thread(user: User, comment_id: int, *, resolved: bool = True) -> Comment:
    """Say that a thread needs nobody any more, or open it again; for whoever may comment.

    `comment_id` may be any comment of the thread. Gives the one that begins it. Raises access.NotFound.
    """
    with transaction.atomic():
        asked = fetch_comment(user, comment_id)
        thread = _locked(user, asked.thread_pk)
        if thread.is_resolved != resolved:
            events.record(user, _resolve(thread.article, thread, user, resolved=resolved))
    return thread


def thank(user: User, comment_id: int, *, thanks: bool = True) -> Comment:
    """Say thank you for another's comment, once, or take it back. Raises access.NotFound, Conflict."""
    with transaction.atomic():
        comment = _locked(user, comment_id)
        _refuse_deleted(comment)
        if comment.author_id == user.pk:
            raise Conflict(_("This is your own comment."))
        if thanks:
            _row, changed = Thanks.objects.get_or_create(comment=comment, user=user)
        else:
            changed = bool(comment.thanks.filter(user=user).delete()[0])
        if changed:
            count = comment.thanks.count()
            events.record(
                user, events.CommentThanked(comment.article, comment.anchor, comment.pk, comment.thread_pk, count)
            )
    return comment


def clean_body(body: str, name: str = "body") -> str:
    """What somebody wrote, without spaces around. Raises Invalid when it is empty or too long."""
    body = body.replace("\r\n", "\n").replace("\x00", "").strip()
    if not body:
        raise Invalid(**{name: _("Write something first.")})
    if len(body) > LONGEST:
        said = _("It has %(count)d characters; %(most)d are the most.") % {"count": len(body), "most": LONGEST}
        raise Invalid(**{name: said})
    return body


def _locked(user: User, comment_id: int) -> Comment:
    return fetch_comment(user, comment_id, lock=True)


def _thread(user: User, article: Article, parent: int | None) -> Comment | None:
    """The beginning of the thread that a comment of this article is in, locked."""
    if parent is None:
        return None
    answered = Comment.objects.filter(pk=parent, article=article).first()
    if answered is None:
        raise Invalid(parent=_("There is no such comment on this article."))
    try:
        thread = _locked(user, answered.thread_pk)
    except access.NotFound:
        raise Invalid(parent=_("There is no such comment on this article.")) from None
    if thread.is_deleted and not thread.replies.filter(deleted_at__isnull=True).exists():
        raise Conflict(_("This comment was deleted meanwhile. Write a new one."))
    return thread


def _resolve(article: Article, thread: Comment, user: User, *, resolved: bool) -> events.Happening:
    thread.resolved_at, thread.resolved_by = (timezone.now(), user) if resolved else (None, None)
    thread.save(update_fields=["resolved_at", "resolved_by"])
    return events.CommentResolved(article, thread.anchor, thread.pk, thread.pk, resolved=resolved)


def _name(comment: Comment, named: Mentions) -> None:
    rows = [CommentMention(comment=comment, user_id=pk) for pk in sorted(named.users)]
    rows += [CommentMention(comment=comment, role_id=pk) for pk in sorted(named.roles)]
    CommentMention.objects.bulk_create(rows)


def _told(named: Mentions) -> tuple[list[int], list[str]]:
    roles = Group.objects.filter(pk__in=named.roles).values_list("name", flat=True) if named.roles else ()
    return sorted(named.users), sorted(roles)


def _refuse_deleted(comment: Comment) -> None:
    if comment.is_deleted:
        raise Conflict(_("This comment was deleted meanwhile."))


def _refuse_archived(article: Article) -> None:
    if article.status == Status.ARCHIVED:
        raise Conflict(_("The article is archived: nothing is said about it any more."))


def _refuse_too_many(user: User) -> None:
    recent = Comment.objects.filter(author=user, created_at__gt=timezone.now() - WINDOW)
    if recent.count() >= IN_WINDOW:
        raise TooMany(_("You have written many comments within a minute. Wait a moment."), 60)
