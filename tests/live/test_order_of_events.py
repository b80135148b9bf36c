"""The order of seq is the order of commits, so whoever reads `seq > cursor` never skips an event."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, connections, transaction

from articles import events
from articles.actions.people import create_user
from articles.models import Event, EventCounter, User
from notifications import log


@pytest.fixture
def person(transactional_db: None) -> User:
    """Somebody whom events are about."""
    return create_user(None, "petra", password=None)


@pytest.fixture
def in_thread() -> Iterator[Callable[[Callable[[], None]], threading.Thread]]:
    """Run a function in a thread with a database connection of its own, which is closed at the end."""
    threads: list[threading.Thread] = []

    def start(function: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                function()
            finally:
                connections.close_all()

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return threads[-1]

    yield start
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


@pytest.mark.postgres
def test_two_overlapping_transactions_never_make_a_reader_skip_an_event(
    person: User, in_thread: Callable[..., threading.Thread]
) -> None:
    """The slow one records first and commits last; the quick one has to wait for it at the counter."""
    cursor = log.newest()
    recorded, may_commit, quick_done = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            events.record(None, events.UserAccessChanged(person))
            recorded.set()
            assert may_commit.wait(20)

    def quick() -> None:
        with transaction.atomic():
            events.record(None, events.UserAccessChanged(person))
        quick_done.set()

    in_thread(slow)
    assert recorded.wait(20)
    in_thread(quick)
    assert not quick_done.wait(1.0), (
        "it must wait: its seq would be seen before the smaller one of the slow transaction"
    )
    first_look = [told.seq for told in log.read(cursor)]
    assert first_look == []
    may_commit.set()
    assert quick_done.wait(20)
    assert [told.seq for told in log.read(cursor)] == [cursor + 1, cursor + 2]


@pytest.mark.postgres
def test_an_auto_increment_id_would_have_skipped_one(
    transactional_db: None, in_thread: Callable[..., threading.Thread]
) -> None:
    """The same with the number of a sequence: a reader in between never sees the row of the slow transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE numbered (id bigserial PRIMARY KEY, who text)")
    inserted, may_commit = threading.Event(), threading.Event()

    def insert(who: str) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("INSERT INTO numbered (who) VALUES (%s)", [who])

    def slow() -> None:
        with transaction.atomic():
            insert("slow")
            inserted.set()
            assert may_commit.wait(20)

    def newer_than(last: int) -> list[tuple[int, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, who FROM numbered WHERE id > %s ORDER BY id", [last])
            return list(cursor.fetchall())

    try:
        thread = in_thread(slow)
        assert inserted.wait(20)
        insert("quick")
        seen = newer_than(0)
        may_commit.set()
        thread.join(20)
        seen += newer_than(seen[-1][0])
        assert [who for _, who in seen] == ["quick"], "the slow one is lost for ever"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE numbered")


def test_many_writers_at_once_leave_no_hole_and_a_reader_beside_them_sees_all_in_order(
    person: User, in_thread: Callable[..., threading.Thread]
) -> None:
    start = cursor = log.newest()
    writers, each = 4, 25

    def write() -> None:
        for number in range(each):
            with transaction.atomic():
                events.record(None, *[events.UserAccessChanged(person)] * (number % 3 + 1))
                transaction.set_rollback(number % 5 == 0)  # neither an event nor a hole

    threads = [in_thread(write) for _ in range(writers)]
    seen: list[int] = []
    while any(thread.is_alive() for thread in threads) or cursor < log.newest():
        new = [told.seq for told in log.read(cursor, limit=7)]
        seen += new
        cursor = new[-1] if new else cursor
    committed = writers * sum(number % 3 + 1 for number in range(each) if number % 5)
    assert seen == list(range(start + 1, start + 1 + committed))
    assert EventCounter.objects.get().seq == start + committed == Event.objects.latest("seq").seq
