"""The caller's favourites, and what they opened last."""

from __future__ import annotations

from typing import Any

from ninja import Router, Status

from .. import personal
from ..actions.personal import set_favourite
from ..models import Article
from ..signed_in import SignedInRequest

router = Router(tags=["favourites"])
MOST = 100


def _line(one: Article) -> dict[str, Any]:
    return {"id": one.pk, "title": one.title, "category": one.category.slug, "url": one.get_absolute_url()}


@router.get("favourites")
def favourites(request: SignedInRequest) -> dict[str, Any]:
    """At most a hundred articles with the caller's star, the newest star first, and at most fifty that were opened
    last; what is not published or not for the caller any more is left out."""
    return {
        "items": [_line(one) for one in personal.favourites(request.user, MOST)],
        "recent": [_line(one) for one in personal.recent(request.user, MOST // 2)],
    }


@router.put("articles/{int:article_id}/favourite", response={204: None})
def put_star(request: SignedInRequest, article_id: int) -> Status[None]:
    """Put a star on an article."""
    set_favourite(request.user, article_id, True)
    return Status(204, None)


@router.delete("articles/{int:article_id}/favourite", response={204: None})
def take_star(request: SignedInRequest, article_id: int) -> Status[None]:
    """Take the star off."""
    set_favourite(request.user, article_id, False)
    return Status(204, None)
