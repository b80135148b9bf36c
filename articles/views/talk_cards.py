"""The cards of threads and flags beside an article: drawn once, and again when what stands on one has changed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from articles import access
from articles.fragments import drawn_once
from articles.models import Article, Comment, Status, User

if TYPE_CHECKING:
    from .talk import FlagShown, Thread


def thread_card(thread: Thread, article: Article, user: User) -> SafeString:
    """A thread as one person sees it. Its comments are as `discussion.loaded` gives them."""
    first, closed = thread.first, article.status == Status.ARCHIVED
    quote = first.anchor.quote if first.anchor else None
    said = tuple(_said(comment) for comment in (first, *thread.answers))
    moderates = access.can(user, "moderate", article)
    values = (
        article.pk,
        closed,
        user.pk,
        moderates,
        thread.earlier,
        quote,
        thread.place is None,
        first.is_resolved,
        said,
    )
    context = {"thread": thread, "article": article, "closed": closed, "user": user, "moderates": moderates}
    return drawn_once("thread", values, lambda: render_to_string("talk/_thread.html", context), token="")


def flag_card(shown: FlagShown) -> SafeString:
    """A flag of a passage, the same for everybody who may know of it."""
    flag = shown.flag
    values = (
        flag.pk, flag.kind, flag.severity, flag.anchor and flag.anchor.quote, shown.place is None, flag.body,
        _name(flag.reporter), flag.created_at, _name(flag.assignee),
    )  # fmt: skip
    context = {"flag": flag, "shown": shown}
    return drawn_once("flag beside a text", values, lambda: render_to_string("talk/_flag.html", context), token="")


def _said(comment: Comment) -> tuple[Hashable, ...]:
    """Everything of a comment that its card shows."""
    named = tuple(
        (row.user.username, _name(row.user)) if row.user else row.role and row.role.name
        for row in comment.mentions.all()
    )
    return (
        comment.pk, comment.body, named, comment.author_id, _name(comment.author),
        comment.created_at, comment.edited_at, comment.deleted_at, comment.deleted_by_id, _name(comment.deleted_by),
        comment.thanked, comment.thanks_count,  # type: ignore[attr-defined]
    )  # fmt: skip


def _name(person: User | None) -> str:
    return person.get_full_name() if person else ""
