"""The event contract: for every kind, act, then look at the log; and nothing at all on rollback."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from channels.layers import BaseChannelLayer
from django.db import transaction
from django.utils import timezone

from articles import documents, epoch, events
from articles.actions import answering, audience, chasing, flagging, people
from articles.actions import article as article_actions
from articles.actions import category as category_actions
from articles.actions.announcing import add_notice, edit_notice, end_notice, turn_notices
from articles.actions.asking import Asks, end_must_read
from articles.actions.centre_hours import set_holiday
from articles.actions.commenting import add_comment, delete_comment, edit_comment, resolve_thread, thank
from articles.actions.draft import replace_draft
from articles.actions.noting import add_note, delete_note, edit_note
from articles.actions.pinning import pin_answer
from articles.actions.planning import plan_archiving
from articles.actions.proposing import propose_article, return_proposal
from articles.actions.publishing import publish_article
from articles.actions.reviewing import confirm_still_correct, tell_review_due
from articles.actions.suggesting import suggest_change, withdraw_suggestion
from articles.actions.synonym import save_synonyms
from articles.models import Article, Category, Event, EventCounter, Flag, User, Version
from notifications.actions.acknowledging import acknowledge, tell_deadline
from notifications.actions.following import follow
from notifications.actions.reading import mark_read
from notifications.dispatcher import run_once
from notifications.models import Notification

MakeArticle = Callable[..., Article]
Act = Callable[[User, Article, Category], Any]


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def planned_notice_starts(user: User) -> None:
    """The hour of a planned notice comes; what the clock does is the act of whoever planned it."""
    soon = timezone.now() + timedelta(minutes=1)
    add_notice(user, "Closed", tomorrow(), starts=soon)
    turn_notices(soon)


def changed(user: User, article: Article) -> Article:
    """The article, with a draft that says something else than what is published."""
    replace_draft(user, article.pk, documents.from_markdown("Other words.").document)
    return article


def flagged(user: User, article: Article) -> int:
    """The id of a flag of the article."""
    return flagging.raise_flag(user, article.pk, "outdated", "normal", "The fee is another.").pk


def answered(user: User, article: Article) -> int:
    """The id of a flag that was resolved."""
    return answering.resolve_flag(user, flagged(user, article), "Corrected.").pk


def long_ago(user: User, article: Article) -> int:
    """The id of a flag of last month that nobody looked at."""
    pk, then = flagged(user, article), timezone.now() - timedelta(days=30)
    Flag.objects.update(created_at=then, due=then, remind_at=None)
    return pk


def about_due(user: User, article: Article) -> int:
    """The id of a flag that is due tomorrow, and of which it is time to remind."""
    pk, now = flagged(user, article), timezone.now()
    Flag.objects.update(assignee=user, due=now + timedelta(days=1), remind_at=now)
    return pk


def must_read(user: User, article: Article) -> Version:
    """A version that Alice, who reads the article, is to confirm by tomorrow."""
    return publish_article(user, article.pk, significance="must-read", asks=Asks(days=1))


def follower_is_told(user: User, article: Article) -> User:
    """Somebody who follows the article, and has been told of a new version of it."""
    reader = people.create_user(user, "follower", roles=["readers"])
    tell_all()
    follow(reader, "article", article.pk)
    publish_article(user, article.pk)
    tell_all()
    return reader


def tell_all() -> None:
    """Let the dispatcher come to the end of the log."""
    while run_once()[0]:
        continue


BY_THE_WORKER = {
    "acknowledgement.overdue", "review.due", "notification.created", "flag.overdue", "flag.due_soon", "notice.started",
}  # fmt: skip
ACTS: dict[str, Act] = {
    "answer.pinned": lambda user, article, category: pin_answer(user, article.pk, "wall fee"),
    "article.created": lambda user, article, category: article_actions.create_article(
        user, category, "New", documents.empty_document()
    ),
    "article.published": lambda user, article, category: publish_article(user, article.pk),
    "article.updated": lambda user, article, category: article_actions.update_article(user, article.pk, title="Other"),
    "article.moved": lambda user, article, category: article_actions.move_article(
        user, article.pk, category_actions.create_category(user, "Elsewhere", category)
    ),
    "article.audience_changed": lambda user, article, category: audience.set_article_roles(user, article.pk, ["csr"]),
    "article.archived": lambda user, article, category: article_actions.archive_article(user, article.pk),
    "article.restored": lambda user, article, category: (
        article_actions.archive_article(user, article.pk),
        article_actions.bring_back_article(user, article.pk),
    ),
    "draft.edited": lambda user, article, category: replace_draft(
        user, article.pk, documents.from_markdown("Other words.").document
    ),
    "draft.proposed": lambda user, article, category: propose_article(user, changed(user, article).pk),
    "draft.answered": lambda user, article, category: return_proposal(
        user, propose_article(user, changed(user, article).pk).pk, "Not yet."
    ),
    "draft.planned": lambda user, article, category: plan_archiving(
        user, article.pk, timezone.now() + timedelta(days=1)
    ),
    "suggestion.made": lambda user, article, category: suggest_change(
        user, article.pk, documents.from_markdown("Other words.").document, "Clearer"
    ),
    "suggestion.answered": lambda user, article, category: withdraw_suggestion(
        user,
        suggest_change(user, article.pk, documents.from_markdown("Other words.").document, "Clearer").pk,
    ),
    "comment.added": lambda user, article, category: add_comment(user, article.pk, "Hello"),
    "comment.edited": lambda user, article, category: edit_comment(
        user, add_comment(user, article.pk, "Hello").pk, "Hello all"
    ),
    "comment.resolved": lambda user, article, category: resolve_thread(user, add_comment(user, article.pk, "Hello").pk),
    "comment.deleted": lambda user, article, category: delete_comment(user, add_comment(user, article.pk, "Hello").pk),
    "comment.thanked": lambda user, article, category: thank(
        user, add_comment(people.create_user(user, "reader", roles=["readers"]), article.pk, "Hello").pk
    ),
    "note.added": lambda user, article, category: add_note(user, article.pk, "Ask twice"),
    "note.edited": lambda user, article, category: edit_note(
        user, add_note(user, article.pk, "Ask").pk, body="Ask twice"
    ),
    "note.deleted": lambda user, article, category: delete_note(user, add_note(user, article.pk, "Ask twice").pk),
    "notice.added": lambda user, article, category: add_notice(user, "Closed", tomorrow()),
    "notice.edited": lambda user, article, category: edit_notice(
        user, add_notice(user, "Closed", tomorrow()).pk, text="Closed today"
    ),
    "notice.ended": lambda user, article, category: end_notice(user, add_notice(user, "Closed", tomorrow()).pk),
    "notice.started": lambda user, article, category: planned_notice_starts(user),
    "flag.raised": lambda user, article, category: flagged(user, article),
    "flag.assigned": lambda user, article, category: answering.assign_flag(user, flagged(user, article), user.pk),
    "flag.updated": lambda user, article, category: answering.answer_flag(user, flagged(user, article), "Soon."),
    "flag.resolved": lambda user, article, category: answered(user, article),
    "flag.declined": lambda user, article, category: answering.decline_flag(user, flagged(user, article), "It holds."),
    "flag.reopened": lambda user, article, category: answering.reopen_flag(user, answered(user, article), "No."),
    "flag.accepted": lambda user, article, category: answering.accept_answer(user, answered(user, article)),
    "flag.overdue": lambda user, article, category: chasing.escalate(long_ago(user, article), timezone.now()),
    "flag.due_soon": lambda user, article, category: chasing.remind(about_due(user, article), timezone.now()),
    "centre.hours_changed": lambda user, article, category: set_holiday(user, timezone.localdate(), "Feast"),
    "synonyms.changed": lambda user, article, category: save_synonyms(user, "en", "bin, bucket"),
    "category.changed": lambda user, article, category: category_actions.update_category(
        user, category.pk, name="Other"
    ),
    "user.absence_changed": lambda user, article, category: people.set_absence(
        user, user.pk, timezone.localdate() + timedelta(days=7)
    ),
    "acknowledgement.ended": lambda user, article, category: end_must_read(
        user, article.pk, version=must_read(user, article).number
    ),
    "acknowledgement.given": lambda user, article, category: acknowledge(
        user, article.pk, must_read(user, article).number
    ),
    "acknowledgement.requested": lambda user, article, category: must_read(user, article),
    "acknowledgement.overdue": lambda user, article, category: tell_deadline(
        must_read(user, article).pk, timezone.now() + timedelta(days=3)
    ),
    "review.due": lambda user, article, category: tell_review_due(
        article_actions.update_article(user, article.pk, review_date=timezone.localdate()).pk, timezone.localdate()
    ),
    "review.confirmed": lambda user, article, category: confirm_still_correct(user, article.pk),
    "notification.created": lambda user, article, category: follower_is_told(user, article),
    "notification.read": lambda user, article, category: (
        Notification.objects.create(
            recipient=user,
            event=1,
            newest=1,
            kind="article.published",
            at=timezone.now(),
            shows_at=timezone.now(),
            batch=1,
        ),
        mark_read(user),
    ),
    "follow.changed": lambda user, article, category: follow(user, "article", article.pk),
    "user.access_changed": lambda user, article, category: people.set_user_roles(user, user.pk, ["csr"]),
}


def test_there_is_an_act_for_every_kind() -> None:
    assert set(ACTS) == set(events.KINDS)


@pytest.mark.parametrize("kind", ACTS)
def test_what_happened_is_in_the_log_once_and_moves_the_epoch(
    admin: User, category: Category, article: Article, kind: str
) -> None:
    before = epoch.current()
    ACTS[kind](admin, article, category)
    rows = list(Event.objects.filter(seq__gt=before.seq))
    assert [row.seq for row in rows] == list(range(before.seq + 1, before.seq + 1 + len(rows)))
    assert rows[-1].kind == kind
    assert [row.kind for row in rows].count(kind) == 1
    assert rows[-1].actor == (None if kind in BY_THE_WORKER else admin)
    after = epoch.current()
    assert after.seq == rows[-1].seq
    assert (after.access_seq > before.access_seq) >= events.KINDS[kind].changes_access
    assert (after.listing_seq > before.listing_seq) >= events.KINDS[kind].changes_listing


@pytest.mark.parametrize("kind", ACTS)
def test_a_rolled_back_act_leaves_nothing(
    admin: User, category: Category, article: Article, kind: str, django_capture_on_commit_callbacks: Any
) -> None:
    before, rows = EventCounter.objects.values().get(), Event.objects.count()

    def act_and_fail() -> None:
        with transaction.atomic():
            ACTS[kind](admin, article, category)
            raise RuntimeError("the database went away")

    with django_capture_on_commit_callbacks() as nudges, pytest.raises(RuntimeError):
        act_and_fail()
    assert nudges == []
    assert EventCounter.objects.values().get() == before
    assert Event.objects.count() == rows


def test_recording_outside_of_a_transaction_is_an_error(transactional_db: None) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        events.record(None, events.UserAccessChanged(None))


def test_a_dead_channel_layer_does_not_fail_the_request(
    alice: User, article: Article, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    class Dead(BaseChannelLayer):
        async def group_send(self, group: str, message: dict[str, Any]) -> None:
            raise ConnectionError("Redis is down")

    asked = []

    def layer() -> Dead:
        asked.append(True)
        return Dead()

    monkeypatch.setattr(events, "get_channel_layer", layer)
    with django_capture_on_commit_callbacks(execute=True):
        publish_article(alice, article.pk)
    assert asked, "the layer was asked, and its failure was survived"
    assert Event.objects.filter(kind="article.published").count() == 2


def test_a_listener_that_fails_does_not_fail_the_request_or_the_others(
    alice: User, article: Article, django_capture_on_commit_callbacks: Any
) -> None:
    heard = []

    def broken() -> None:
        raise ValueError("not my day")

    removals = [events.on_nudge(broken), events.on_nudge(lambda: heard.append(True))]
    try:
        with django_capture_on_commit_callbacks(execute=True):
            publish_article(alice, article.pk)
    finally:
        for remove in removals:
            remove()
    assert heard == [True]


def test_within_a_request_the_epoch_is_read_once_and_again_after_a_change(
    alice: User, article: Article, django_assert_num_queries: Any
) -> None:
    with epoch.remembered():
        first = epoch.current()
        with django_assert_num_queries(0):
            assert epoch.current() == first
        publish_article(alice, article.pk)
        assert epoch.current().seq > first.seq
