"""What a person follows."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Q
from ninja import Router, Schema, Status

from articles import access
from articles.api import shapes
from articles.api.paging import Cursor, Limit, page
from articles.models import User
from articles.signed_in import SignedInRequest

from ..actions import following
from ..models import Follow, Target

router = Router(tags=["follows"])


class FollowIn(Schema):
    target: Literal["article", "category", "tag", "search", "all"]
    id: int | str | None = None
    muted: bool = False


def follow_line(one: Follow) -> dict[str, Any]:
    """A follow. `of` is what is followed: an id, the name of a tag, the words of a search, null for everything."""
    of: int | str | None = one.article_id or one.category_id
    if one.tag is not None:
        of = one.tag.name
    return {
        "id": one.pk, "target": one.target, "of": of or one.query or None, "name": str(one.thing or one.query),
        "muted": one.muted, "created": shapes.time(one.created_at),
    }  # fmt: skip


def follows_of(user: User) -> Any:
    """A person's follows of what they may see still; what they may not is not there, and comes back with the right."""
    rows = Follow.objects.filter(user=user).select_related("article", "category", "tag")
    seen = Q(target__in=[Target.ALL, Target.SEARCH])
    seen |= Q(article__in=access.visible_to(user).order_by()) | Q(category__in=access.categories_for(user).order_by())
    seen |= Q(tag__articles__in=access.visible_to(user).order_by())
    return Follow.objects.filter(pk__in=rows.filter(seen).values("pk")).select_related("article", "category", "tag")


@router.get("follows")
def follows(request: SignedInRequest, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """What you follow or have muted, the newest first."""
    return page(follows_of(request.user), ("-id",), limit, cursor, follow_line)


@router.post("follows", response={200: Any, 201: Any})
def follow(request: SignedInRequest, data: FollowIn) -> Status[dict[str, Any]]:
    """Follow an article (id), a category (id or slug) and what is under it, a tag (name), a search (words), or all.

    With `muted` you hear nothing of it instead, but what is about yourself. Doing it twice makes no second one.
    """
    one, new = following.follow(request.user, data.target, data.id, muted=data.muted)
    return Status(201 if new else 200, follow_line(one))


@router.delete("follows/{int:follow_id}", response={204: None})
def unfollow(request: SignedInRequest, follow_id: int) -> Status[None]:
    """Let go of it; what you own, and what you chose to see first, you hear of nevertheless unless you mute them."""
    following.unfollow(request.user, follow_id)
    return Status(204, None)
