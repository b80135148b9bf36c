"""What the preview counts is what the dispatcher wrote and the senders would have sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from articles import documents
from articles.actions import scoping
from articles.actions.answering import assign_flag, resolve_flag
from articles.actions.article import archive_article, move_article, update_article
from articles.actions.category import create_category
from articles.actions.commenting import add_comment, resolve_thread
from articles.actions.draft import replace_draft
from articles.actions.flagging import raise_flag
from articles.actions.planning import cancel_plan, plan_archiving
from articles.actions.proposing import propose_article, return_proposal
from articles.actions.publishing import publish_article
from articles.actions.suggesting import decline_suggestion, suggest_change
from articles.models import Article, Category, User
from notifications.actions import choosing, following
from notifications.channels import email, push
from notifications.models import Delivery, DeliveryState, Notification, PushSubscription
from notifications.telling.kinds import TABLE
from notifications.telling.preview import preview
from notifications.telling.week import HEARS
from tests.conftest import MakeArticle

MONDAY = datetime(2031, 3, 3, 9, tzinfo=ZoneInfo(settings.TIME_ZONE))  # long after everything that the fixtures make
QUIET_FROM_TEN = {"quiet_from": time(10), "quiet_to": time(14)}


def counts(person: User) -> int:
    """What would have been in somebody's inbox with the settings that they have."""
    return preview(person, choosing.matrix_of(person), choosing.settings_for(person)).inbox


def test_the_preview_counts_what_was_told_in_a_mixed_week(
    admin: User, alice: User, bob: User, mary: User, charlie: User, category: Category, make_article: MakeArticle,
    tell_all: Callable[[], None],
) -> None:  # fmt: skip
    fence, dogs = make_article("Fence"), make_article("Dogs", tags=["dogs"])
    below = create_category(admin, "Sheds", category)
    shed = make_article("Shed", category=below)
    tell_all()
    Notification.objects.all().delete()
    for person in (admin, alice, bob, mary, charlie):
        choosing.use_preset(person, "everything")
    started = timezone.now()
    update_article(admin, fence.pk, owner_user=alice)
    following.follow(bob, "category", category.pk)
    following.mute(bob, dogs.pk)
    following.follow(mary, "article", shed.pk)
    following.follow(charlie, "all")
    scoping.choose_scope(mary, tags=["dogs"])
    happen(admin, alice, bob, mary, fence, dogs, shed)
    tell_all()
    for article in Article.objects.all():  # what was made before would be in the preview as well
        article.events.filter(at__lt=started).update(at=started - timedelta(days=8))
    people = (admin, alice, bob, mary, charlie)
    told = {one: list(Notification.objects.filter(recipient=one).values_list("kind", flat=True)) for one in people}
    assert min(len(told[one]) for one in (alice, bob, mary)) >= 3
    assert told[charlie] == []
    for person in people:
        assert counts(person) == len(told[person]), (person, sorted(told[person]))
    Notification.objects.all().delete()
    for person in people:
        known = [kind for kind in told[person] if all(rule.find in HEARS for rule in TABLE[kind].who)]
        assert counts(person) == len(known), f"{person}: by the rules alone"
    choosing.change_settings(mary, follows_team=False)
    assert counts(mary) < len(told[mary]), "settings that are other ones now count"


ARTICLES = [f"Article {number}" for number in range(10)]
IN_A_MINUTE = [seconds / 60 for seconds in (0, 1, 2, 3, 10, 12, 20, 30, 40, 59)]


@pytest.mark.parametrize(
    ("week", "cells", "own", "sent"),
    [
        (list(zip(IN_A_MINUTE, ARTICLES, strict=True)), "now", {}, (6, 6)),
        ([(0, "Fence"), (5, "Fence")], "now", {}, (1, 2)),
        ([(0, "Fence"), (60, "Fence"), (61, "Dogs"), (120, "Fence")], "now", {}, (4, 3)),
        ([(0, "Fence"), (60, "Fence"), (365, "Dogs")], "now", {"most_mails": 1}, (3, 2)),
        ([(minute * 10, title) for minute, title in enumerate(ARTICLES[:5])], "now", {"most_mails": 2}, (5, 3)),
        ([(10, "Fence"), (20, "Dogs"), (70, "Fence")], "hourly", {}, (2, 2)),
        ([(0, "Fence"), (300, "Dogs"), (1_500, "Shed")], "daily", {"daily_at": time(8)}, (2, 2)),
        ([(0, "Fence"), (65, "Dogs"), (70, "Dogs"), (90, "Shed"), (1_500, "Barn")], "now", QUIET_FROM_TEN, (3, 3)),
    ],
    ids=["burst", "joined-after-the-mail", "held", "held-and-beyond-the-cap", "cap", "hourly", "daily", "quiet"],
)  # fmt: skip
def test_as_many_messages_are_counted_as_the_senders_send_by_a_clock_that_is_moved(
    alice: User, bob: User, make_article: MakeArticle, tell_all: Callable[[], None], monkeypatch: pytest.MonkeyPatch,
    week: list[tuple[float, str]], cells: str, own: dict[str, Any], sent: tuple[int, int],
) -> None:  # fmt: skip
    tell_all()  # also that he is new here, which asks for a session behind each of his browsers
    following.follow(bob, "all")
    choosing.change_settings(bob, matrix={"article.published": {"desktop": cells, "email": cells}}, **own)
    where = {"endpoint": "https://push.example.org/", "digest": "0", "session": "there"}
    PushSubscription.objects.create(user=bob, p256dh="", auth="", **where)
    clock, pushed = [MONDAY], list[bytes]()

    def has_it(_browser: object, message: bytes) -> bool:
        pushed.append(message)
        return True

    monkeypatch.setattr(timezone, "now", lambda: clock[0])
    monkeypatch.setattr(push, "_push", has_it)

    def send(until: datetime) -> None:
        waiting = Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lt=until).order_by("due_at")
        while first := waiting.first():
            clock[0] = max(clock[0], first.due_at)
            push.send_due()
            email.send_due()

    made: dict[str, Article] = {}
    for minute, title in week:
        moment = MONDAY + timedelta(minutes=minute)
        send(moment)
        clock[0] = moment
        if title in made:
            replace_draft(alice, made[title].pk, documents.from_markdown(f"At {minute}.").document)
            publish_article(alice, made[title].pk)
        else:
            made[title] = make_article(title)
        tell_all()
    send(MONDAY + timedelta(days=3))
    assert not Delivery.objects.filter(state=DeliveryState.WAITING).exists()
    assert (len(pushed), len(mail.outbox)) == sent
    counted = preview(bob, choosing.matrix_of(bob), choosing.settings_for(bob))
    assert (counted.desktop, counted.email) == sent


def happen(admin: User, alice: User, bob: User, mary: User, fence: Article, dogs: Article, shed: Article) -> None:
    """A week in the centre."""
    for number, article in enumerate((fence, dogs, shed, fence)):
        replace_draft(alice, article.pk, documents.from_markdown(f"Other words {number}.").document)
        publish_article(admin, article.pk)
    comment = add_comment(bob, fence.pk, "Is this still so?")
    add_comment(mary, fence.pk, "@alice knows.", parent=comment.pk)
    resolve_thread(alice, comment.pk)
    flag = raise_flag(bob, fence.pk, "outdated", "normal", "The fee is another.")
    assign_flag(admin, flag.pk, alice.pk)
    resolve_flag(alice, flag.pk, "Corrected.")
    suggestion = suggest_change(bob, dogs.pk, documents.from_markdown("Better.").document, "Clearer")
    decline_suggestion(admin, suggestion.pk, "No.")
    replace_draft(alice, shed.pk, documents.from_markdown("Proposed.").document)
    return_proposal(admin, propose_article(alice, shed.pk).pk, "Not yet.")
    cancel_plan(admin, plan_archiving(alice, dogs.pk, timezone.now() + timedelta(days=1)).pk)
    update_article(admin, fence.pk, title="Fences")
    move_article(admin, dogs.pk, shed.category)
    archive_article(admin, dogs.pk)
