"""Grants as they stand in the database: a role has a right on an access root."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from guardian.models import GroupObjectPermissionBase

from ..models.category import AccessRoot

LADDER = ("view", "edit", "publish", "manage")


class RootGrant(GroupObjectPermissionBase):
    """guardian's row for one grant: role, right, access root; a real foreign key, so it joins and cascades."""

    content_object = models.ForeignKey(AccessRoot, models.CASCADE, related_name="grants")

    class Meta(GroupObjectPermissionBase.Meta):
        app_label = "articles"
        indexes = [models.Index(fields=["group", "permission", "content_object"])]


def roles_with(right: str, root_id: int | None, *, ladder: bool = False) -> list[str]:
    """Slugs of the roles granted a right at a root, sorted; with `ladder` also those granted a higher one."""
    rights = LADDER[LADDER.index(right) :] if ladder else (right,)
    names = RootGrant.objects.filter(
        content_object_id=root_id, permission__codename__in=[f"{r}_accessroot" for r in rights]
    ).values_list("group__name", flat=True)
    return sorted(set(names))


def grants_at(root_id: int | None) -> dict[str, list[str]]:
    """All grants at a root: role slug → rights, as they were granted (not climbed down the ladder)."""
    found: dict[str, list[str]] = {}
    rows = RootGrant.objects.filter(content_object_id=root_id).values_list("group__name", "permission__codename")
    for role, codename in rows:
        found.setdefault(role, []).append(codename.partition("_")[0])
    return {role: sorted(rights, key=LADDER.index) for role, rights in sorted(found.items())}


def readers_by_root() -> dict[int | None, list[str]]:
    """Access root id → slugs of the roles that may read there, for lists of many categories: one query."""
    found: dict[int | None, list[str]] = {}
    rows = RootGrant.objects.order_by("group__name").values_list("content_object_id", "group__name").distinct()
    for root_id, role in rows:
        found.setdefault(root_id, []).append(role)
    return found


def reading_groups() -> dict[int, frozenset[int]]:
    """Access root id → ids of the roles that may read what it governs (every right includes that one): one query."""
    found: dict[int, set[int]] = {}
    for root_id, group_id in RootGrant.objects.values_list("content_object_id", "group_id").distinct():
        found.setdefault(root_id, set()).add(group_id)
    return {root_id: frozenset(groups) for root_id, groups in found.items()}


def role_ids() -> dict[str, int]:
    """Slug → id of every role."""
    return dict(Group.objects.values_list("name", "pk"))
