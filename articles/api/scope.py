"""What the caller has chosen to see first."""

from __future__ import annotations

from typing import Any

from ninja import Router, Schema

from .. import navigation, scope
from ..actions import scoping
from ..models import User
from ..signed_in import SignedInRequest

router = Router(tags=["scope"])


class ScopeIn(Schema):
    categories: list[str] | None = None
    tags: list[str] | None = None
    language: list[str] | None = None
    show: str | None = None


def _shape(user: User, found: scope.Scope) -> dict[str, Any]:
    topics = navigation.tree(user).topics
    return {
        "categories": [topics[pk].slug for pk in found.topics], "tags": found.tag_names,
        "language": list(found.languages), "show": found.show, "chosen": found.chosen,
        "inside": found.inside, "outside": found.outside,
    }  # fmt: skip


@router.get("scope")
def read(request: SignedInRequest) -> dict[str, Any]:
    """The caller's scope, and how many published articles that they may see are inside and outside of it.

    `chosen` is false as long as it is what their teams give them.
    """
    return _shape(request.user, scope.of(request.user))


@router.put("scope")
def choose(request: SignedInRequest, data: ScopeIn) -> dict[str, Any]:
    """Choose anew; what is left out stays as it was. `categories: null` follows the caller's teams again."""
    named = data.dict(exclude_unset=True)
    if named.get("show", "") is None:
        del named["show"]
    return _shape(request.user, scoping.choose_scope(request.user, **named))
