"""Comments on articles and on passages of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from .. import access, anchors
from ..actions import commenting
from ..actions.problems import Invalid
from ..discussion import comments_of, fetch_comment, loaded
from ..mentions import offered
from ..models import Article, Comment, User
from ..role_names import role_name
from ..signed_in import SignedInRequest
from . import shapes
from .changes import Change
from .paging import Cursor, Limit, page

router = Router(tags=["comments"])


class CommentIn(Schema):
    body: str
    parent: int | None = None
    quote: str = ""
    before: str = ""
    after: str = ""
    version: int | None = None


class CommentChange(Change):
    body: str | None = None
    resolved: bool | None = None


def comment_line(one: Comment, there: dict[int, anchors.Shown]) -> dict[str, Any]:
    """A comment as `loaded` gives it; `there` says of which anchors the passage is still in what this reader sees.

    The passage is that of the thread: replies have none of their own.
    """
    anchor = one.anchor if one.thread_id is None else None
    return {
        "id": one.pk, "article": one.article_id, "parent": one.thread_id, "author": shapes.person(one.author),
        "body": one.body, "quote": anchor.quote if anchor else None,
        "anchored": anchor is not None and anchor.pk in there,
        "created_at": shapes.time(one.created_at), "edited_at": shapes.time(one.edited_at),
        "deleted": one.is_deleted, "deleted_at": shapes.time(one.deleted_at),
        "deleted_by": shapes.person(one.deleted_by),
        "resolved": one.is_resolved, "resolved_at": shapes.time(one.resolved_at),
        "resolved_by": shapes.person(one.resolved_by),
        "mentions": [shapes.person(row.user) for row in one.mentions.all() if row.user],
        "roles": [row.role.name for row in one.mentions.all() if row.role],
        "thanks": getattr(one, "thanks_count", 0), "thanked": getattr(one, "thanked", False),
    }  # fmt: skip


def comment_shape(user: User, article: Article, comment_id: int) -> dict[str, Any]:
    """One comment, read anew."""
    one = loaded(comments_of(user, article), user).get(pk=comment_id)
    there = anchors.places(access.view_of(user), article, [one.anchor] if one.anchor else [])
    return comment_line(one, there)


@router.get("articles/{int:article_id}/comments")
def comments(
    request: SignedInRequest,
    article_id: int,
    resolved: bool | None = None,
    thread: int | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Comments and replies, the oldest first. `resolved` chooses threads that are, or are not; `thread` is one thread.

    Comments on a passage that you do not get are not there.
    """
    article = access.fetch_article(request.user, "view", article_id)
    rows = loaded(comments_of(request.user, article), request.user)
    if thread is not None:
        rows = rows.filter(pk=thread) | rows.filter(thread=thread)
    if resolved is not None:
        open_one = {"resolved_at__isnull": not resolved}
        rows = rows.filter(thread__isnull=True, **open_one) | rows.filter(
            **{f"thread__{name}": value for name, value in open_one.items()}, thread__isnull=False
        )
    there: dict[int, anchors.Shown] = {}
    found = page(rows, ("id",), limit, cursor, lambda one: {"row": one})
    lines = [item["row"] for item in found["items"]]
    there = anchors.places(access.view_of(request.user), article, [one.anchor for one in lines if one.anchor])
    return {"items": [comment_line(one, there) for one in lines], "next": found["next"]}


@router.post("articles/{int:article_id}/comments", response={201: Any})
def comment(request: SignedInRequest, article_id: int, data: CommentIn) -> Status[dict[str, Any]]:
    """Comment; with `quote` on that passage of what you see (`before` and `after` say which, where the same words stand
    there more than once; `version` is the one that you saw); with `parent` reply. @name calls people and roles."""
    made = commenting.add_comment(
        request.user, article_id, data.body, parent=data.parent, quote=data.quote, before=data.before,
        after=data.after, version=data.version,
    )  # fmt: skip
    article = access.fetch_article(request.user, "view", article_id)
    return Status(201, comment_shape(request.user, article, made.pk))


@router.get("comments/{int:comment_id}")
def one_comment(request: SignedInRequest, comment_id: int) -> dict[str, Any]:
    """One comment."""
    found = fetch_comment(request.user, comment_id)
    return comment_shape(request.user, found.article, found.pk)


@router.patch("comments/{int:comment_id}")
def change_comment(request: SignedInRequest, comment_id: int, data: CommentChange) -> dict[str, Any]:
    """Change your own words (`body`), or settle a thread and open it again (`resolved`)."""
    if data.body is None and data.resolved is None:
        raise Invalid(body=_("Send body, or resolved."))
    if data.body is not None:
        commenting.edit_comment(request.user, comment_id, data.body)
    if data.resolved is not None:
        commenting.resolve_thread(request.user, comment_id, resolved=data.resolved)
    return one_comment(request, comment_id)


@router.delete("comments/{int:comment_id}", response={204: None})
def delete_comment(request: SignedInRequest, comment_id: int) -> Status[None]:
    """Take your words away; it stays visible that there was a comment."""
    commenting.delete_comment(request.user, comment_id)
    return Status(204, None)


@router.put("comments/{int:comment_id}/thanks")
def give_thanks(request: SignedInRequest, comment_id: int) -> dict[str, Any]:
    """Say thank you for it."""
    commenting.thank(request.user, comment_id)
    return one_comment(request, comment_id)


@router.delete("comments/{int:comment_id}/thanks")
def take_thanks_back(request: SignedInRequest, comment_id: int) -> dict[str, Any]:
    """Take it back."""
    commenting.thank(request.user, comment_id, thanks=False)
    return one_comment(request, comment_id)


@router.get("articles/{int:article_id}/mentions")
def mentions(
    request: SignedInRequest,
    article_id: int,
    q: str = Query("", max_length=80),
    thread: int | None = None,
    quote: str = Query("", max_length=2_000),
) -> dict[str, Any]:
    """Whom you can call with @ in a comment on this article: people and roles who may see what it is about.

    `thread` is the comment that you answer, `quote` the passage that you comment on.
    """
    article = access.fetch_article(request.user, "comment", article_id)
    audience = ""
    if thread is not None:
        anchor = fetch_comment(request.user, thread).anchor
        audience = anchor.audience if anchor else ""
    elif quote.strip():
        audience = anchors.audience_of_quote(request.user, article, quote)
    people, roles = offered(article, q, audience)
    return {
        "people": [{**(shapes.person(one) or {}), "username": one.username} for one in people],
        "roles": [role.name for role in roles],
        "role_names": [role_name(role.name) for role in roles],
    }  # fmt: skip
