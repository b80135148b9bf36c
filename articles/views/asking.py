"""Whom a must-read would ask, with how many people that is: shown before anybody publishes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from articles import access, asked, navigation
from articles.actions.asking import Asks
from articles.asked import TooMuch
from articles.models import Article, Category, User
from articles.models.frozen import Frozen
from articles.role_names import role_name


@dataclass(frozen=True)
class Option:
    """One role or topic to choose: `people` of it who may read the article."""

    word: str
    name: str
    people: int
    chosen: bool


@dataclass(frozen=True)
class Offer:
    """What the publishing page offers for a must-read."""

    audience: int
    roles: list[Option]
    topics: list[Option]
    too_much: TooMuch  # who would have more than `most` in a week
    most: int
    days: str
    errors: dict[str, str]

    @property
    def narrowed(self) -> bool:
        """Whether topics are chosen, so that their fold is open."""
        return any(one.chosen for one in self.topics)


def offer_for(
    user: User, article: Article, roles: Collection[str], topics: Collection[str], days: str, errors: dict[str, str]
) -> Offer:
    """The offer for an article, with what is chosen. Who publishes is not asked. A few queries, however many people,
    roles and topics there are, and most of them only after a change."""
    crowd, own = access.crowd(), {user.pk}
    readers = crowd.readers_of(article.access_root_id) - own
    chosen_roots = dict(
        access.categories_for(user).filter(access_root_id__isnull=False).values_list("slug", "access_root_id")
    )

    def topic(slug: str, name: str) -> Option:
        return Option(slug, name, len(readers & crowd.readers_of(chosen_roots.get(slug))), slug in topics)

    offered = [
        Option(slug, role_name(slug), len(readers & crowd.with_roles([slug])), slug in roles) for slug in crowd.groups
    ]
    everybody = not roles and not topics
    roots = [chosen_roots[slug] for slug in topics if slug in chosen_roots]
    people = crowd.among(article.access_root_id, everybody, roles, roots) - own
    return Offer(
        audience=len(readers),
        roles=sorted((one for one in offered if one.people and one.word != access.EVERYONE), key=lambda one: one.name),
        topics=[
            made
            for depth, one in navigation.tree(user).walk()
            if (made := topic(one.slug, "\u2003" * depth + one.name)).people
        ],
        too_much=asked.too_much_for(people), most=settings.MUST_READS_PER_WEEK, days=days, errors=errors,
    )  # fmt: skip


@dataclass(frozen=True)
class Told:
    """Whom something that waits will ask, for people who decide about it."""

    roles: list[str]
    topics: list[str]
    days: int | None
    people: int
    too_much: TooMuch  # as for an `Offer`
    most: int

    @property
    def everybody(self) -> bool:
        return not self.roles and not self.topics


def told_of(request: HttpRequest, article: Article, frozen: Frozen, *, waits: bool) -> Told | None:
    """None where it is no must-read. Topics that this person does not see are left out, and who reads them.

    Who would be asked too much is said as long as it `waits`: afterwards this one is among what they are asked.
    """
    if frozen.significance != "must-read":
        return None
    asks = Asks.of(frozen.asks)
    rows = Category.objects.filter(pk__in=asks.categories) if asks.categories else Category.objects.none()
    roots = [root for root in rows.values_list("access_root_id", flat=True) if root]
    seen = access.categories_for(request.user).filter(pk__in=asks.categories)
    people = access.crowd().among(article.access_root_id, asks.everybody, asks.roles, roots) - {frozen.author_id or 0}
    names = list(seen.values_list("name", flat=True)) if asks.categories else []
    full = asked.too_much_for(people) if waits else TooMuch(0, ())
    if len(names) < len(asks.categories):
        full = TooMuch(full.people, ())
    return Told(list(asks.roles), names, asks.days, len(people), full, settings.MUST_READS_PER_WEEK)
