"""For every kind of event: it happens, and just the people whom it concerns are told, on the channels that the table names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from articles import documents
from articles.actions.answering import accept_answer, assign_flag, decline_flag, resolve_flag
from articles.actions.article import update_article
from articles.actions.commenting import add_comment, edit_comment, resolve_thread
from articles.actions.noting import add_note
from articles.actions.people import set_user_roles
from articles.actions.planning import cancel_plan, plan_archiving
from articles.actions.proposing import propose_article, return_proposal
from articles.actions.suggesting import decline_suggestion, suggest_change
from articles.events import KINDS
from articles.models import Article, Category, User
from notifications.actions import following
from notifications.models import Channel, Delivery, Notification, PushSubscription, Timing
from notifications.telling.kinds import TABLE
from tests.test_events import ACTS, changed, flagged, tomorrow

# Alice owns the article; she, Bob and Mary follow everything, and so does Charlie, who does not see it. The admin acts.
ALL = {"alice", "bob", "mary"}
# Who is told of the act of tests/test_events.py, and of those below; of other kinds nobody.
TOLD = {
    "acknowledgement.overdue": {"admin", "mary"}, "acknowledgement.requested": ALL,
    "article.archived": ALL, "article.audience_changed": {"alice"}, "article.moved": {"alice"},
    "article.published": ALL, "article.restored": ALL,
    "comment.added": {"alice"}, "comment.edited": {"bob"}, "comment.resolved": {"bob"}, "comment.thanked": {"reader"},
    "draft.answered": {"alice"}, "draft.planned": {"alice"}, "draft.proposed": {"alice"},
    "flag.accepted": {"alice"}, "flag.assigned": {"bob"}, "flag.declined": {"bob"}, "flag.due_soon": {"admin"},
    "flag.overdue": {"alice", "mary"}, "flag.raised": {"alice"}, "flag.reopened": {"alice"},
    "flag.resolved": {"bob"}, "flag.updated": {"alice"},
    "note.added": {"mary"}, "notice.added": {*ALL, "charlie"}, "notice.started": {*ALL, "charlie"},
    "review.due": {"alice"}, "suggestion.answered": {"bob"}, "suggestion.made": {"alice"},
}  # fmt: skip


def suggested(user: User, article: Article) -> int:
    """The id of a suggestion."""
    return suggest_change(user, article.pk, documents.from_markdown("Other words.").document, "Clearer").pk


def noted_for_the_team(admin: User, article: Article) -> Any:
    """A note for the managers, one of whom the admin is as well."""
    set_user_roles(None, admin.pk, ["manager"])
    return add_note(admin, article.pk, "Ask twice", audience="manager")


# What concerns somebody only where another person did it: (admin, alice, bob, article).
BY_ANOTHER: dict[str, Callable[[User, User, User, Article], Any]] = {
    "comment.edited": lambda admin, alice, bob, article: edit_comment(
        admin, add_comment(admin, article.pk, "Hello").pk, "Hello @bob"
    ),
    "comment.resolved": lambda admin, alice, bob, article: resolve_thread(
        admin, add_comment(bob, article.pk, "Hello").pk
    ),
    "draft.answered": lambda admin, alice, bob, article: return_proposal(
        admin, propose_article(alice, changed(alice, article).pk).pk, "Not yet."
    ),
    "draft.planned": lambda admin, alice, bob, article: cancel_plan(
        admin, plan_archiving(alice, article.pk, tomorrow()).pk
    ),
    "flag.accepted": lambda admin, alice, bob, article: accept_answer(
        admin, resolve_flag(alice, flagged(admin, article), "Done.").pk
    ),
    "flag.assigned": lambda admin, alice, bob, article: assign_flag(admin, flagged(alice, article), bob.pk),
    "flag.declined": lambda admin, alice, bob, article: decline_flag(admin, flagged(bob, article), "It holds."),
    "flag.resolved": lambda admin, alice, bob, article: resolve_flag(admin, flagged(bob, article), "Corrected."),
    "note.added": lambda admin, alice, bob, article: noted_for_the_team(admin, article),
    "suggestion.answered": lambda admin, alice, bob, article: decline_suggestion(admin, suggested(bob, article), "No."),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_happens_is_told_as_the_table_says(
    admin: User, alice: User, bob: User, mary: User, charlie: User, category: Category, article: Article, kind: str,
    tell_all: Callable[[], None],
) -> None:  # fmt: skip
    for person in (alice, bob, mary, charlie):
        following.follow(person, "all")
    for person in (admin, alice, bob, mary, charlie):
        PushSubscription.objects.create(
            user=person, endpoint="https://push.example.org", digest=person.username, session="there"
        )
    update_article(admin, article.pk, owner_user=alice)
    tell_all()
    Notification.objects.all().delete()
    if kind in BY_ANOTHER:
        BY_ANOTHER[kind](admin, alice, bob, article)
    else:
        ACTS[kind](admin, article, category)
    tell_all()
    told = list(Notification.objects.filter(kind=kind).select_related("recipient"))
    assert {one.recipient.username for one in told} == TOLD.get(kind, set())
    if kind not in TABLE:
        return
    line = TABLE[kind]
    reached = set(Delivery.objects.filter(notification__in=told).values_list("notification", "channel"))
    for one in told:
        assert (one.shows_at is not None) == (line.inbox != Timing.OFF)
        assert one.pops == (line.desktop == Timing.NOW)
        for channel, timing in ((Channel.DESKTOP, line.desktop), (Channel.EMAIL, line.email)):
            assert ((one.pk, channel.value) in reached) == (timing != Timing.OFF), channel
