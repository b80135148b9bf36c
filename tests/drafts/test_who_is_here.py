"""Cursors and names: who is in a draft, and who is told."""

from __future__ import annotations

import asyncio
import json

import pytest

from articles.drafts import protocol
from articles.drafts.awareness import Awareness
from articles.drafts.protocol import Aware, Malformed
from tests.drafts.clients import editing
from tests.live.conftest import Centre

ERIK, ADMIN = {"id": 1, "name": "Erik", "colour": 1}, {"id": 2, "name": "Admin", "colour": 2}


def state(**values: object) -> str:
    return json.dumps(values)


def seen(awareness: Awareness) -> dict[int, object]:
    return {one.client: json.loads(one.state)["user"]["name"] for one in awareness.everybody()}


async def test_a_cursor_carries_the_name_that_the_server_knows(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article)
    async with editing(centre.erik, article) as erik, editing(centre.admin, article) as admin:
        await erik.show(user={"name": "The Mayor", "id": 1, "colour": "red"}, cursor={"anchor": 1})
        await admin.until(lambda: erik.doc.client_id in admin.states)
        shown = admin.states[erik.doc.client_id]
        assert shown["cursor"] == {"anchor": 1}
        me = await centre.erik.call("GET", "me")
        assert shown["user"] == {"id": me["id"], "name": me["name"], "colour": me["id"] % 8}


async def test_a_cursor_goes_with_its_socket_and_comes_back_with_it(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article)
    async with editing(centre.admin, article) as admin:
        async with editing(centre.erik, article) as erik:
            await erik.show(cursor=1)
            await admin.until(lambda: erik.doc.client_id in admin.states)
            erik.raw.transport.abort()  # as when the cable is pulled: no goodbye
            await admin.until(lambda: erik.doc.client_id not in admin.states)
        async with editing(centre.erik, article, doc=erik.doc) as again:
            again.clock = erik.clock - 1  # y-websocket goes on with the clock that it had
            await again.show(cursor=2)
            await admin.until(lambda: erik.doc.client_id in admin.states)
            late = [frame for frame in admin.frames if frame[0] == protocol.QUERY_AWARENESS]
            assert not late


async def test_who_comes_later_sees_who_is_there_already(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article)
    async with editing(centre.erik, article) as erik:
        await erik.show(cursor=1)
        await asyncio.sleep(0.2)
        async with editing(centre.clara, article) as clara:
            await clara.until(lambda: erik.doc.client_id in clara.states)


def test_nobody_speaks_for_the_client_of_somebody_else() -> None:
    awareness = Awareness()
    here, there = object(), object()
    awareness.hear([Aware(10, 1, state(cursor=1))], here, ERIK)
    awareness.hear([Aware(20, 1, state(cursor=1))], there, ADMIN)
    awareness.hear([Aware(10, 9, state(cursor=666)), Aware(10, 10, "null")], there, ADMIN)  # as clients echo, or forge
    assert seen(awareness) == {10: "Erik", 20: "Admin"}
    assert '"cursor":1' in next(one.state for one in awareness.everybody() if one.client == 10)
    awareness.hear([Aware(30, 1, state())], there, ADMIN)
    assert seen(awareness) == {10: "Erik", 20: "Admin"}, "a socket has one client"


def test_an_echo_that_comes_after_the_end_brings_nobody_back() -> None:
    awareness = Awareness()
    here, there = object(), object()
    awareness.hear([Aware(10, 5, state())], here, ERIK)
    awareness.leave(here)
    awareness.hear([Aware(10, 5, state())], there, ADMIN)
    assert seen(awareness) == {}
    awareness.hear([Aware(10, 5, state())], object(), ERIK)
    assert seen(awareness) == {10: "Erik"}, "but whoever it was may come back"


def test_a_client_belongs_to_who_was_first_here_with_it_and_may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    awareness, elsewhere = Awareness(), Awareness()
    watcher = object()
    awareness.hear([Aware(client, 1, "null") for client in range(500)], object(), ADMIN)
    awareness.hear([Aware(10, 1, state())], watcher, ADMIN, writes=False)
    elsewhere.hear_elsewhere(awareness.here())
    assert [found.owner_of(10) for found in (awareness, elsewhere)] == [None, None]
    awareness.leave(watcher)
    awareness.hear([Aware(10, 2, state())], object(), ADMIN)
    awareness.hear([Aware(10, 3, state())], object(), ERIK)
    elsewhere.hear_elsewhere(awareness.here())
    assert [found.owner_of(10) for found in (awareness, elsewhere)] == [2, 2]
    monkeypatch.setattr("articles.drafts.awareness.MOST_OWNERS", 3)
    for client in range(20, 25):
        sock = object()
        awareness.hear([Aware(client, 1, state())], sock, ERIK)
        awareness.leave(sock)
        awareness._places.pop(client)  # as after a while
    assert [client for client in range(500) if awareness.owner_of(client)] == [10, 23, 24]


@pytest.mark.parametrize("text", ["[1]", "7", '"x"', "{", "[" * 100_000, "x" * 9_000])
def test_a_state_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Awareness().hear([Aware(1, 1, text)], object(), ERIK)


def test_processes_tell_each_other_and_neither_sends_it_back() -> None:
    one, other = Awareness(), Awareness()
    sock = object()
    one.hear([Aware(10, 1, state())], sock, ERIK)
    other.hear_elsewhere(heard for heard, local in one.take_changes() if local)
    assert seen(other) == {10: "Erik"}
    assert [local for _, local in other.take_changes()] == [False]
    one.leave(sock)
    other.hear_elsewhere(heard for heard, local in one.take_changes() if local)
    assert seen(other) == {}
    assert [local for _, local in other.take_changes()] == [False]


async def test_readers_of_the_page_see_who_edits_it(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article)
    async with centre.clara.socket(watch=[article]) as page:
        async with editing(centre.erik, article), editing(centre.carl, article):  # Carl only watches
            while (frame := await page.until(type="presence", article=article))["editing"] != ["Erik Sandberg"]:
                assert frame["editing"] in ([], ["Erik Sandberg"])
        while (await page.until(type="presence", article=article))["editing"]:
            pass
