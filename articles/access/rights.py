"""The rights of people, read from the grants of their roles, and remembered until rights change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group

from .. import epoch
from ..models.person import User
from .grants import LADDER, RootGrant

EVERYONE = "everyone"
MANAGER = "manager"


@dataclass(frozen=True)
class View:
    """What one person may do, at one moment: immutable, cheap to ask, shared by all requests until rights change."""

    user_id: int
    active: bool = False
    administrator: bool = False
    manager: bool = False
    roles: frozenset[str] = frozenset()
    group_ids: frozenset[int] = frozenset()
    roots: dict[str, frozenset[int]] = field(default_factory=dict, hash=False)

    def holds(self, right: str, root_id: int | None) -> bool:
        """Whether this person holds a right ("view", "edit", "publish", "manage") at an access root."""
        if self.administrator:
            return True
        return root_id is not None and root_id in self.roots.get(right, frozenset())

    @property
    def visible_roots(self) -> frozenset[int] | None:
        """Access roots whose published articles this person may read; None for administrators: all of them."""
        return None if self.administrator else self.roots.get("view", frozenset())

    @cached_property
    def audience(self) -> tuple[Any, ...]:
        """Equal for people who see the same things: the key for what may be cached for several people."""
        return (self.administrator, self.roots.get("view"), self.roots.get("edit"))

    @cached_property
    def sort(self) -> tuple[Any, ...]:
        """Equal for people who get the same of an event: one object for all of them, which compares at once."""
        return _the_one((self.active, self.audience, self.roles))


@lru_cache(maxsize=1_000)
def _the_one(sort: tuple[Any, ...]) -> tuple[Any, ...]:
    return sort


NOBODY = View(user_id=0)
_views: dict[int, tuple[int, View]] = {}


def view_of(user: User | AnonymousUser) -> View:
    """The rights of a person now. One query (the epoch) when they are remembered, four when rights have changed."""
    if not user.is_authenticated or user.pk is None:
        return NOBODY
    access_seq = epoch.current().access_seq
    remembered = _views.get(user.pk)
    if remembered and remembered[0] == access_seq:
        return remembered[1]
    view = read_view(user.pk)
    if not epoch.is_settled():
        return view
    if len(_views) > 20_000:  # more people than any centre has: a process does not grow for ever
        _views.clear()
    _views[user.pk] = (access_seq, view)
    return view


def read_view(user_id: int) -> View:
    """The rights of a person as they stand in the database, past all caches."""
    return read_views([user_id])[user_id]


def read_views(user_ids: Iterable[int]) -> dict[int, View]:
    """`read_view` of many at once, by id: for sockets that live for hours. Four queries for each 500 people."""
    ids = list(user_ids)
    names = dict(Group.objects.values_list("pk", "name"))
    everyone = {pk for pk, name in names.items() if name == EVERYONE}
    found = {user_id: View(user_id=user_id) for user_id in ids}
    made: dict[frozenset[int], dict[str, frozenset[int]]] = {}
    for chunk in (ids[start : start + 500] for start in range(0, len(ids), 500)):
        members: dict[int, set[int]] = {}
        for user_id, group_id in User.groups.through.objects.filter(user__in=chunk).values_list("user_id", "group_id"):
            members.setdefault(user_id, set()).add(group_id)
        rows = User.objects.filter(pk__in=chunk, is_active=True).values_list("pk", "is_superuser")
        held_by = {pk: frozenset(members.get(pk, set()) | everyone) for pk, _ in rows}
        _add_roots(made, set(held_by.values()))
        for pk, superuser in rows:
            roles = frozenset(names[group_id] for group_id in held_by[pk] if group_id in names)
            found[pk] = View(
                user_id=pk, active=True, administrator=superuser, manager=superuser or MANAGER in roles,
                roles=roles, group_ids=held_by[pk], roots=made[held_by[pk]],
            )  # fmt: skip
    return found


def view_of_roles(group_ids: Iterable[int]) -> View:
    """The rights of somebody, nobody in particular, who holds just these roles and `everyone`. Two queries."""
    names = dict(Group.objects.values_list("pk", "name"))
    held = frozenset({pk for pk, name in names.items() if name == EVERYONE or pk in set(group_ids)})
    made: dict[frozenset[int], dict[str, frozenset[int]]] = {}
    _add_roots(made, {held})
    roles = frozenset(names[pk] for pk in held)
    return View(0, active=True, manager=MANAGER in roles, roles=roles, group_ids=held, roots=made[held])


def _add_roots(made: dict[frozenset[int], dict[str, frozenset[int]]], sets: set[frozenset[int]]) -> None:
    """Right → roots for each set of groups that is not made yet: people share sets of groups, and then the result."""
    missing = sets - made.keys()
    held: dict[int, list[tuple[str, int]]] = {}
    grants = RootGrant.objects.filter(group_id__in=frozenset().union(*missing))
    for group_id, codename, root_id in grants.values_list("group_id", "permission__codename", "content_object_id"):
        held.setdefault(group_id, []).append((codename.partition("_")[0], root_id))
    for groups in missing:
        roots: dict[str, set[int]] = {right: set() for right in LADDER}
        for group_id in groups:
            for granted, root_id in held.get(group_id, ()):
                for right in LADDER[: LADDER.index(granted) + 1]:
                    roots[right].add(root_id)
        made[groups] = {right: frozenset(ids) for right, ids in roots.items()}
