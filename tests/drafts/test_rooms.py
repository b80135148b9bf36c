"""A room by itself: limits, what it does when the log fails, and what it hears from other processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pycrdt import Doc, XmlFragment

from articles.actions.live_draft import Typed
from articles.drafts import room as rooms_module
from articles.drafts.nesting import Levels
from articles.drafts.protocol import Aware, Malformed
from articles.drafts.room import ComeBack, Refused, Room
from tests.drafts.clients import paragraph, text_of, write
from tests.drafts.hostile import nested


class Log:
    """Stands where the threads are that reach the database: keeps what is stored, or fails as a database does."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self.down = False

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        await asyncio.sleep(0.01)
        if self.down:
            raise OSError("the database is away")
        if function.__name__ == "store_typed":
            typed: list[Typed] = arguments[1]
            self.rows += [one.update for one in typed]
            return len(self.rows)
        raise AssertionError(function)


class Sender:
    """Whoever sent something and waits."""

    def __init__(self) -> None:
        self.received = self.safe = 0
        self.gave_up = False

    def stored(self, count: int) -> None:
        self.safe = count

    def lost(self) -> None:
        self.gave_up = True


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def told() -> list[dict[str, Any]]:
    return []


def typed(doc: Doc, text: str) -> bytes:
    before = doc.get_state()
    write(doc, text)
    return doc.get_update(before)


def opened(log: Log, told: list[dict[str, Any]]) -> Room:
    room = Room(1, log.run, told.append)
    room._subscription = room.doc.observe(room._note_change)
    return room


async def test_what_is_sent_twice_is_stored_once_and_acknowledged_twice(log: Log, told: list[dict[str, Any]]) -> None:
    room, sender = opened(log, told), Sender()
    update = typed(Doc(), "Fee")
    for _ in range(2):
        room.take(sender, 1, update)
        await room.settle()
    assert (log.rows, sender.safe, room.seq) == ([update], 2, 1)
    assert [(one["first"], one["last"], one["update"]) for one in told] == [(1, 1, update)]


async def test_when_the_log_fails_nobody_is_told_that_it_is_saved(log: Log, told: list[dict[str, Any]]) -> None:
    room, sender, later = opened(log, told), Sender(), Sender()
    doc: Doc = Doc()
    log.down = True
    room.take(sender, 1, typed(doc, "Fee"))
    await asyncio.sleep(0.005)
    room.take(later, 2, typed(doc, " 745"))
    await room.settle()
    assert (sender.safe, later.safe, told, room.dead) == (0, 0, [], True)
    assert sender.gave_up
    assert later.gave_up


async def test_a_draft_that_is_full_takes_deletions_only(
    log: Log, told: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, sender = opened(log, told), Sender()
    doc: Doc = Doc()
    monkeypatch.setattr(rooms_module, "LARGEST_DOCUMENT", 1_000)
    room.take(sender, 1, typed(doc, "x" * 900))
    with pytest.raises(Refused, match="document-too-large"):
        room.take(sender, 1, typed(Doc(), "y" * 200))
    before = doc.get_state()
    with doc.transaction():
        del doc.get("default", type=XmlFragment).children[0]
    room.take(sender, 1, doc.get_update(before))
    await room.settle()
    assert (len(log.rows), sender.safe) == (2, 2)
    room.take(sender, 1, typed(Doc(), "y" * 200))
    assert sender.received == 3


async def test_bytes_that_are_no_update_change_nothing(log: Log, told: list[dict[str, Any]]) -> None:
    room, sender = opened(log, told), Sender()
    with pytest.raises(Malformed):
        room.take(sender, 1, b"\x01\x02\x03")
    with pytest.raises(Refused, match="too-large"):
        room.take(sender, 1, b"x" * (rooms_module.LARGEST_UPDATE + 1))
    await room.settle()
    assert (log.rows, sender.received, room.dead) == ([], 0, False)


async def test_what_other_processes_store_is_taken_in_order_or_read_from_the_log(
    log: Log, told: list[dict[str, Any]]
) -> None:
    room = opened(log, told)
    doc: Doc = Doc()
    first, second = typed(doc, "a"), typed(doc, "b")
    assert not room.hear(2, 2, second), "number 1 is missing: the log has to be read"
    assert room.hear(1, 1, first)
    assert room.hear(2, 2, second)
    assert room.hear(1, 1, first), "what is known is no news"
    assert not room.hear(3, 3, b""), "too long for the layer"
    assert (room.seq, text_of(room.doc)) == (2, "ab")


async def test_who_writes_is_noted_once_for_each_client(log: Log, told: list[dict[str, Any]]) -> None:
    room, sender = opened(log, told), Sender()
    doc: Doc = Doc()
    room.take(sender, 1, typed(doc, "a"))
    room.take(sender, 1, typed(doc, "b"))
    room.take(sender, 2, typed(Doc(), "c"))
    noted = [list(one.clients.values()) for one, _ in room._typed]
    assert noted == [[0], [], [0]]
    await room.settle()
    assert [person for one in told for _client, _clock, person in one["writers"]] == [1, 2]


def forged(doc: Doc, text: str) -> bytes:
    """What somebody else writes under the client id of this document."""
    other: Doc = Doc(client_id=doc.client_id)
    other.apply_update(doc.get_update())
    return typed(other, text)


async def test_nobody_writes_as_somebody_who_is_here(log: Log, told: list[dict[str, Any]]) -> None:
    room, erik, eve = opened(log, told), Sender(), Sender()
    doc: Doc = Doc()
    room.awareness.hear([Aware(doc.client_id, 1, "{}")], erik, {"id": 1})
    for _ in range(2):
        with pytest.raises(ComeBack):
            room.take(eve, 2, forged(doc, " is 0"))
        room.take(erik, 1, typed(doc, "Fee"), doc.client_id)
    room.take(eve, 2, doc.get_update())  # what is known may be repeated
    await room.settle()
    assert (erik.safe, eve.safe, text_of(room.doc)) == (2, 1, "FeeFee")


async def test_text_whose_place_was_taken_meanwhile_is_never_acknowledged(log: Log, told: list[dict[str, Any]]) -> None:
    room, erik, eve = opened(log, told), Sender(), Sender()
    doc: Doc = Doc()
    room.take(erik, 1, typed(doc, "Fee"), doc.client_id)
    room.take(eve, 2, forged(doc, " is 0"))
    lost = typed(doc, " 745 kr")
    for client in (doc.client_id, 9):  # from the window itself, or from the next one that finds its copy
        with pytest.raises(Refused, match="not-yours"):
            room.take(erik, 1, lost, client)
    await room.settle()
    assert (erik.received, text_of(room.doc)) == (1, "Fee is 0")


async def test_what_another_has_told_of_somebody_may_come_from_themselves_too(
    log: Log, told: list[dict[str, Any]]
) -> None:
    room, erik, maria = opened(log, told), Sender(), Sender()
    doc: Doc = Doc()
    update = typed(doc, "Fée 🙂")
    room.take(maria, 2, update)  # the database was put back, and Maria's browser was first
    room.take(erik, 1, update, doc.client_id)
    room.take(erik, 1, typed(doc, " 745"), doc.client_id)
    await room.settle()
    assert (erik.safe, text_of(room.doc)) == (2, "Fée 🙂 745")


async def test_who_sends_everything_may_repeat_what_was_taken_out_meanwhile(
    log: Log, told: list[dict[str, Any]]
) -> None:
    room, erik, maria = opened(log, told), Sender(), Sender()
    doc: Doc = Doc()
    room.take(erik, 1, typed(doc, "Fee 745"), doc.client_id)
    program: Doc = Doc()
    program.apply_update(doc.get_update())
    before = doc.get_state()
    with doc.transaction():
        del paragraph(doc)[3:7]
    room.take(erik, 1, doc.get_update(before), doc.client_id)
    write(program, "!")
    room.take(maria, 2, program.get_update())
    await room.settle()
    assert (maria.safe, text_of(room.doc)) == (1, "Fee!")


async def test_an_id_stays_with_its_window_when_that_is_gone(log: Log, told: list[dict[str, Any]]) -> None:
    room, erik, eve = opened(log, told), Sender(), Sender()
    doc: Doc = Doc()
    room.awareness.hear([Aware(doc.client_id, 1, "{}")], erik, {"id": 1})
    room.awareness.leave(erik)
    with pytest.raises(ComeBack):
        room.take(eve, 2, forged(doc, "I was first"))
    room.take(erik, 1, typed(doc, "Fee"), 9)
    await room.settle()
    assert text_of(room.doc) == "Fee"


async def test_whom_the_log_knows_keeps_an_id_whoever_was_first_here_with_it(
    log: Log, told: list[dict[str, Any]]
) -> None:
    room, erik, eve = opened(log, told), Sender(), Sender()
    doc: Doc = Doc()
    room.take(erik, 1, typed(doc, "Fee"), doc.client_id)
    room.awareness.hear([Aware(doc.client_id, 1, "{}")], eve, {"id": 2})  # after a restart
    room.take(erik, 1, typed(doc, " 745"), doc.client_id)
    with pytest.raises(ComeBack):
        room.take(Sender(), 3, forged(doc, " is 0"))
    await room.settle()
    assert (erik.safe, text_of(room.doc)) == (2, "Fee 745")


async def test_a_long_draft_takes_words_at_once_and_paragraphs_when_it_is_known_how_deep_it_is(
    log: Log, told: list[dict[str, Any]]
) -> None:
    room, erik = opened(log, told), Sender()
    doc: Doc = Doc()
    rows = [typed(doc, "Fee")]
    room.doc.apply_update(rows[0])
    room._state, room._nesting = room.doc.get_state(), Levels(None)
    room.take(erik, 1, typed(doc, " 745"))
    with pytest.raises(ComeBack):
        room.take(erik, 1, nested(2))
    await room._find_nesting(rows)
    room.take(erik, 1, nested(2))
    with pytest.raises(Refused, match="nested-too-deep"):
        room.take(erik, 1, nested(300, client=8))
    await room.settle()
    assert erik.safe == 2
    assert "Fee 745" in text_of(room.doc)


async def test_who_writes_is_known_from_other_processes(log: Log, told: list[dict[str, Any]]) -> None:
    room, erik = opened(log, told), Sender()
    doc: Doc = Doc()
    first = typed(doc, "Fee")
    room.hear(1, 1, first, [(doc.client_id, 0, 1)])
    room.hear(2, 2, forged(doc, " is 0"), [(doc.client_id, len(first), 2)])
    with pytest.raises(Refused, match="not-yours"):
        room.take(erik, 1, typed(doc, " 745 kr"))
