"""The tree of topics with counts, and the order of articles in them, as one person sees it.

Both are the same for all people who see the same things (`View.audience`), and stay the same until an event changes
what lists show, so each process makes them once per audience and `epoch.listing_seq`: a page costs no query for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count

from . import access, epoch
from .kept import Kept
from .models import Status, User


@dataclass
class Topic:
    """One category in the tree. `count` is how many published articles a person sees in it and below."""

    id: int
    name: str
    slug: str
    parent: Topic | None = field(default=None, repr=False)
    count: int = 0
    own_count: int = 0
    children: list[Topic] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"/categories/{self.slug}/"

    @property
    def path(self) -> list[Topic]:
        """From the top down to this topic itself."""
        return [*self.parent.path, self] if self.parent else [self]

    @property
    def path_name(self) -> str:
        """ "Waste and recycling › Collection"."""
        return " › ".join(topic.name for topic in self.path)

    def walk(self) -> Iterator[tuple[int, Topic]]:
        """This topic and all below it, each with how many levels it is below this one."""
        yield 0, self
        for child in self.children:
            for depth, topic in child.walk():
                yield depth + 1, topic


@dataclass(frozen=True)
class Tree:
    """The topics of one audience."""

    tops: tuple[Topic, ...]
    topics: dict[int, Topic]
    count: int

    def walk(self) -> Iterator[tuple[int, Topic]]:
        """All topics in the order of the tree, each with its depth (0 at the top)."""
        for top in self.tops:
            yield from top.walk()


@dataclass(frozen=True)
class Entry:
    """An article on the way: what a link to it needs."""

    id: int
    title: str
    url: str


@dataclass(frozen=True)
class Order:
    """The published articles of a category in the order of reading, and where each stands in it."""

    entries: tuple[Entry, ...]
    places: dict[int, int]


_trees: Kept[Tree] = Kept(200)
_orders: Kept[Order] = Kept(500)
_readers: Kept[tuple[str, ...]] = Kept(2_000)


def tree(user: User) -> Tree:
    """The topics that a person sees. Two queries when something has changed, none else."""
    return _trees.get(access.view_of(user).audience, epoch.current().listing_seq, lambda: _read_tree(user))


def order(user: User, category_id: int) -> Order:
    """The published articles of a category that a person sees, by title. One query after a change, else none."""
    key = (access.view_of(user).audience, category_id)
    return _orders.get(key, epoch.current().listing_seq, lambda: _read_order(user, category_id))


def neighbours(user: User, category_id: int, article_id: int) -> tuple[Entry | None, Entry | None]:
    """The article before and the one after, in the order of the category; None at its ends."""
    found = order(user, category_id)
    place = found.places.get(article_id)
    if place is None:
        return None, None
    before = found.entries[place - 1] if place else None
    after = found.entries[place + 1] if place + 1 < len(found.entries) else None
    return before, after


def reading_roles(root_id: int | None) -> tuple[str, ...]:
    """Slugs of the roles that may read what an access root governs. One query after a change of rights, else none."""
    seq = epoch.current().access_seq
    return _readers.get(root_id, seq, lambda: tuple(access.roles_with("view", root_id, ladder=True)))


def _read_tree(user: User) -> Tree:
    published = access.visible_to(user).filter(status=Status.PUBLISHED)
    counts = dict(published.order_by().values_list("category_id").annotate(Count("pk")))
    rows = access.categories_for(user).values_list("id", "name", "slug", "path")
    topics = {pk: Topic(pk, name, slug, own_count=counts.get(pk, 0)) for pk, name, slug, _path in rows}
    tops: list[Topic] = []
    for pk, _name, _slug, path in rows:
        above = [int(part) for part in (path or "").strip("/").split("/")[:-1]]
        # Whoever does not see a category between does not learn its name: the topic hangs on what they do see.
        parent = next((topics[one] for one in reversed(above) if one in topics), None)
        topics[pk].parent = parent
        (parent.children if parent else tops).append(topics[pk])
    for top in tops:
        _add_up(top)
    return Tree(tuple(tops), topics, sum(top.count for top in tops))


def _add_up(topic: Topic) -> int:
    topic.count = topic.own_count + sum(_add_up(child) for child in topic.children)
    return topic.count


def _read_order(user: User, category_id: int) -> Order:
    articles = access.visible_to(user).filter(category_id=category_id, status=Status.PUBLISHED)
    found = articles.only("id", "title").order_by("title", "id")
    entries = tuple(Entry(article.pk, article.title, article.get_absolute_url()) for article in found)
    return Order(entries, {entry.id: place for place, entry in enumerate(entries)})
