"""The permission table over what is told of must-reads, reviews, pinned answers, absences and inboxes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from articles import events
from articles.events import Happening
from articles.events.articles import AnswerPinned
from articles.events.care import AbsenceChanged, MustReadAsked, MustReadEnded, ReviewConfirmed, ReviewDue
from articles.models import Article
from notifications.events import (
    AcknowledgementGiven,
    AcknowledgementOverdue,
    FollowChanged,
    NotificationCreated,
    NotificationRead,
)
from tests.access.table import EDIT, MANAGERS, SEE, Place
from tests.access.test_socket_table import told, wrong

Make = Callable[[Place, Article], Happening]

# kind → (what happens, who may know of it where the article is published, and where it never was); Bob is the person
# whom it concerns.
HAPPENINGS: dict[str, tuple[Make, set[str], set[str]]] = {
    "acknowledgement.requested": (lambda p, a: MustReadAsked(a, 1, "published"), SEE, EDIT),
    "acknowledgement.ended": (lambda p, a: MustReadEnded(a, 1), SEE, EDIT),
    "acknowledgement.given": (
        lambda p, a: AcknowledgementGiven(a, 1, p.people["bob"]), {"bob", *MANAGERS}, {"admin"},
    ),
    "acknowledgement.overdue": (lambda p, a: AcknowledgementOverdue(a, 1, 1), MANAGERS, {"admin"}),
    "review.due": (lambda p, a: ReviewDue(a, "2026-12-01"), SEE, EDIT),
    "review.confirmed": (lambda p, a: ReviewConfirmed(a, 1, None), SEE, EDIT),
    "answer.pinned": (lambda p, a: AnswerPinned(a, "fence", True), SEE, EDIT),
    "user.absence_changed": (
        lambda p, a: AbsenceChanged(p.people["bob"], "2026-12-01"), {"bob", *MANAGERS}, {"bob", *MANAGERS},
    ),
    "notification.read": (lambda p, a: NotificationRead(p.people["bob"]), {"bob"}, {"bob"}),
    "follow.changed": (lambda p, a: FollowChanged(p.people["bob"]), {"bob"}, {"bob"}),
    "notification.created": (lambda p, a: NotificationCreated(0), set(), set()),  # nobody was told in this batch
}  # fmt: skip


@pytest.mark.parametrize("kind", HAPPENINGS)
def test_everybody_is_told_what_the_table_says(place: Place, kind: str) -> None:
    make, published, draft = HAPPENINGS[kind]

    def happen(p: Place, article: Article) -> None:
        with transaction.atomic():
            events.record(p.people["admin"], make(p, article))

    event = told(place, happen, place.published)
    assert event.event.kind == kind
    assert wrong(place, event, published) == []
    assert wrong(place, told(place, happen, place.draft), draft) == []
