"""For every kind of event: it happens, and whoever is told of it is told on the channels that the table names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from articles.actions.article import update_article
from articles.events import KINDS
from articles.models import Article, Category, User
from notifications.actions import following
from notifications.models import Channel, Delivery, Notification, PushSubscription, Timing
from notifications.telling.kinds import TABLE
from tests.test_events import ACTS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_happens_is_told_as_the_table_says(
    admin: User, alice: User, bob: User, mary: User, category: Category, article: Article, kind: str,
    tell_all: Callable[[], None],
) -> None:  # fmt: skip
    for person in (alice, bob, mary):
        following.follow(person, "all")
    for person in (admin, alice, bob, mary):
        PushSubscription.objects.create(user=person, endpoint="https://push.example.org", digest=person.username)
    update_article(admin, article.pk, owner_user=alice)
    tell_all()
    Notification.objects.all().delete()
    ACTS[kind](admin, article, category)
    tell_all()
    told = list(Notification.objects.filter(kind=kind))
    if kind not in TABLE:
        assert told == []
        return
    line = TABLE[kind]
    reached = set(Delivery.objects.filter(notification__in=told).values_list("notification", "channel"))
    for one in told:
        assert (one.shows_at is not None) == (line.inbox != Timing.OFF)
        assert one.pops == (line.desktop == Timing.NOW)
        for channel, timing in ((Channel.DESKTOP, line.desktop), (Channel.EMAIL, line.email)):
            assert ((one.pk, channel.value) in reached) == (timing != Timing.OFF), channel
    if kind in SOMEBODY_IS_TOLD:
        assert told, "nobody was told"
    else:
        assert told == [], "somebody is told: name the kind below"


# Where the act of tests/test_events.py concerns somebody besides whoever does it, on a channel that is not off.
SOMEBODY_IS_TOLD = {
    "acknowledgement.overdue", "acknowledgement.requested", "article.archived", "article.audience_changed",
    "article.moved", "article.published", "article.restored", "comment.added", "comment.thanked", "draft.proposed",
    "flag.due_soon", "flag.overdue", "flag.raised", "flag.reopened", "flag.updated", "notice.added", "notice.started", "review.due", "suggestion.made",
}  # fmt: skip
