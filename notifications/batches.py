"""A few events on their way out: what they mean for rights, and which frames each reader gets of them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property
from typing import Any

from articles.access import View
from articles.events import KINDS

from . import inbox
from .connections import Connection
from .delivery import Texts, Told, may_know, took_away
from .frames import RELOAD, Frame, gone

MOST_TEXTS = 8


def first_portion(tolds: Sequence[Told]) -> Sequence[Told]:
    """As many events from the beginning as are handed out at a time: up to and with the eighth that carries a text.

    What waits for a client is measured between portions, and in those pauses it can go out: a burst of long texts
    neither fills the memory nor closes a client that reads.
    """
    texts = 0
    for count, told in enumerate(tolds, start=1):
        texts += told.carries_text
        if texts == MOST_TEXTS:
            return tolds[:count]
    return tolds


class Batch:
    """Events in the order of the log, decided together with rights that are at least as new as the last of them."""

    def __init__(self, tolds: Sequence[Told]) -> None:
        self.tolds = tolds
        self.last = tolds[-1].seq
        self.texts = Texts()
        self.changed: set[int] = set()  # ids of the people whose rights are others than before
        self.taken: dict[Connection, set[int]] = {}  # articles that were taken from a page already
        self._personal = any(
            told.event.person_id or told.recipients is not None or told.event.kind == "user.access_changed"
            for told in tolds
        )
        self._made: dict[tuple[Any, ...], list[Frame]] = {}

    # --- Rights -----------------------------------------------------------------------------------------

    @cached_property
    def _changing(self) -> list[Told]:
        return [told for told in self.tolds if changes_access(told)]

    @property
    def changes_access(self) -> bool:
        """Whether somebody may see more or less than before."""
        return bool(self._changing)

    @cached_property
    def concerned(self) -> set[int] | None:
        """The ids of those whose rights may have changed; None for everybody's."""
        ids = {told.event.person_id for told in self._changing}
        return None if None in ids else {pk for pk in ids if pk is not None}

    @cached_property
    def ended_sessions(self) -> dict[int, set[str]]:
        """Who signed out: person id → digests of the sessions that ended."""
        ended: dict[int, set[str]] = {}
        for told in self._changing:
            if told.event.person_id is not None and told.event.data.get("session"):
                ended.setdefault(told.event.person_id, set()).add(told.event.data["session"])
        return ended

    # --- Texts ------------------------------------------------------------------------------------------

    @cached_property
    def published(self) -> frozenset[int]:
        """Ids of the articles of which there is a new version."""
        return frozenset(told.event.article_id for told in self.tolds if told.carries_text if told.event.article_id)

    @cached_property
    def recipients(self) -> frozenset[int]:
        """The ids of the people whose inboxes have changed."""
        return frozenset().union(*(told.recipients for told in self.tolds if told.recipients))

    def count_unread(self, views: Collection[View]) -> None:
        """Ask the database how much is unread in the inboxes of these people."""
        self.texts.unread = inbox.unread_counts(views)

    def render(self, readers: dict[int, dict[Hashable, View]]) -> None:
        """Make the texts for those who have an article open (article id → rights of each sort). Asks the database."""
        self.texts = replace(Texts.of(self.tolds, readers), unread=self.texts.unread)
        for told in self.tolds:
            if not told.carries_text:
                continue
            for view in readers.get(told.event.article_id or 0, {}).values():
                if may_know(view, told):
                    self.texts.make(view, told)

    # --- Frames -----------------------------------------------------------------------------------------

    def frames_for(self, connection: Connection) -> list[Frame]:
        """What a live page gets of this batch."""
        changed = connection.person.id in self.changed
        view = connection.view
        taken: AbstractSet[int] = self.taken.get(connection, frozenset())
        if taken or connection.sent >= self.tolds[0].seq:  # it has read some of these itself
            later = [told for told in self.tolds if told.seq > connection.sent]
            return frames_of(later, view, connection.watched, self.texts, changed=changed, taken=taken)
        # Equal for all readers who get the same: a thousand of them are decided once.
        who = view.user_id if self._personal else 0
        key = (who, view.sort, connection.watched & self.published, changed)
        if key not in self._made:
            self._made[key] = frames_of(self.tolds, view, connection.watched, self.texts, changed=changed)
        return self._made[key]


def changes_access(told: Told) -> bool:
    """Whether an event may have changed what somebody sees. Of a kind that we do not know we assume it."""
    kind = KINDS.get(told.event.kind)
    return kind is None or kind.changes_access


def frames_of(
    tolds: Iterable[Told],
    view: View,
    watched: frozenset[int],
    texts: Texts,
    *,
    changed: bool = False,
    taken: AbstractSet[int] = frozenset(),
) -> list[Frame]:
    """The frames of these events for a reader, in order.

    Who may not know of an event that took something out of their sight is told what to take from the page, no
    more (what was `taken` already is not told again). Who sees other things than before (`changed`) and was not told
    so by an event reads the page again.
    """
    frames: list[Frame] = []
    lost: set[int] = set()
    reload = changed
    for told in tolds:
        if may_know(view, told):
            watching = told.event.article_id in watched
            frames.append(texts.frame(view, told) if watching or told.recipients is not None else told.plain)
            reload = reload and not changes_access(told)
        elif took_away(view, told):
            if told.event.article_id is None:
                reload = True
            else:
                lost.add(told.event.article_id)
    if lost - taken:
        frames.insert(0, gone(lost - taken))
    if reload:
        frames.append(RELOAD)
    return frames


def missed_frames(view: View, tolds: Sequence[Told], watched: frozenset[int]) -> list[Frame]:
    """What a page that comes back gets of the events that it missed. Asks the database.

    Of an article that it shows only the newest text comes along: the others are history.
    """
    newest = {told.event.article_id: told for told in tolds if told.carries_text and told.event.article_id in watched}
    texts = Texts.of(newest.values(), watched)
    for told in newest.values():
        if may_know(view, told):
            texts.make(view, told)
    texts.unread = personal_texts(view, tolds).unread
    return frames_of(tolds, view, watched, texts)


def personal_texts(view: View, tolds: Sequence[Told]) -> Texts:
    """What the frames of one person need to know of their inbox; asks only where one of the events is about it."""
    concerned = any(view.user_id in told.recipients for told in tolds if told.recipients is not None)
    return Texts(unread=inbox.unread_counts([view])) if concerned else Texts()
