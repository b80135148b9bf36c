"""One event → who is told, why, and when on which channel. Asks; writes nothing.

However many people and follows there are, the number of questions is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from articles import access
from articles.events import KINDS, PRIVATE, Happening
from articles.models import Event, User

from ..delivery import Told, may_know
from ..models import (
    Channel,
    Delivery,
    Notification,
    NotificationSettings,
    Preference,
    PushSubscription,
    Reason,
    Seen,
    Timing,
)
from . import schedule
from .kinds import TABLE, Telling
from .rules import PERSONAL, Happened, chosen, merge

MOST_LISTED = 10_000  # longer lists of ids are not sent to the database: it has a limit, and asking for all is as fast


@dataclass
class Decision:
    """What one event means: rows to be made, with the deliveries of each, and rows that tell of it as well."""

    new: list[tuple[Notification, list[Delivery]]] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    later: list[Delivery] = field(default_factory=list)  # of those rows: what is wanted of them by now
    popping: list[int] = field(default_factory=list)  # of those rows: which are to show on the desktop
    changes: dict[str, Any] = field(default_factory=dict)  # of those rows

    @property
    def tells_somebody(self) -> bool:
        return bool(self.new or self.again)


def decide(told: Told, now: datetime) -> Decision:
    """Who is told of an event. Asks the database at most some twenty questions."""
    telling = TABLE.get(told.event.kind)
    if telling is None or not telling.tells_of(told.event.data):
        return Decision()
    people = find(told, telling)
    if not people:
        return Decision()
    return _rows(told, telling, people, now)


def find(told: Told, telling: Telling) -> dict[int, Reason]:
    """Who is concerned, may know of it, has not muted it, did not do it, and has not seen it on the page already."""
    happened = Happened(told)
    people: dict[int, Reason] = {}
    for rule in telling.who:
        merge(people, rule.find(happened))
    if not people:
        return {}
    muted = chosen(happened)[1]
    unwanted = {user_id for user_id in muted if people.get(user_id) not in PERSONAL}
    unwanted |= {told.event.actor_id or 0}
    if telling.on_page:
        # Whoever is named is told in any case: the page shows the newest of what is said, not all of it.
        unwanted |= {user_id for user_id in seen(told) if people.get(user_id) != Reason.MENTION}
    allowed = may_be_told(told, people.keys() - unwanted)
    return {user_id: reason for user_id, reason in people.items() if user_id in allowed}


def seen(told: Told) -> set[int]:
    """Who has this already before their eyes: their page of the article shows what happened up to a later event."""
    if told.event.article_id is None:
        return set()
    rows = Seen.objects.filter(article=told.event.article_id, seq__gte=told.seq)
    return set(rows.values_list("user_id", flat=True))


def may_be_told(told: Told, user_ids: Collection[int]) -> set[int]:
    """Those of the people who are active and may know of the event."""
    kind, article = KINDS.get(told.event.kind), told.event.article
    if kind is None or not user_ids:
        return set()
    if article is not None and kind.known_to.__func__ is Happening.known_to.__func__:  # type: ignore[attr-defined]
        return set(access.who_can(kind.known_by, article).values_list("pk", flat=True)) & set(user_ids)
    views = access.read_views(user_ids)
    return {user_id for user_id, view in views.items() if may_know(view, told)}


# --- When, on which channel ---------------------------------------------------------------------------


def _rows(told: Told, telling: Telling, people: dict[int, Reason], now: datetime) -> Decision:
    timings = timings_of(telling, people)
    settings = settings_of(timings)
    told_already = _told_already(told)
    gathered = _gathered(told, telling)
    addresses = _with_address(timings, Channel.EMAIL)
    browsers = _with_address(timings, Channel.DESKTOP)
    decision = Decision()
    for user_id, channels in timings.items():
        if user_id in told_already:
            continue
        own = settings.get(user_id) or NotificationSettings(user_id=user_id)
        one = _notification(told, user_id, people[user_id], channels, own, now)
        deliveries = [
            _delivery(one, channel, channels[channel], own, now)
            for channel, reachable in ((Channel.EMAIL, addresses), (Channel.DESKTOP, browsers))
            if channels[channel] != Timing.OFF and user_id in reachable
        ]
        before, in_inbox = gathered.get(user_id, (0, False))
        # What the inbox was not to have tells of nothing that it is to have by now.
        if before and (in_inbox or one.shows_at is None):
            one.pk = before
            decision.again.append(one.pk)
            decision.popping += [one.pk] if one.pops else []
            decision.later += deliveries
            continue
        if one.shows_at is not None or one.pops or deliveries:
            decision.new.append((one, deliveries))
    if decision.again:
        decision.changes = {"newest": told.seq, "data": data_of(told), "actor": told.event.actor, "at": told.event.at}
    return decision


def _told_already(told: Told) -> set[int]:
    """Who was told of just this, also in what told of something before: when it is decided once more."""
    rows = Notification.objects.filter(article=told.event.article_id, kind=told.event.kind)
    return set(rows.filter(Q(event=told.seq) | Q(newest=told.seq)).values_list("recipient_id", flat=True))


def timings_of(telling: Telling, people: dict[int, Reason]) -> dict[int, dict[str, str]]:
    """User → channel → when, of everybody who wants this on some channel. One query: those who chose something."""
    chosen_cells: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Preference.objects.filter(kind=telling.kind).values_list("user_id", "channel", "timing")
    for user_id, channel, timing in rows:
        chosen_cells[user_id][channel] = timing
    found = {}
    for user_id, reason in people.items():
        cells = {channel.value: str(telling.default(channel)) for channel in Channel}
        cells |= chosen_cells.get(user_id, {})
        cells = for_reason(cells, reason)
        if any(timing != Timing.OFF for timing in cells.values()):
            found[user_id] = cells
    return found


def for_reason(cells: Mapping[str, str], reason: Reason) -> dict[str, str]:
    """Channel → when, for one who is told for this reason: of a mention mail comes at once, where any comes."""
    at_once = reason == Reason.MENTION and cells[Channel.EMAIL] != Timing.OFF
    return {**cells, Channel.EMAIL.value: Timing.NOW.value} if at_once else dict(cells)


def settings_of(user_ids: Collection[int]) -> dict[int, NotificationSettings]:
    """The settings of those of these people who have some."""
    rows = NotificationSettings.objects.all()
    if len(user_ids) <= MOST_LISTED:
        rows = rows.filter(pk__in=list(user_ids))
    return {row.user_id: row for row in rows}


def _with_address(timings: dict[int, dict[str, str]], channel: str) -> set[int]:
    """Those who want it on a channel and can be reached there."""
    wanting = [user_id for user_id, cells in timings.items() if cells[channel] != Timing.OFF]
    if not wanting:
        return set()
    if channel == Channel.EMAIL:
        rows = User.objects.exclude(email="").order_by()
        rows = rows.filter(pk__in=wanting) if len(wanting) <= MOST_LISTED else rows
        return set(rows.values_list("pk", flat=True)) & set(wanting)
    signed_in = PushSubscription.objects.exclude(session="").order_by()
    return set(signed_in.values_list("user_id", flat=True)) & set(wanting)


def _gathered(told: Told, telling: Telling) -> dict[int, tuple[int, bool]]:
    """User → the unread notification of the last minutes that tells of this as well, and whether the inbox has it.

    The minutes begin with the first event that it tells of: however steadily things happen, it comes to an end.
    """
    if not telling.gathers or told.event.article_id is None:
        return {}
    since = told.event.at - telling.gathers
    lately = Event.objects.filter(article=told.event.article_id, kind=telling.kind, at__gte=since, seq__lt=told.seq)
    rows = Notification.objects.filter(
        article=told.event.article_id, kind=telling.kind, at__gte=since, event__in=lately.order_by().values("seq"),
        newest__lt=told.seq, read_at__isnull=True, done_at__isnull=True,
    )  # fmt: skip
    found = rows.order_by("event").values_list("recipient_id", "pk", "shows_at")
    return {user_id: (pk, shows_at is not None) for user_id, pk, shows_at in found}


def _notification(
    told: Told, user_id: int, reason: Reason, channels: dict[str, str], own: NotificationSettings, now: datetime
) -> Notification:
    event = told.event
    inbox, shows_at = channels[Channel.INBOX], None
    if inbox == Timing.NOW:
        shows_at = now
    elif inbox != Timing.OFF:
        shows_at = schedule.due_at(inbox, own, now)
    kind = KINDS[event.kind]
    return Notification(
        recipient_id=user_id, event=told.seq, newest=told.seq, kind=event.kind, article_id=event.article_id,
        category_id=event.category_id, actor=event.actor, reason=reason, data=data_of(told), at=event.at,
        needs=kind.known_by if kind.known_to.__func__ is Happening.known_to.__func__ else "view",  # type: ignore[attr-defined]
        shows_at=shows_at, pops=channels[Channel.DESKTOP] == Timing.NOW,
        batch=told.seq if inbox == Timing.NOW or channels[Channel.DESKTOP] == Timing.NOW else None,
    )  # fmt: skip


def _delivery(one: Notification, channel: str, timing: str, own: NotificationSettings, now: datetime) -> Delivery:
    return Delivery(
        notification=one, recipient_id=one.recipient_id, article_id=one.article_id, channel=channel,
        at_once=timing == Timing.NOW, due_at=schedule.due_at(timing, own, now),
    )  # fmt: skip


def data_of(told: Told) -> dict[str, Any]:
    """What a notification keeps of its event: what is not private, and no title, which may be another one by then."""
    return {name: value for name, value in told.event.data.items() if name not in PRIVATE and name != "title"}
