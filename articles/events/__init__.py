"""What can happen, and how it is told: one dataclass per kind of event; its docstring is its documentation.

An action ends with `record(actor, …)`: the last statement of its transaction, because it takes the lock of the
one-row counter, and that lock is what makes the order of `seq` the order of commits (the idea is zulip's).
After commit a nudge without content goes out; it may be lost, the readers of the log look by themselves too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import connection, models, transaction
from django.utils import timezone

from .. import epoch
from ..models.event import Event, EventCounter
from ..models.person import User
from .announcing import NoticeAdded, NoticeEdited, NoticeEnded, NoticeStarted, OfNotice
from .articles import (
    AnswerPinned,
    ArticleArchived,
    ArticleAudienceChanged,
    ArticleCreated,
    ArticleMoved,
    ArticlePublished,
    ArticleRestored,
    ArticleUpdated,
)
from .care import AbsenceChanged, MustReadAsked, MustReadEnded, ReviewConfirmed, ReviewDue
from .drafts import DraftAnswered, DraftEdited, DraftPlanned, DraftProposed, SuggestionAnswered, SuggestionMade
from .flags import (
    CentreHoursChanged,
    FlagAccepted,
    FlagAssigned,
    FlagDeclined,
    FlagDueSoon,
    FlagOverdue,
    FlagRaised,
    FlagReopened,
    FlagResolved,
    FlagUpdated,
    OfFlag,
)
from .happening import PRIVATE, Happening, OfArticle
from .importing import imported, marks
from .rights import CategoryChanged, UserAccessChanged
from .talk import (
    CommentAdded,
    CommentDeleted,
    CommentEdited,
    CommentResolved,
    CommentThanked,
    NoteAdded,
    NoteDeleted,
    NoteEdited,
    OfPassage,
    look_again,
)
from .words import SynonymsChanged

__all__ = [
    "KINDS",
    "NUDGE_GROUP",
    "PRIVATE",
    "AbsenceChanged",
    "AnswerPinned",
    "ArticleArchived",
    "ArticleAudienceChanged",
    "ArticleCreated",
    "ArticleMoved",
    "ArticlePublished",
    "ArticleRestored",
    "ArticleUpdated",
    "CategoryChanged",
    "CentreHoursChanged",
    "CommentAdded",
    "CommentDeleted",
    "CommentEdited",
    "CommentResolved",
    "CommentThanked",
    "DraftAnswered",
    "DraftEdited",
    "DraftPlanned",
    "DraftProposed",
    "FlagAccepted",
    "FlagAssigned",
    "FlagDeclined",
    "FlagDueSoon",
    "FlagOverdue",
    "FlagRaised",
    "FlagReopened",
    "FlagResolved",
    "FlagUpdated",
    "Happening",
    "MustReadAsked",
    "MustReadEnded",
    "NoteAdded",
    "NoteDeleted",
    "NoteEdited",
    "NoticeAdded",
    "NoticeEdited",
    "NoticeEnded",
    "NoticeStarted",
    "OfArticle",
    "OfFlag",
    "OfNotice",
    "OfPassage",
    "ReviewConfirmed",
    "ReviewDue",
    "SuggestionAnswered",
    "SuggestionMade",
    "SynonymsChanged",
    "UserAccessChanged",
    "imported",
    "look_again",
    "nudge",
    "on_nudge",
    "record",
    "register",
]

logger = logging.getLogger(__name__)
NUDGE_GROUP = "events"
_listeners: list[Callable[[], None]] = []
KINDS: dict[str, type[Happening]] = {}


def register(*kinds: type[Happening]) -> None:
    """Make kinds of events known, those of other apps among them. Raises ValueError for a kind that is there."""
    for cls in kinds:
        if KINDS.setdefault(cls.kind, cls) is not cls:
            raise ValueError(f"There are two kinds of events named {cls.kind}.")


register(
    AnswerPinned, ArticleCreated, ArticlePublished, ArticleUpdated, ArticleMoved, ArticleAudienceChanged,
    ArticleArchived, ArticleRestored, DraftEdited, DraftProposed, DraftAnswered, DraftPlanned, SuggestionMade,
    SuggestionAnswered, CategoryChanged, UserAccessChanged, AbsenceChanged, MustReadAsked, MustReadEnded, ReviewDue,
    ReviewConfirmed, CommentAdded, CommentEdited, CommentResolved, CommentDeleted, CommentThanked, NoteAdded,
    NoteEdited, NoteDeleted, NoticeAdded, NoticeEdited, NoticeStarted, NoticeEnded,
)  # fmt: skip
register(
    FlagRaised, FlagAssigned, FlagUpdated, FlagResolved, FlagDeclined, FlagReopened, FlagAccepted, FlagOverdue,
    FlagDueSoon, CentreHoursChanged, SynonymsChanged,
)  # fmt: skip


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
        Event(seq=first + i, kind=h.kind, actor=actor, at=now, data=h.data() | marks(), **h.subject())
        for i, h in enumerate(happenings)
    )
    epoch.note_change()
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
