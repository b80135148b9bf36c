"""At least once, and never twice: killed, raced, failing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from articles import documents, events
from articles.actions.draft import replace_draft
from articles.actions.people import create_user
from articles.actions.publishing import publish_article
from articles.models import Article, Event, User
from notifications import dispatcher, log
from notifications.actions import following, reading, retrying
from notifications.models import Dispatched, Notification, Stuck
from notifications.telling import recipients
from tests.notifications.soaking import soak

Tell = Callable[[], None]


def publish(by: User, article: Article, text: str) -> None:
    """The next version, saying something else."""
    replace_draft(by, article.pk, documents.from_markdown(text).document)
    publish_article(by, article.pk)


def test_what_was_told_is_one_line_of_the_log_for_all_and_the_cursor_moves_with_it(
    alice: User, bob: User, mary: User, article: Article, tell_all: Tell
) -> None:
    for one in (bob, mary):
        following.follow(one, "article", article.pk)
    tell_all()
    publish(alice, article, "Other.")
    tell_all()
    assert Event.objects.filter(kind="notification.created").count() == 1
    assert Notification.objects.count() == 2
    assert Dispatched.objects.get().seq == log.newest()


def test_a_cursor_that_was_put_back_tells_nobody_twice(
    alice: User, bob: User, article: Article, tell_all: Tell
) -> None:
    following.follow(bob, "article", article.pk)
    publish(alice, article, "Other.")
    tell_all()
    one = Notification.objects.get(recipient=bob)
    Dispatched.objects.update(seq=one.event - 1)
    tell_all()
    again = Notification.objects.get(recipient=bob)
    assert (again.pk, again.count) == (one.pk, 1)


def test_an_event_that_cannot_be_decided_waits_alone_is_seen_and_is_tried_again(
    alice: User, bob: User, mary: User, make_article: Any, tell_all: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_all()
    following.follow(bob, "all")
    broken = make_article("Broken")
    make_article("Sound")
    right = recipients.decide

    def fails(told: Any, now: Any) -> Any:
        if told.event.article_id == broken.pk and told.event.kind == "article.published":
            raise LookupError("not my day")
        return right(told, now)

    monkeypatch.setattr(dispatcher, "decide", fails)
    tell_all()
    assert [one.article.title for one in Notification.objects.filter(kind="article.published")] == ["Sound"]  # type: ignore[union-attr]
    stuck = Stuck.objects.get()
    assert stuck.problem == "LookupError: not my day"
    for _ in range(dispatcher.TRIES):
        Stuck.objects.update(due_at=timezone.now())
        dispatcher.try_again()
    assert Stuck.objects.get().parked
    monkeypatch.setattr(dispatcher, "decide", right)
    retrying.retry_parked(mary)
    tell_all()
    assert not Stuck.objects.exists()
    assert Notification.objects.filter(kind="article.published").count() == 2


@pytest.mark.parametrize("stuck", [False, True])
def test_what_joins_a_notification_that_is_read_in_that_moment_rings_anew(
    alice: User, bob: User, article: Article, tell_all: Tell, monkeypatch: pytest.MonkeyPatch, stuck: bool
) -> None:
    following.follow(bob, "article", article.pk)
    publish(alice, article, "One.")
    tell_all()
    publish(alice, article, "Two.")
    right = recipients.decide
    tries: list[int] = []

    def meanwhile(told: Any, now: Any) -> Any:
        decision = right(told, now)
        if decision.tells_somebody:
            tries.append(told.seq)
            if stuck and len(tries) == 1:
                raise LookupError("not my day")
            if len(tries) == 1 + stuck:
                reading.mark_read(bob)
        return decision

    monkeypatch.setattr(dispatcher, "decide", meanwhile)
    tell_all()
    if stuck:
        Stuck.objects.update(due_at=timezone.now())
        tell_all()
    assert len(tries) == 2 + stuck
    assert not Stuck.objects.exists()
    rows = Notification.objects.filter(recipient=bob).order_by("event")
    assert [(one.count, one.is_read) for one in rows] == [(1, True), (1, False)]


def test_two_dispatchers_tell_everybody_once(
    transactional_db: None, on_postgres: bool, alice: User, article: Article
) -> None:
    readers = [create_user(None, f"reader{n}", roles=["readers"]) for n in range(3)]
    for one in readers:
        following.follow(one, "all")
    Dispatched.objects.update_or_create(pk=1, defaults={"seq": log.newest()})
    for number in range(8):
        with transaction.atomic():
            events.record(alice, events.ArticleArchived(article), events.ArticleRestored(article))
        assert number >= 0
    failures: list[BaseException] = []

    def work() -> None:
        try:
            while dispatcher.run_once()[0]:
                continue
        except BaseException as problem:
            failures.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    work()
    assert failures == []
    for one in readers:
        told = list(Notification.objects.filter(recipient=one).values_list("event", flat=True))
        assert len(told) == len(set(told)) == 16
    assert connection.vendor in ("sqlite", "postgresql")


def test_a_worker_that_is_killed_loses_nothing_and_repeats_nothing() -> None:
    soaked = soak(60, 6)
    assert soaked.told == [[60, 60]] * 3
    assert soaked.worked >= 3
    assert (soaked.mailed, soaked.unsent) == ([60] * 3, 0)
    assert soaked.letters_noted <= soaked.letters <= soaked.letters_noted + 6, "repeated only by who was killed"
