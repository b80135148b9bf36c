"""What is in an inbox: everything asked with the rights that hold now, so it never shows what is out of sight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from articles import access
from articles.access import View
from articles.events import KINDS, look_again
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


def unread_count(user: User) -> int:
    """How many are unread, at most a hundred."""
    return unread_of(user).order_by()[:MOST_COUNTED].count()


def unread_counts(views: Collection[View]) -> dict[int, int]:
    """Person → how many are unread. One query for each sort of rights, however many people hold them."""
    alike: dict[Hashable, list[View]] = defaultdict(list)
    for view in views:
        alike[view.active, view.audience].append(view)
    counts = {view.user_id: 0 for view in views}
    for some in alike.values():
        rows = of_view(some[0]).filter(read_at__isnull=True, done_at__isnull=True)
        rows = rows.filter(recipient__in=[view.user_id for view in some]).order_by()
        for user_id, count in rows.values_list("recipient_id").annotate(Count("pk")):
            counts[user_id] = min(count, MOST_COUNTED)
    return counts


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
