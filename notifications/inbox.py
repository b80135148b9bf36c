"""What is in an inbox: everything asked with the rights that hold now, so it never shows what is out of sight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Sequence
from functools import cache

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from articles import access
from articles.access import View
from articles.events import KINDS, Happening, look_again
from articles.models import Event, User

from .delivery import Told, may_know
from .models import Notification

MOST_COUNTED = 100  # the bell says "99+"


def visible(view: View) -> Q:
    """The notifications (of whomever) about what a person with these rights may know of, as far as SQL can tell."""
    if view.administrator:
        return Q()
    readable = access.visible_to_view(view).order_by().values("pk")
    editable = access.articles_for_view(view, "edit").order_by().values("pk")
    return Q(article__isnull=True) | (Q(article__in=readable) & (~Q(needs="edit") | Q(article__in=editable)))


def told_to(user: User) -> QuerySet[Notification]:
    """All that a person was told on any channel, as far as `visible` lets them know of it still."""
    view = access.view_of(user)
    if not view.active:
        return Notification.objects.none()
    return Notification.objects.filter(visible(view), recipient=user)


def of(user: User) -> QuerySet[Notification]:
    """All that was shown in a person's inbox and may be shown still, what they have put away among it."""
    return of_view(access.view_of(user)).filter(recipient=user)


def of_view(view: View) -> QuerySet[Notification]:
    """The same for rights at hand, of everybody who has them."""
    if not view.active:
        return Notification.objects.none()
    # Its time is asked too: what is wanted here hourly may have gone to the desktop at once.
    return Notification.objects.filter(visible(view), shows_at__lte=timezone.now(), batch__isnull=False)


def unread_of(user: User) -> QuerySet[Notification]:
    """What is unread and not put away."""
    return of(user).filter(read_at__isnull=True, done_at__isnull=True)


def unread_count(user: User, kinds: Collection[str] | None = None) -> int:
    """How many (of these kinds) are unread, at most a hundred: of those that lists show. Three or four queries."""
    view = access.view_of(user)
    return unread_counts([view], kinds)[view.user_id] if view.active else 0


def unread_counts(views: Collection[View], kinds: Collection[str] | None = None) -> dict[int, int]:
    """Person → how many are unread. Two to four queries for each sort of rights, however many people hold them."""
    alike: dict[Hashable, list[View]] = defaultdict(list)
    for view in views:
        alike[view.sort].append(view)
    counts = {view.user_id: 0 for view in views}
    for some in alike.values():
        rows = of_view(some[0]).filter(read_at__isnull=True, done_at__isnull=True)
        rows = rows.filter(recipient__in=[view.user_id for view in some]).order_by()
        if kinds is not None:
            rows = rows.filter(kind__in=kinds)
        for user_id, count in _counted(some, rows):
            counts[user_id] = min(counts[user_id] + count, MOST_COUNTED)
    return counts


def _counted(alike: Sequence[View], rows: QuerySet[Notification]) -> Iterator[tuple[int, int]]:
    """(user id, how many) of these rows of people with the same rights, without what `still_known` leaves out."""
    asked = rows.filter(kind__in=asked_by_themselves())
    events = Event.objects.filter(pk__in=asked.values("newest")).select_related("article__category", "category")
    known = {event.seq: event for event in events}
    look_again(list(known.values()))
    views = {view.user_id: view for view in alike}
    personal = {seq for seq, event in known.items() if event.person_id is not None}
    # What is about nobody in particular is decided once for all who have the same rights.
    hidden = {seq for seq in known.keys() - personal if not may_know(alike[0], Told(known[seq]))}
    plain = rows.exclude(newest__in=hidden | personal) if known else rows
    yield from plain.values_list("recipient_id").annotate(Count("pk"))
    if personal:
        for user_id, seq in asked.filter(newest__in=personal).values_list("recipient_id", "newest"):
            if may_know(views[user_id], Told(known[seq])):
                yield user_id, 1


@cache
def asked_by_themselves() -> frozenset[str]:
    """The kinds of which `visible` cannot tell who may know: more than the right to see or edit an article decides."""
    plain = Happening.known_to.__func__  # type: ignore[attr-defined]
    return frozenset(
        name
        for name, kind in KINDS.items()
        if kind.known_to.__func__ is not plain or kind.known_by not in ("view", "edit")  # type: ignore[attr-defined]
    )


def still_known(view: View, notifications: Sequence[Notification]) -> list[Notification]:
    """Those of these notifications of one person that the kinds of their events still let them know of.

    `visible` decides by article; this asks the kind itself (a passage for certain roles, a suggestion of one's own),
    as far as the log reaches back. At most two queries.
    """
    events = Event.objects.filter(pk__in={one.newest for one in notifications})
    known = {event.seq: event for event in events.select_related("article__category", "category", "actor")}
    look_again(list(known.values()))

    def is_known(one: Notification) -> bool:
        event = known.get(one.newest)
        if event is None or event.kind not in KINDS:
            return True
        return may_know(view, Told(event))

    return [one for one in notifications if is_known(one)]
