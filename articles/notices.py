"""Notices as people meet them: which are shown now, to whom and where. Made once per process until one changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from . import access, epoch, navigation
from .access import View
from .kept import Kept
from .models import Article, Category, Notice, User
from .navigation import Topic

_current: Kept[tuple[Shown, ...]] = Kept(1)


@dataclass(frozen=True)
class Shown:
    """A notice that is or will be shown. `roles` is None for everybody; `paths` and `roots` are those of its topics,
    None for all pages; `topics` are their ids."""

    id: int
    text: str
    tone: str
    starts_at: datetime
    ends_at: datetime
    roles: frozenset[str] | None
    paths: tuple[str, ...] | None
    roots: frozenset[int | None] | None
    topics: tuple[int, ...] = ()

    def is_for(self, view: View) -> bool:
        """Whether this person is among those whom it is for: by a role, and by a topic that they see."""
        if not view.active:
            return False
        if self.roles is not None and not view.administrator and view.roles.isdisjoint(self.roles):
            return False
        return self.roots is None or any(view.holds("view", root) for root in self.roots)

    def concerns(self, path: str | None) -> bool:
        """Whether it stands on the pages of a topic with this path, and of what is in it."""
        return self.paths is None or (path is not None and path.startswith(self.paths))


def shown_to(user: User, now: datetime | None = None) -> list[Shown]:
    """The notices for a person that are shown now, wherever: the most urgent first, then the newest. No query."""
    now, view = now or timezone.now(), access.view_of(user)
    found = [one for one in _kept() if one.starts_at <= now < one.ends_at and one.is_for(view)]
    urgency = {"danger": 0, "warn": 1}
    return sorted(found, key=lambda one: (urgency.get(one.tone, 2), -one.starts_at.timestamp()))


def shown_on(user: User, category: Category | None) -> list[Shown]:
    """Those on a page about a topic or something in it; without a topic those that stand on all pages."""
    path = category.path if category else None
    return [one for one in shown_to(user) if one.concerns(path)]


def about_topics(user: User, first: frozenset[int]) -> list[tuple[Shown, list[Topic]]]:
    """Those that stand only on pages of topics, each with those of its topics that the person sees: urgent ones, then
    those about a topic of `first`, then the others; the newest first among each. No query where the tree is kept."""
    topics = navigation.tree(user).topics
    found = [one for one in shown_to(user) if one.paths is not None]
    found.sort(key=lambda one: (one.tone != "danger", first.isdisjoint(one.topics)))
    return [(one, [topics[pk] for pk in one.topics if pk in topics]) for one in found]


def shown_among(user: User, articles: Iterable[Article]) -> list[Shown]:
    """Those on a list of articles: for all pages, and those of the topics of what is listed. Needs their category."""
    paths = {article.category.path for article in articles}
    return [one for one in shown_to(user) if one.paths is None or any(one.concerns(path) for path in paths)]


def managed_by(user: User) -> QuerySet[Notice]:
    """The notices that a person may change: managers all, others those of topics in all of which they publish."""
    notices = Notice.objects.select_related("author").prefetch_related("roles", "categories__access_root")
    if access.can(user, "announce_to_all"):
        return notices
    theirs = access.categories_for(user, "publish").order_by()
    foreign = Category.objects.exclude(pk__in=theirs.values("pk"))
    places = Notice.categories.through.objects
    return notices.filter(pk__in=places.filter(category__in=theirs.values("pk")).values("notice")).exclude(
        pk__in=places.filter(category__in=foreign.values("pk")).values("notice")
    )


def may_announce(user: User) -> bool:
    """Whether a person may write notices anywhere."""
    return access.can(user, "announce_to_all") or bool(access.view_of(user).roots.get("publish"))


def _kept() -> tuple[Shown, ...]:
    return _current.get("notices", epoch.current().listing_seq, _read)


def _read() -> tuple[Shown, ...]:
    rows = Notice.objects.filter(ends_at__gt=timezone.now()).prefetch_related("roles", "categories")
    return tuple(
        Shown(
            id=one.pk, text=one.text, tone=one.tone, starts_at=one.starts_at, ends_at=one.ends_at,
            roles=None if one.for_everybody else frozenset(role.name for role in one.roles.all()),
            paths=None if one.everywhere else tuple(category.path or "-" for category in one.categories.all()),
            roots=None if one.everywhere else frozenset(category.access_root_id for category in one.categories.all()),
            topics=() if one.everywhere else tuple(category.pk for category in one.categories.all()),
        )
        for one in rows
    )  # fmt: skip
