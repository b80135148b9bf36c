"""What some settings would have meant last week, counted from what really happened."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from articles import access
from articles.models import Event, User, Version

from ..delivery import Told, may_know
from ..models import Channel, NotificationSettings, Reason, Timing
from . import schedule
from .kinds import TABLE
from .week import Week

WEEK = timedelta(days=7)
MOST_EVENTS = 3_000  # of a busy week the newest: the preview then says that it is about less


@dataclass
class Preview:
    """How many messages on each channel; `whole` is whether a whole week was looked at."""

    inbox: int = 0
    desktop: int = 0
    email: int = 0
    whole: bool = True
    mails: set[datetime] = field(default_factory=set)  # what goes out at one moment is one message
    popups: set[datetime] = field(default_factory=set)


def preview(user: User, matrix: Mapping[str, Mapping[str, str]], own: NotificationSettings) -> Preview:
    """Count what a person would have got in the last seven days with this matrix and these settings.

    At most thirteen queries, however much happened. Who hears of what is asked of the rules of each kind (`week.py`).
    """
    made = Preview()
    own = copy(own)
    own.on_call_until = None  # a call of an hour says nothing of a week
    since = timezone.now() - WEEK
    kinds = [kind for kind, cells in matrix.items() if any(timing != Timing.OFF for timing in cells.values())]
    events = list(
        Event.objects.filter(at__gt=since, kind__in=kinds)
        .exclude(actor=user)
        .select_related("article__category", "category", "actor")
        .order_by("-seq")[: MOST_EVENTS + 1]
    )
    made.whole = len(events) <= MOST_EVENTS
    imported = _imported(events)
    week = Week(user, own, events[:MOST_EVENTS], since)
    view = access.view_of(user)
    gathered: dict[tuple[str, int | None], datetime] = {}
    mailed: dict[int, datetime] = {}
    at_once: dict[object, set[datetime]] = {}
    for event in reversed(events[:MOST_EVENTS]):
        telling, told = TABLE[event.kind], Told(event)
        if event.seq in imported or not telling.if_data(event.data) or not may_know(view, told):
            continue
        reason = week.hears(event)
        before = gathered.get((event.kind, event.article_id))
        if reason is None or (telling.gathers and before is not None and event.at - before <= telling.gathers):
            continue
        if event.article_id:
            gathered[event.kind, event.article_id] = event.at
        cells = matrix[event.kind]
        made.inbox += cells[Channel.INBOX] != Timing.OFF
        if cells[Channel.DESKTOP] != Timing.OFF:
            made.popups.add(_held(schedule.due_at(cells[Channel.DESKTOP], own, event.at), own))
        if user.email and cells[Channel.EMAIL] != Timing.OFF:
            made.mails.add(_mail_at(event, reason, cells[Channel.EMAIL], own, mailed, at_once))
    made.email, made.desktop = len(made.mails), len(made.popups)
    return made


def _imported(events: list[Event]) -> set[int]:
    """The publications of versions that are older than their events, as imports make them: nobody was told of those."""
    made = {
        (event.article_id, event.data.get("version")): event for event in events if event.kind == "article.published"
    }
    rows = Version.objects.filter(article__in={article for article, _number in made}).values_list(
        "article", "number", "published_at"
    )
    return {
        made[article, number].seq
        for article, number, at in rows
        if (article, number) in made and at < made[article, number].at - timedelta(days=2)
    }


def _held(due: datetime, own: NotificationSettings) -> datetime:
    """When what is due then goes out."""
    return schedule.held_until(own, due) or due


def _mail_at(
    event: Event,
    reason: Reason,
    timing: str,
    own: NotificationSettings,
    mailed: dict[int, datetime],
    at_once: dict[object, set[datetime]],
) -> datetime:
    """When its mail goes out: the same moment is the same mail."""
    insists = reason == Reason.MENTION or TABLE[event.kind].insists
    timing = Timing.NOW if reason == Reason.MENTION else timing
    due = _held(schedule.due_at(timing, own, event.at), own)
    last = mailed.get(event.article_id or 0)
    if timing != Timing.DAILY and last is not None and due - last < schedule.APART and not insists:
        return _held(last + schedule.APART, own)
    if timing == Timing.NOW:
        moments = at_once.setdefault(timezone.localtime(due).date(), set())
        if due not in moments and len(moments) >= own.most_mails:
            return _held(schedule.next_at(own.daily_at, due), own)
        moments.add(due)
        mailed |= {event.article_id: due} if event.article_id else {}
    return due
