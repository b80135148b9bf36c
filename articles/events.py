"""What can happen, and how it is told: one dataclass per kind of event; its docstring is its documentation.

An action ends with `record(actor, …)`: the last statement of its transaction, because it takes the lock of the
one-row counter, and that lock is what makes the order of `seq` the order of commits (the idea is zulip's).
After commit a nudge without content goes out; it may be lost, the readers of the log look by themselves too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import connection, models, transaction
from django.utils import timezone

from . import epoch
from .models.article import Article
from .models.category import Category
from .models.event import Event, EventCounter
from .models.person import User

logger = logging.getLogger(__name__)
NUDGE_GROUP = "events"
# Parts of `data` that the log keeps for its readers and that nobody is ever sent. `was_root` is the access root
# before the change: whoever held that may still show what the event has taken out of their sight.
PRIVATE = frozenset({"session", "was_root"})
_listeners: list[Callable[[], None]] = []


@dataclass(frozen=True)
class Happening:
    """Something that happened. `data` of the event are the public fields of the dataclass but its subject."""

    kind: ClassVar[str]
    changes_access: ClassVar[bool] = False  # somebody may see or do more or less than before
    changes_listing: ClassVar[bool] = False  # lists, the tree or counts show something else than before

    def subject(self) -> dict[str, Any]:
        """The foreign keys of the event row."""
        return {}

    def data(self) -> dict[str, Any]:
        """What the event carries: JSON. All but PRIVATE is told to whoever may know of the event."""
        return {name: value for name, value in asdict(self).items() if name not in ("article", "category", "person")}


@dataclass(frozen=True)
class OfArticle(Happening):
    article: Article

    def subject(self) -> dict[str, Any]:
        return {"article": self.article}

    def data(self) -> dict[str, Any]:
        return {part.name: getattr(self, part.name) for part in fields(self) if part.name != "article"}


@dataclass(frozen=True)
class ArticleCreated(OfArticle):
    """A new article: a draft that nobody but editors sees."""

    kind = "article.created"
    changes_listing = True
    title: str


@dataclass(frozen=True)
class ArticlePublished(OfArticle):
    """Readers see a new version. `restored_from` is the number of the old version that it repeats."""

    kind = "article.published"
    changes_listing = True
    version: int
    title: str
    note: str
    significance: str
    restored_from: int | None = None


@dataclass(frozen=True)
class ArticleUpdated(OfArticle):
    """Title, tags, language, owner or review date changed; `fields` names which."""

    kind = "article.updated"
    changes_listing = True
    title: str
    fields: list[str]


@dataclass(frozen=True)
class ArticleMoved(OfArticle):
    """It stands in another category, and with it perhaps under other grants."""

    kind = "article.moved"
    changes_access = True
    changes_listing = True
    category: str
    was_root: int | None = None


@dataclass(frozen=True)
class ArticleAudienceChanged(OfArticle):
    """It got grants of its own, other ones, or none any more."""

    kind = "article.audience_changed"
    changes_access = True
    changes_listing = True
    was_root: int | None = None


@dataclass(frozen=True)
class ArticleArchived(OfArticle):
    """It no longer holds: gone from lists and search; its page says so."""

    kind = "article.archived"
    changes_listing = True


@dataclass(frozen=True)
class ArticleRestored(OfArticle):
    """It was brought back from the archive."""

    kind = "article.restored"
    changes_listing = True


@dataclass(frozen=True)
class DraftEdited(OfArticle):
    """The draft was written in; told at most once a minute per article and person."""

    kind = "draft.edited"


@dataclass(frozen=True)
class DraftProposed(OfArticle):
    """An editor asks for the draft to be published as it stood; like all of the draft, only editors know of it."""

    kind = "draft.proposed"
    changes_listing = True
    proposal: int


@dataclass(frozen=True)
class DraftAnswered(OfArticle):
    """A proposal was decided: `state` is approved, returned, withdrawn or replaced."""

    kind = "draft.answered"
    changes_listing = True
    proposal: int
    state: str


@dataclass(frozen=True)
class DraftPlanned(OfArticle):
    """A publication or archiving is planned (`state` waiting), or the plan is done, cancelled or failed."""

    kind = "draft.planned"
    changes_listing = True
    plan: int
    state: str


@dataclass(frozen=True)
class OfSuggestion(OfArticle):
    """Known to those who may edit the article, and to its author (`person`) alone of all who may read it."""

    suggestion: int
    person: User | None

    def subject(self) -> dict[str, Any]:
        return {"article": self.article, "person": self.person}

    def data(self) -> dict[str, Any]:
        return {name: value for name, value in super().data().items() if name != "person"}


@dataclass(frozen=True)
class SuggestionMade(OfSuggestion):
    """Somebody who may read the article suggests a change."""

    kind = "suggestion.made"
    changes_listing = True


@dataclass(frozen=True)
class SuggestionAnswered(OfSuggestion):
    """A suggestion was taken over (`state` merged), declined or withdrawn."""

    kind = "suggestion.answered"
    changes_listing = True
    state: str


@dataclass(frozen=True)
class CategoryChanged(Happening):
    """A category was created, renamed, moved, given another owner, publishing mode or other grants."""

    kind = "category.changed"
    changes_access = True
    changes_listing = True
    category: Category | None
    fields: list[str] = field(default_factory=list)
    former: str = ""  # the slug of a category that is no more
    was_root: int | None = None

    def subject(self) -> dict[str, Any]:
        return {"category": self.category}

    def data(self) -> dict[str, Any]:
        slug = self.category.slug if self.category else self.former
        return {"category": slug, "fields": self.fields, "was_root": self.was_root}


@dataclass(frozen=True)
class UserAccessChanged(Happening):
    """The roles of a person changed, or the account was closed, or a session ended.

    Without a person a role itself changed, and everybody's rights are read again. `session` (a digest, never
    sent to anybody) is the session that was signed out.
    """

    kind = "user.access_changed"
    changes_access = True
    changes_listing = True
    person: User | None = None
    session: str = ""

    def subject(self) -> dict[str, Any]:
        return {"person": self.person}

    def data(self) -> dict[str, Any]:
        return {"session": self.session} if self.session else {}


KINDS: dict[str, type[Happening]] = {
    cls.kind: cls
    for cls in (
        ArticleCreated, ArticlePublished, ArticleUpdated, ArticleMoved, ArticleAudienceChanged, ArticleArchived,
        ArticleRestored, DraftEdited, DraftProposed, DraftAnswered, DraftPlanned, SuggestionMade, SuggestionAnswered,
        CategoryChanged, UserAccessChanged,
    )
}  # fmt: skip


def record(actor: User | None, *happenings: Happening) -> list[Event]:
    """Append to the log. Must be the last statement of the transaction that did what happened.

    Raises TransactionManagementError outside of a transaction. Returns the events with their seq.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("events.record() must stand in the transaction that it reports.")
    if not happenings:
        return []
    first = _next_seq(happenings)
    now = timezone.now()
    events = Event.objects.bulk_create(
        Event(seq=first + i, kind=h.kind, actor=actor, at=now, data=h.data(), **h.subject())
        for i, h in enumerate(happenings)
    )
    epoch.forget()
    transaction.on_commit(nudge, robust=True)
    return events


def _next_seq(happenings: tuple[Happening, ...]) -> int:
    """Take the counter under its lock; gives the seq of the first happening."""
    count = len(happenings)
    changes: dict[str, Any] = {"seq": models.F("seq") + count}
    # A little too new an epoch only means that caches are filled once more.
    if any(h.changes_access for h in happenings):
        changes["access_seq"] = models.F("seq") + count
    if any(h.changes_listing for h in happenings):
        changes["listing_seq"] = models.F("seq") + count
    EventCounter.objects.filter(pk=1).update(**changes)
    return EventCounter.objects.values_list("seq", flat=True).get(pk=1) - count + 1


def on_nudge(listener: Callable[[], None]) -> Callable[[], None]:
    """Call a function in this process after each commit that recorded something; returns its removal.

    The function is called in the thread that committed and must not block.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def nudge() -> None:
    """Tell the readers of the log, here and in other processes, that there is something new. May be lost."""
    epoch.forget()
    for listener in tuple(_listeners):
        try:
            listener()
        except Exception:  # a broken listener is its own problem: what happened is already saved
            logger.exception("A listener failed on a nudge")
    layer = get_channel_layer()
    if layer is None or isinstance(layer, InMemoryChannelLayer):
        return  # one process: the listeners are all there is
    try:
        async_to_sync(layer.group_send)(NUDGE_GROUP, {"type": "events.nudge"})
    except Exception as problem:  # Redis is down: the tick delivers
        logger.warning("No nudge to other processes: %s", problem)
