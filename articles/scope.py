"""What a person sees first: topics, tags and languages of their choice, or those of their teams until they choose.

A choice, never a right. A scope divides what `access` lets a person see into what is inside and what is outside, and
both are counted after their rights were asked: what roles forbid is in neither. Home, lists, search and suggestions
show what is inside, and say how much is outside.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Q

from . import access, epoch, navigation
from .kept import Kept
from .models import Article, Category, Show, Status, Tag, User

LANGUAGES = ("en", "sv")
_scopes: Kept[Scope] = Kept(2_000)
_starts: Kept[tuple[int, ...]] = Kept(2_000)
_drawn: Kept[str] = Kept(500)


@dataclass(frozen=True)
class Scope:
    """One person's scope in one state of the installation; shared by all who chose the same and may see the same.

    `chosen`: by the person, rather than given by their teams. `topics` are the categories that were chosen, and
    `below` these with all under them, as far as the person sees them.
    """

    show: str
    chosen: bool
    topics: tuple[int, ...]
    below: frozenset[int]
    tags: tuple[tuple[int, str], ...]
    languages: tuple[str, ...]
    inside: int
    outside: int

    @property
    def is_everything(self) -> bool:
        """Whether nothing was chosen, so that there is no outside."""
        return not (self.topics or self.tags or self.languages)

    @property
    def narrows(self) -> bool:
        """Whether lists show only what is inside."""
        return self.show == Show.MINE and not self.is_everything

    @property
    def tag_names(self) -> list[str]:
        return [name for _pk, name in self.tags]

    @cached_property
    def condition(self) -> Q:
        """What articles inside fulfil; without repetitions, and without a word of rights."""
        return _condition(self.below, self.tags, self.languages)

    @property
    def key(self) -> Hashable:
        """Equal for scopes with which lists look the same: a part of the key of everything drawn with one."""
        return (self.show, self.topics, self.tags, self.languages)


def of(user: User) -> Scope:
    """The scope of a person. No query unless rights or lists have changed since somebody had the same; then five."""
    view, now = access.view_of(user), epoch.current()
    saved = user.scope or {}
    choice = tuple((name, _tuple(saved.get(name))) for name in ("categories", "tags", "language"))
    show = str(saved.get("show", Show.MINE))
    key = (view.audience, view.group_ids, choice, show)
    return _scopes.get(key, (now.access_seq, now.listing_seq), lambda: _read(user, dict(choice), show))


def drawn(user: User, place: Hashable, draw: Callable[[Scope, navigation.Tree], str]) -> str:
    """HTML of the topics of a person's scope; drawn once for all who chose and see the same."""
    scope, now = of(user), epoch.current()
    key = (access.view_of(user).audience, scope.key if scope.narrows else None, place)
    return _drawn.get(key, (now.access_seq, now.listing_seq), lambda: draw(scope, tree_of(user, scope)))


def tree_of(user: User, scope: Scope) -> navigation.Tree:
    """The topics of a scope at the top, each with all below it and with how much of it is inside. One query.

    Where the scope does not narrow: all topics, and no query. Where only tags or languages were chosen: all topics
    that hold something inside.
    """
    whole = navigation.tree(user)
    if not scope.narrows:
        return whole
    inside = access.visible_to(user).filter(scope.condition, status=Status.PUBLISHED)
    counts = dict(inside.order_by().values_list("category_id").annotate(Count("pk")))
    made: dict[int, navigation.Topic] = {}

    def copy(topic: navigation.Topic, parent: navigation.Topic | None) -> navigation.Topic:
        mine = navigation.Topic(topic.id, topic.name, topic.slug, parent, own_count=counts.get(topic.id, 0))
        made[topic.id] = mine
        mine.children = [copy(child, mine) for child in topic.children]
        mine.count = mine.own_count + sum(child.count for child in mine.children)
        return mine

    if scope.topics:
        tops = [copy(whole.topics[pk], None) for pk in scope.topics]
    else:
        tops = [top for top in (copy(top, None) for top in whole.tops) if top.count]
    return navigation.Tree(tuple(tops), made, scope.inside)


def start_of(user: User) -> tuple[int, ...]:
    """The topics that a person's teams answer for, in the order of the tree: what they see first until they choose.

    Teams are all roles but the built-in ones, which say what somebody is and not what they care for.
    """
    view, now = access.view_of(user), epoch.current()

    def read() -> tuple[int, ...]:
        teams = view.roles - set(access.BUILT_IN_ROLES)
        owned = Category.objects.filter(owner_role__name__in=teams) if teams else Category.objects.none()
        return _topmost(user, set(owned.values_list("pk", flat=True)))

    return _starts.get((view.audience, view.group_ids), (now.access_seq, now.listing_seq), read)


def _read(user: User, choice: dict[str, tuple[Any, ...] | None], show: str) -> Scope:
    chosen = choice["categories"] is not None
    topics = _topmost(user, set(choice["categories"] or ())) if chosen else start_of(user)
    below = frozenset(one.id for pk in topics for _depth, one in navigation.tree(user).topics[pk].walk())
    tags = tuple(Tag.objects.filter(pk__in=choice["tags"] or ()).values_list("pk", "name")) if choice["tags"] else ()
    languages = tuple(code for code in LANGUAGES if code in (choice["language"] or ()))
    everything = navigation.tree(user).count
    if not (topics or tags or languages):
        return Scope(show, chosen, (), frozenset(), (), (), everything, 0)
    published = access.visible_to(user).filter(status=Status.PUBLISHED)
    inside = published.filter(_condition(below, tags, languages)).count()
    return Scope(show, chosen, topics, below, tags, languages, inside, everything - inside)


def _topmost(user: User, wanted: set[int]) -> tuple[int, ...]:
    """Those of the topics that the person sees and that lie in no other of them, in the order of the tree."""
    found = []
    for _depth, topic in navigation.tree(user).walk():
        if topic.id in wanted and not any(above.id in wanted for above in topic.path[:-1]):
            found.append(topic.id)
    return tuple(found)


def _condition(below: frozenset[int], tags: tuple[tuple[int, str], ...], languages: tuple[str, ...]) -> Q:
    condition = Q()
    if below:
        condition |= Q(category_id__in=below)
    if tags:
        tagged = Article.tags.through.objects.filter(tag_id__in=[pk for pk, _name in tags]).values("article_id")
        condition |= Q(pk__in=tagged)
    if languages:
        condition &= Q(language__in=languages)
    return condition


def _tuple(value: Any) -> tuple[Any, ...] | None:
    return tuple(value) if isinstance(value, list) else None
