"""What some settings would have meant last week, counted from what really happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from articles import access
from articles.models import Category, Event, Tag, User, Version

from ..delivery import Told, may_know
from ..models import Channel, Follow, Notification, NotificationSettings, Target, Timing
from . import schedule
from .kinds import TABLE

WEEK = timedelta(days=7)
MOST_EVENTS = 3_000  # of a busy week the newest: the preview then says that it is about less
APART = timedelta(hours=6)


@dataclass
class Preview:
    """How many messages on each channel; `whole` is whether a whole week was looked at."""

    inbox: int = 0
    desktop: int = 0
    email: int = 0
    whole: bool = True
    mails: set[datetime] = field(default_factory=set)


def preview(user: User, matrix: Mapping[str, Mapping[str, str]], own: NotificationSettings) -> Preview:
    """Count what a person would have got in the last seven days with this matrix and these settings.

    At most nine queries, however much happened. What was for them personally is taken from what they were told; what
    they follow, own or care for as a team is looked for in the log.
    """
    made = Preview()
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
    concerned = _Concerned(user, own, events[:MOST_EVENTS], since)
    view = access.view_of(user)
    gathered: dict[tuple[str, int | None], datetime] = {}
    mailed: dict[int, datetime] = {}
    at_once: dict[object, int] = {}
    for event in reversed(events[:MOST_EVENTS]):
        telling, told = TABLE[event.kind], Told(event)
        if (
            event.seq in imported
            or not telling.if_data(event.data)
            or not concerned.by(event)
            or not may_know(view, told)
        ):
            continue
        before = gathered.get((event.kind, event.article_id))
        gathered[event.kind, event.article_id] = event.at
        if before is not None and event.at - before <= telling.gathers:
            continue
        cells = matrix[event.kind]
        made.inbox += cells[Channel.INBOX] != Timing.OFF
        made.desktop += cells[Channel.DESKTOP] != Timing.OFF
        if user.email and cells[Channel.EMAIL] != Timing.OFF:
            made.mails.add(_mail_at(event, cells[Channel.EMAIL], own, mailed, at_once))
    made.email = len(made.mails)
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


def _mail_at(
    event: Event, timing: str, own: NotificationSettings, mailed: dict[int, datetime], at_once: dict[object, int]
) -> datetime:
    """When its mail goes out: the same moment is the same mail."""
    due = schedule.due_at(timing, own, event.at)
    if timing == Timing.NOW:
        last = mailed.get(event.article_id or 0)
        if event.article_id and last is not None and due - last < APART and not TABLE[event.kind].insists:
            return last + APART
        day = timezone.localtime(due).date()
        at_once[day] = at_once.get(day, 0) + 1
        if at_once[day] > own.most_mails:
            due = schedule.next_at(own.daily_at, due)
        else:
            mailed[event.article_id or 0] = due
    return schedule.held_until(own, due) or due


class _Concerned:
    """Whether somebody hears of an event by what they follow, own, or were told: asked once for a whole week."""

    def __init__(self, user: User, own: NotificationSettings, events: list[Event], since: datetime) -> None:
        self._user = user
        self._told = set(Notification.objects.filter(recipient=user, at__gt=since).values_list("newest", flat=True))
        rows = Follow.objects.filter(user=user).values_list("target", "article", "category", "tag", "muted")
        self._said: dict[tuple[str, int | None], bool] = {
            (target, article or category or tag): muted for target, article, category, tag, muted in rows
        }
        groups = set(user.groups.values_list("pk", flat=True))
        self._groups, self._own = groups, own
        places = Category.objects.filter(Q(owner_role__in=groups) | Q(owner_user=user)).values_list("pk", flat=True)
        self._places = set(places)
        articles = {event.article_id for event in events if event.article_id}
        wanted = [tag for target, tag in self._said if target == Target.TAG]
        tagged = Tag.articles.through.objects.filter(tag__in=wanted, article__in=articles)
        self._tags: dict[int, list[int]] = {}
        for article_id, tag_id in tagged.values_list("article_id", "tag_id") if wanted else ():
            self._tags.setdefault(article_id, []).append(tag_id)

    def by(self, event: Event) -> bool:
        """Whether they would have been told."""
        if event.seq in self._told:
            return True
        article = event.article
        if article is None:
            return event.person_id == self._user.pk
        above = article.category.ancestor_ids
        said: list[tuple[Target, int | None]] = [
            (Target.ARTICLE, article.pk),
            *((Target.TAG, tag) for tag in self._tags.get(article.pk, ())),
        ]
        said += [(Target.CATEGORY, pk) for pk in reversed(above)]
        said.append((Target.ALL, None))
        for key in said:
            muted = self._said.get((key[0].value, key[1]))
            if muted is not None:
                return not muted
        owns = article.owner_user_id == self._user.pk or article.owner_role_id in self._groups
        return (self._own.follows_own and owns) or (self._own.follows_team and not self._places.isdisjoint(above))
