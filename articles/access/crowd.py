"""Who there is: active people by role, and who of them may read what an access root governs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .. import epoch
from ..kept import Kept
from ..models.person import User
from .grants import reading_groups, role_ids
from .rights import EVERYONE


@dataclass(frozen=True)
class Crowd:
    """Active people, those of them who are administrators, people by role, and the roles that may read what stands
    below an access root."""

    active: frozenset[int]
    administrators: frozenset[int]
    members: dict[int, frozenset[int]]
    groups: dict[str, int]
    readers: dict[int, frozenset[int]]

    def with_roles(self, roles: Collection[str]) -> frozenset[int]:
        """Ids of the active people who hold one of the roles."""
        if EVERYONE in roles:
            return self.active
        return frozenset().union(*(self.members.get(self.groups.get(role, 0), frozenset()) for role in roles))

    def readers_of(self, root_id: int | None) -> frozenset[int]:
        """Ids of the active people of whom a role may read what an access root governs."""
        groups = self.readers.get(root_id or 0, frozenset())
        if self.groups.get(EVERYONE) in groups:
            return self.active
        return frozenset().union(*(self.members.get(group, frozenset()) for group in groups))

    def who_reads(self, root_id: int | None) -> frozenset[int]:
        """The same with administrators, who read everything."""
        return self.readers_of(root_id) | self.administrators

    def named(self, user_id: int | None, role_id: int | None) -> frozenset[int]:
        """Ids of the active people who are meant where a person, a role, or neither is named as an owner."""
        return (self.active & {user_id}) | self.members.get(role_id or 0, frozenset())

    def first_named(self, root_id: int | None, owners: Iterable[tuple[int | None, int | None]]) -> frozenset[int]:
        """Ids of those whom the first of these (person, role) means who may read what the root governs; none where
        nobody of them may."""
        readers = self.who_reads(root_id)
        return next((found for owner in owners if (found := self.named(*owner) & readers)), frozenset())

    def among(
        self, root_id: int | None, everybody: bool, roles: Collection[str], category_roots: Collection[int]
    ) -> frozenset[int]:
        """Of the readers below a root those with the roles, and those who read the categories of the other roots."""
        readers = self.readers_of(root_id)
        if everybody:
            return readers
        chosen = self.with_roles(roles).union(*(self.readers_of(root) for root in category_roots))
        return readers & chosen


_crowd: Kept[Crowd] = Kept(2)


def crowd() -> Crowd:
    """Everybody, read once after each change of rights: four queries however many people there are."""
    return _crowd.get("all", epoch.current().access_seq, _read)


def _read() -> Crowd:
    rows = dict(User.objects.filter(is_active=True).order_by().values_list("pk", "is_superuser"))
    members: dict[int, set[int]] = {}
    for person, group in User.groups.through.objects.filter(user__is_active=True).values_list("user_id", "group_id"):
        members.setdefault(group, set()).add(person)
    return Crowd(
        active=frozenset(rows),
        administrators=frozenset(pk for pk, administers in rows.items() if administers),
        members={group: frozenset(people) for group, people in members.items()},
        groups=role_ids(),
        readers=reading_groups(),
    )
