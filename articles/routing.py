"""Whose turn it is: the owner of the article, else the owner of its topic or the next above, else the managers.

A role that owns is asked for the member who may mend the article and has the fewest open flags. Whoever raised the
flag is passed over, unless the article is their own; whoever is away is taken only when nobody else is left, and who
raised it only after those. So each open flag is one person's at every moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Count
from django.utils import timezone

from . import access
from .flag_rights import may_have
from .models import Article, Category, Flag, User
from .models.flag import OPEN


@dataclass(frozen=True)
class Routed:
    """To whom a flag goes, and the role that answers for its article."""

    person: User | None
    team: Group | None


Owner = User | Group


def route(flag: Flag, *, but: Iterable[int] = ()) -> Routed:
    """Whose a flag is now. Nobody only where there is no manager and no administrator. `but`: ids to pass over."""
    line = list(line_of(flag.article))
    teams = [owner for owner in line if isinstance(owner, Group)]
    team = teams[0] if teams else None
    passed = set(but)
    away = set(User.objects.filter(absent_until__gte=timezone.localdate()).values_list("pk", flat=True))
    reporter = {flag.reporter_id} if flag.reporter_id else set[int]()
    for not_now in (passed | away, passed, set[int]()):
        person = _first(line, flag, not_now, not_now | reporter)
        if person is not None:
            return Routed(person, team)
    return Routed(_first(line, flag, set(), set()), team)


def line_of(article: Article | None) -> Iterator[Owner]:
    """Who answers for an article, in this order: its owner, those of its topics from the nearest up, managers."""
    if article is not None:
        yield from _owners(article)
        above = Category.objects.filter(pk__in=article.category.ancestor_ids).select_related("owner_user", "owner_role")
        for category in sorted(above, key=lambda one: one.depth, reverse=True):
            yield from _owners(category)
    managers = Group.objects.filter(name=access.MANAGER).first()
    if managers is not None:
        yield managers


def escalation(flag: Flag) -> User | None:
    """To whom an overdue flag goes up: a manager other than the one who has it; None when there is none."""
    busy = {pk for pk in (flag.assignee_id,) if pk is not None}
    managers = User.objects.filter(is_active=True, groups__name=access.MANAGER)
    administrators = User.objects.filter(is_superuser=True, is_active=True)
    return _least_busy(managers, flag, busy) or _least_busy(administrators, flag, busy)


def _first(line: Iterable[Owner], flag: Flag, passed: set[int], of_roles: set[int]) -> User | None:
    """The first of the line who is not passed over (`of_roles`: as one of a role), then any administrator."""
    for owner in line:
        person = _owner_in_person(owner, flag, passed) if isinstance(owner, User) else _of_role(owner, flag, of_roles)
        if person is not None:
            return person
    return _least_busy(User.objects.filter(is_superuser=True, is_active=True), flag, passed)


def _owners(thing: Article | Category) -> Iterator[Owner]:
    for owner in (thing.owner_user, thing.owner_role):
        if owner is not None and getattr(owner, "name", "") != access.EVERYONE:  # what is everybody's is nobody's
            yield owner


def _owner_in_person(owner: User, flag: Flag, passed: set[int]) -> User | None:
    """The owner of an article keeps what they find in it themselves."""
    return owner if owner.pk not in passed and may_have(access.read_view(owner.pk), flag) else None


def _of_role(role: Group, flag: Flag, passed: set[int]) -> User | None:
    return _least_busy(User.objects.filter(is_active=True, groups=role), flag, passed)


def _least_busy(people: Iterable[User], flag: Flag, passed: set[int]) -> User | None:
    found = [person for person in people if person.pk not in passed]
    views = access.read_views(person.pk for person in found)
    able = [person for person in found if may_have(views[person.pk], flag)]
    if not able:
        return None
    counted = Flag.objects.filter(status__in=OPEN, assignee__in=able).order_by().values_list("assignee")
    busy = dict(counted.annotate(Count("pk")))

    def order(person: User) -> tuple[bool, int, int]:
        mends = flag.article is None or access.view_can(views[person.pk], "edit", flag.article)
        return (not mends, busy.get(person.pk, 0), person.pk)

    return min(able, key=order)
