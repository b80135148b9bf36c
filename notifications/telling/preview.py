"""What some settings would have meant last week, counted from what really happened."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from articles import access
from articles.models import Event, User

from ..delivery import Told, may_know
from ..models import Channel, NotificationSettings, Timing
from .kinds import TABLE
from .recipients import for_reason
from .rehearsal import Rehearsal
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


def preview(user: User, matrix: Mapping[str, Mapping[str, str]], own: NotificationSettings) -> Preview:
    """Count what a person would have got in the last seven days with this matrix and these settings.

    As if they had read none of it before it was sent. At most thirteen queries, however much happened. Who hears of
    what is asked of the rules of each kind (`week.py`); when it goes out, of those of the senders (`rehearsal.py`).
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
    week = Week(user, own, events[:MOST_EVENTS], since)
    view = access.view_of(user)
    hourly = {kind for kind, cells in matrix.items() if cells[Channel.EMAIL] == Timing.HOURLY}
    ways = {one: Rehearsal(one, own, hourly) for one in (Channel.DESKTOP, Channel.EMAIL)}
    gathered: dict[tuple[str, int | None], datetime] = {}
    for event in reversed(events[:MOST_EVENTS]):
        telling, told = TABLE[event.kind], Told(event)
        if not telling.tells_of(event.data) or not may_know(view, told):
            continue
        reason = week.hears(event)
        if reason is None:
            continue
        before = gathered.get((event.kind, event.article_id))
        joins = bool(telling.gathers) and before is not None and event.at - before <= telling.gathers
        cells = for_reason(matrix[event.kind], reason)
        for channel, way in ways.items():
            if cells[channel] != Timing.OFF:
                way.hear(event, reason, cells[channel], joins=joins)
        if joins:
            continue
        if event.article_id:
            gathered[event.kind, event.article_id] = event.at
        made.inbox += cells[Channel.INBOX] != Timing.OFF
    made.desktop = ways[Channel.DESKTOP].finish()
    made.email = ways[Channel.EMAIL].finish() if user.email else 0
    return made
