"""Me, and for managers: people and roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Prefetch
from ninja import Router, Schema

from .. import access, epoch
from ..actions import people
from ..models import User
from ..signed_in import SignedInRequest
from .paging import Cursor, Limit, page

router = Router(tags=["people"])


class RolesIn(Schema):
    roles: list[str]


class RoleIn(Schema):
    name: str


@router.get("me")
def me(request: SignedInRequest) -> dict[str, Any]:
    """The caller, what they may do, and the newest event: the cursor to begin listening at."""
    user = request.user
    view = access.view_of(user)
    return {
        "id": user.pk, "username": user.username, "name": user.get_full_name(), "roles": sorted(view.roles),
        "abilities": access.site_abilities(user), "cursor": epoch.current().seq,
    }  # fmt: skip


def _user(user: User) -> dict[str, Any]:
    return {
        "id": user.pk, "username": user.username, "name": user.get_full_name(), "email": user.email,
        "active": user.is_active, "roles": sorted({access.EVERYONE, *(group.name for group in user.groups.all())}),
    }  # fmt: skip


@router.get("users")
def users(request: SignedInRequest, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """All people, by sign-in name. For managers."""
    access.require(request.user, "see_people")
    rows = User.objects.prefetch_related(Prefetch("groups"))
    return page(rows, ("username", "id"), limit, cursor, _user)


@router.get("roles")
def roles(request: SignedInRequest, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """All roles, by slug. For managers."""
    access.require(request.user, "see_people")
    return page(
        Group.objects.all(), ("name", "id"), limit, cursor,
        lambda group: {"id": group.pk, "slug": group.name, "built_in": group.name in access.BUILT_IN_ROLES},
    )  # fmt: skip


@router.post("roles")
def create_role(request: SignedInRequest, data: RoleIn) -> dict[str, Any]:
    """A new role. For managers."""
    group = people.create_role(request.user, data.name)
    return {"id": group.pk, "slug": group.name, "built_in": False}


@router.put("users/{int:user_id}/roles")
def set_roles(request: SignedInRequest, user_id: int, data: RolesIn) -> dict[str, Any]:
    """Make the roles of a person exactly these. For managers; takes effect in open pages at once."""
    return _user(people.set_user_roles(request.user, user_id, data.roles))
