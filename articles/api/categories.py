"""The tree of topics."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from .. import access
from ..actions import audience
from ..actions import category as actions
from ..actions.problems import Invalid
from ..models import Category
from ..signed_in import SignedInRequest
from . import shapes
from .changes import Change
from .paging import Cursor, Limit, page

router = Router(tags=["categories"])


class CategoryIn(Schema):
    name: str
    parent: str | None = None
    slug: str = ""
    roles: list[str] | None = None
    grants: dict[str, list[str]] | None = None
    owner: str | None = None
    publishing: str | None = None


class CategoryPatch(Change):
    name: str | None = None
    parent: str | None = None
    slug: str | None = None
    roles: list[str] | None = None
    grants: dict[str, list[str]] | None = None
    owner: str | None = None
    publishing: str | None = None
    position: int | None = None
    review_months: int | None = None


def _shape(request: SignedInRequest, one: Category) -> dict[str, Any]:
    parents = access.categories_for(request.user).filter(children=one)
    return shapes.category(one, shapes.readers(one), dict(parents.values_list("pk", "slug")))


def _parent(request: SignedInRequest, slug: str | None) -> Category | None:
    if slug is None:
        return None
    try:
        return access.fetch_category(request.user, "view", slug=slug)
    except access.NotFound:
        raise Invalid(parent=_("There is no category %(slug)s.") % {"slug": slug[:60]}) from None


@router.get("categories")
def categories(request: SignedInRequest, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """The categories that the caller sees, by id."""
    visible = access.categories_for(request.user)
    parents = dict(visible.values_list("pk", "slug"))
    roles = access.readers_by_root()
    return page(
        visible.select_related("owner_user", "owner_role"), ("id",), limit, cursor,
        lambda one: shapes.category(one, roles.get(one.access_root_id, []), parents),
    )  # fmt: skip


@router.post("categories", response={201: Any})
def create(request: SignedInRequest, data: CategoryIn) -> Status[dict[str, Any]]:
    """A new category. `roles` may view it; without roles it inherits from its parent. `grants` says all rights."""
    parent = _parent(request, data.parent)
    grants = audience.grants_for_roles(request.user, parent, data.roles) if data.grants is None else data.grants
    one = actions.create_category(
        request.user, data.name, parent, slug=data.slug, publishing=data.publishing, grants=grants,
        **shapes.find_owner(data.owner),
    )  # fmt: skip
    return Status(201, _shape(request, one))


@router.patch("categories/{int:category_id}")
def change(request: SignedInRequest, category_id: int, data: CategoryPatch) -> dict[str, Any]:
    """Change what is named. `roles: null` or `grants: null` lets it inherit again; `parent: null` moves it up.

    `roles` are all that may read, also by a higher right; those keep it, whatever is sent. Sent back as they were read
    they change nothing.
    """
    named: dict[str, Any] = data.dict(exclude_unset=True)
    one = access.fetch_category(request.user, "manage", pk=category_id)
    changes = {name: named[name] for name in ("name", "slug", "publishing", "position") if named.get(name) is not None}
    if "parent" in named:
        changes["parent"] = _parent(request, data.parent)
    moves = changes.get("parent", one.parent) != one.parent
    if "owner" in named:
        changes |= shapes.find_owner(data.owner)
    if "grants" in named:
        changes["grants"] = data.grants
    elif "roles" in named and (moves or not shapes.is_read_back(one, data.roles)):
        changes["grants"] = audience.grants_with_viewers(one.access_root_id, data.roles)
    if "review_months" in named:
        changes["review_months"] = data.review_months
    return _shape(request, actions.update_category(request.user, category_id, **changes))
