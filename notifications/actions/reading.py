"""Read what is in one's inbox, and put it away. Each tells the other open pages of the same person."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles import access, events
from articles.models import EventCounter, User

from .. import inbox
from ..events import NotificationRead
from ..models import Notification, Reason, Seen
from ..telling.kinds import on_page


def mark_read(user: User, ids: Collection[int] | None = None, *, kinds: Collection[str] | None = None) -> int:
    """Note these (None: all, or all of some `kinds`) as read; gives how many were not. Ids of others and of what is
    gone are passed over."""
    rows = Notification.objects.filter(recipient=user, read_at__isnull=True)
    if ids is None:  # all that is there, not what is still to come
        rows = rows.filter(shows_at__lte=timezone.now(), batch__isnull=False)
    return _change(user, _among(rows, ids, kinds), read_at=timezone.now())


def mark_unread(user: User, ids: Collection[int]) -> int:
    """Note these as unread, and bring them back into the inbox where they were put away."""
    return _change(user, _among(Notification.objects.filter(recipient=user), ids), read_at=None, done_at=None)


def mark_done(user: User, ids: Collection[int] | None = None, *, kinds: Collection[str] | None = None) -> int:
    """Put these (None: all that are read, or all such of some `kinds`) away: they leave the inbox and count as read."""
    rows = Notification.objects.filter(recipient=user, done_at__isnull=True)
    if ids is None:
        rows = rows.filter(read_at__isnull=False)
    with transaction.atomic():
        now = timezone.now()
        chosen = _among(rows, ids, kinds)
        unread = chosen.filter(read_at__isnull=True).update(read_at=now)
        done = chosen.update(done_at=now)
        if unread or done:
            events.record(user, NotificationRead(user))
    return done


def saw(user: User, article_id: int, until: int) -> int:
    """A person has an article before their eyes, as it is after event `until`: they are not told any more of what its
    page shows. What it does not show (the answer to a flag, being named in an old thread) stays unread.

    Gives how many of their notifications are read by that: none where the article is not there for them, or not any
    more, because a page says this on its own and may do so in the moment in which it is taken away.
    """
    with transaction.atomic():
        try:
            article = access.fetch_article(user, "view", article_id)
        except access.NotFound:
            return 0
        # Nobody has seen what is to come.
        until = min(until, EventCounter.objects.values_list("seq", flat=True).get(pk=1))
        moved = Seen.objects.filter(user=user, article=article, seq__lt=until).update(seq=until, at=timezone.now())
        if not moved:
            Seen.objects.get_or_create(user=user, article=article, defaults={"seq": until, "at": timezone.now()})
        rows = Notification.objects.filter(
            recipient=user, article=article, newest__lte=until, read_at__isnull=True, kind__in=on_page()
        ).exclude(reason=Reason.MENTION)
        return _change(user, rows, read_at=timezone.now())


def open_notification(user: User, notification_id: int) -> Notification:
    """One's own notification, noted as read, on whichever channel it came: the desktop leads here also where the inbox
    holds nothing of it (yet). Raises access.NotFound also for what one may no longer see."""
    found = inbox.told_to(user).select_related("article", "actor").filter(pk=notification_id).first()
    if found is None or not inbox.still_known(access.view_of(user), [found]):
        raise access.NotFound
    mark_read(user, [found.pk])
    return found


def _among(
    rows: QuerySet[Notification], ids: Collection[int] | None, kinds: Collection[str] | None = None
) -> QuerySet[Notification]:
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    return rows if ids is None else rows.filter(pk__in=list(ids))


def _change(user: User, rows: QuerySet[Notification], **values: Any) -> int:
    with transaction.atomic():
        changed = rows.update(**values)
        if changed:
            events.record(user, NotificationRead(user))
    return changed
