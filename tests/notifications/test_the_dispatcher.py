"""At least once, and never twice: killed, raced, failing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
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
from notifications.actions import following, retrying
from notifications.models import Dispatched, Notification, Stuck
from notifications.telling import recipients
from tests.services.site import PROJECT, prepared_site

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
    Dispatched.objects.update(seq=0)
    tell_all()
    assert (
        Notification.objects.filter(recipient=bob, article=article, event=Notification.objects.get().event).count() == 1
    )


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


SOAK = """
import django, threading; django.setup()
from notifications.dispatcher import run_once
import time
while True:
    more, _ = run_once()
    if not more: time.sleep(0.01)
"""
HAPPEN = """
import django, sys; django.setup()
from django.db import transaction
from articles import events, documents
from articles.actions import article, category, people, publishing
from notifications.actions import following
admin = people.create_user(None, "root", superuser=True)
people.create_role(None, "readers")
place = category.create_category(admin, "Permits", grants={"readers": ["view"]})
one = article.create_article(admin, place, "Fence", documents.from_markdown("Text.").document)
publishing.publish_article(admin, one.pk)
for number in range(3):
    following.follow(people.create_user(None, f"reader{number}", roles=["readers"]), "all")
from notifications.dispatcher import run_once
while run_once()[0]: pass
for number in range(int(sys.argv[1])):
    with transaction.atomic():
        events.record(admin, events.ArticleArchived(one))
"""
COUNT = """
import django; django.setup()
from django.db.models import Count
from notifications.models import Notification
rows = Notification.objects.filter(kind="article.archived").values_list("recipient").annotate(Count("pk"), Count("event", distinct=True))
print(sorted((told, distinct) for _, told, distinct in rows))
"""


def soak(happenings: int, kills: int) -> str:
    """Kill the dispatcher at random moments while it tells three readers of so many events; what they were told then."""
    with prepared_site() as site:

        def python(code: str, *arguments: str) -> Any:
            return [sys.executable, "-c", code, *arguments], {"cwd": PROJECT, "env": site.environment}

        command, options = python(HAPPEN, str(happenings))
        subprocess.run(command, check=True, **options)
        command, options = python(SOAK)
        for _ in range(kills):
            worker = subprocess.Popen(command, **options)
            time.sleep(random.uniform(0.6, 2.5))
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        worker = subprocess.Popen(command, **options)
        counting, counting_options = python(COUNT)
        deadline, said = time.monotonic() + 240, ""
        try:
            while time.monotonic() < deadline and said != str([(happenings, happenings)] * 3):
                time.sleep(1)
                said = subprocess.run(
                    counting, check=True, capture_output=True, text=True, **counting_options
                ).stdout.strip()
        finally:
            worker.kill()
            worker.wait()
        return said


def test_a_dispatcher_that_is_killed_loses_nothing_and_repeats_nothing() -> None:
    assert soak(60, 3) == str([(60, 60)] * 3)
