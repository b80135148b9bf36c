"""The duties beside the pages: each supervised for itself, and all that would grow for ever kept small."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pycrdt import Doc, Text

from articles import events
from articles.drafts import compaction, store
from articles.models import Article, Draft, DraftSnapshot, DraftUpdate, Event, EventReader, User
from kbcentre import housekeeping
from kbcentre.duties import all_duties, compact_drafts
from kbcentre.housekeeping import Housekeeping, prune_events
from kbcentre.worker import Duty, Progress, Worker
from notifications import log
from notifications.models import Dispatched, Stuck


class Counted:
    """A duty that fails as often as it is told, and counts its steps."""

    def __init__(self, failures: int = 0) -> None:
        self.steps = 0
        self._failures = failures
        self.done = threading.Event()

    def step(self, _stopping: threading.Event) -> Progress:
        """One step."""
        self.steps += 1
        if self.steps <= self._failures:
            raise LookupError(f"broken {self.steps}")
        self.done.set()
        return Progress(seq=7)


class LayerThatNudges:
    """A layer over which another process tells again and again that something has happened."""

    is_there = True

    def __init__(self, *, of_its_own: bool) -> None:
        assert of_its_own, "the loop of the sockets listens to the other one"

    async def listen(
        self, groups: Collection[str], on_message: Callable[[dict[str, Any]], None], on_joined: Callable[[], None]
    ) -> None:
        """Until it is cancelled."""
        assert events.NUDGE_GROUP in groups
        while True:
            await asyncio.sleep(0.1)
            on_message({"type": "events.nudge"})


@pytest.fixture
def run(transactional_db: None) -> Iterator[list[Worker]]:
    """Workers that are started in a test, stopped at its end."""
    workers: list[Worker] = []
    yield workers
    for one in workers:
        assert one.stop(10)


def seen(duty: Duty, seconds: float = 10, **values: object) -> EventReader:
    """The row of a duty, once it has these values."""
    until = time.monotonic() + seconds
    while not (row := EventReader.objects.filter(name=duty.reader, **values).first()):
        assert time.monotonic() < until, list(EventReader.objects.values())
        time.sleep(0.05)
    return row


def test_a_duty_that_fails_waits_alone_is_seen_and_recovers(run: list[Worker]) -> None:
    broken, sound = Counted(failures=2), Counted()
    duties = [Duty("broken", broken.step, every=0.01), Duty("sound", sound.step, every=0.01)]
    run.append(Worker(duties))
    run[0].start()
    row = seen(duties[0], failures__gt=0)
    assert row.problem == f"LookupError: broken {row.failures}"
    assert broken.done.wait(20), "it is tried again"
    assert sound.steps > 10 > broken.steps, "the other goes on meanwhile"
    assert seen(duties[0], failures=0, problem="").seen_at
    assert seen(duties[1]).seq == 7


def test_a_nudge_wakes_a_duty_at_once(run: list[Worker]) -> None:
    woken = Counted()
    run.append(Worker([Duty("woken", woken.step, every=60)]))
    run[0].start()
    assert woken.done.wait(5)
    steps = woken.steps
    with transaction.atomic():
        events.record(None, events.UserAccessChanged(None))
    until = time.monotonic() + 5
    while woken.steps == steps:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_nudge_of_another_process_wakes_a_duty_at_once(run: list[Worker], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kbcentre.worker.SharedLayer", LayerThatNudges)
    woken = Counted()
    run.append(Worker([Duty("woken", woken.step, every=60)]))
    run[0].start()
    until = time.monotonic() + 5
    while woken.steps < 2:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_nudges_do_not_shorten_the_wait_of_what_fails(run: list[Worker], monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Counted(failures=10**6)
    run.append(Worker([Duty("broken", broken.step, every=60)]))
    run[0].start()
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        run[0].nudge()
        time.sleep(0.01)
    assert broken.steps <= 3


def test_stopping_waits_for_the_step_that_is_going_on(transactional_db: None) -> None:
    finished = threading.Event()
    started = threading.Event()

    def slow(stopping: threading.Event) -> Progress:
        started.set()
        assert stopping.wait(10)
        time.sleep(0.3)
        finished.set()
        return Progress(more=True)

    one = Worker([Duty("slow", slow)])
    one.start()
    assert started.wait(5)
    assert one.stop(5)
    assert finished.is_set()


def test_the_product_has_its_duties() -> None:
    assert [duty.name for duty in all_duties()] == [
        "indexer",
        "notifications",
        "mail",
        "push",
        "webhooks",
        "imports",
        "publishing",
        "notices",
        "flags",
        "moments",
        "drafts",
        "promises",
        "housekeeping",
    ]


# --- Housekeeping ------------------------------------------------------------------------------------


def test_old_events_go_from_the_beginning_and_the_newest_stays(
    article: Article, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "ROWS_AT_ONCE", 2)
    with transaction.atomic():
        events.record(alice, *[events.DraftEdited(article)] * 5)
    newest = log.newest()
    old = timezone.now() - timedelta(days=31)
    Event.objects.filter(seq__lte=newest - 2).update(at=old)
    Stuck.objects.create(event=newest - 3, kind="draft.edited", due_at=old, problem="")
    for cursor, left in ((newest - 5, 5), (newest - 1, 4)):
        Dispatched.objects.update_or_create(pk=1, defaults={"seq": cursor})
        while prune_events():
            pass
        assert Event.objects.count() == left, "what was not told yet stays, and what is tried again"
    Stuck.objects.update(parked=True)
    while prune_events():
        pass
    assert list(Event.objects.values_list("seq", flat=True)) == [newest - 1, newest]
    Dispatched.objects.update(seq=newest)
    Event.objects.update(at=old)
    while prune_events():
        pass
    assert list(Event.objects.values_list("seq", flat=True)) == [newest], (
        "a cursor at its end is not answered with reload"
    )
    assert log.reaches(newest, newest)
    assert log.reaches(newest - 1, newest)
    assert not log.reaches(newest - 2, newest)


def test_a_long_draft_log_is_merged_and_says_the_same(article: Article, alice: User) -> None:
    doc: Doc = Doc()
    doc["x"] = text = Text()
    for number in range(compaction.COMPACT_AFTER + 5):
        before = doc.get_state()
        text += f"{number} "
        with transaction.atomic():
            store.append(article.pk, doc.get_update(before), alice)
    DraftUpdate.objects.update(created_at=timezone.now() - compaction.KEEP_FOR * 2)
    assert not compact_drafts(threading.Event()).more, "alice is writing"
    Draft.objects.update(changed_at=timezone.now() - compaction.REST * 2)
    while compact_drafts(threading.Event()).more:
        pass
    assert DraftUpdate.objects.filter(draft_id=article.pk).count() == 0
    assert DraftSnapshot.objects.filter(draft_id=article.pk).exists()
    loaded, _ = store.load(article.pk)
    assert str(loaded.get("x", type=Text)) == str(text)


def test_sessions_that_ran_out_and_readers_long_gone_are_cleared(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    EventReader.objects.create(name="indexer@gone", seen_at=timezone.now() - timedelta(days=8))
    EventReader.objects.create(name="indexer@here", seen_at=timezone.now())
    keeper = Housekeeping()
    while keeper.step(threading.Event()).more:
        pass
    assert not Session.objects.exists()
    assert [reader.name for reader in EventReader.objects.all()] == ["indexer@here"]


def test_housekeeping_asks_little_when_there_is_nothing_to_do(db: None, django_assert_max_num_queries: object) -> None:
    keeper = Housekeeping()
    while keeper.step(threading.Event()).more:
        pass
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        keeper.step(threading.Event())
