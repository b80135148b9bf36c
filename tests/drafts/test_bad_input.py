"""Broken, hostile and enormous frames: the socket that sent one is closed, and nobody else receives a byte of it."""

from __future__ import annotations

import asyncio
import json
import random

import pytest
from pycrdt import Doc, Text

from articles.drafts import protocol, updates
from articles.drafts.protocol import Aware, Malformed
from tests.drafts.clients import editing, write
from tests.drafts.hostile import nested, value
from tests.drafts.test_without_sockets import post
from tests.live.conftest import Centre

FRAMES = {
    "nothing": b"",
    "an unknown message": b"\x63\x00",
    "a message that ends too early": b"\x00\x02\x7f\x01",
    "a number without end": b"\xff" * 12,
    "an update that is none": protocol.update(b"\x01\x02\x03\x04"),
    "an update that promises a billion structs": protocol.update(b"\x01\xff\xff\xff\xff\x0f\x01\x00"),
    "a state vector that is none": protocol.step_1(b"\x05\x01"),
    "a third step": b"\x00\x07\x00",
    "awareness that is no JSON": protocol.awareness([Aware(1, 1, "{")]),
    "awareness that is no object": protocol.awareness([Aware(1, 1, "[]")]),
    "awareness of a thousand clients in no bytes": b"\x01\x02\xe8\x07",
    "awareness that fills the memory": protocol.awareness([Aware(1, 1, json.dumps({"x": "y" * 10_000}))]),
}


async def test_a_malformed_frame_reaches_nobody_and_closes_who_sent_it(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Text")
    async with editing(centre.admin, article) as admin:
        await admin.show(cursor=1)
        for what, frame in FRAMES.items():
            before = len(admin.frames)
            async with editing(centre.erik, article) as erik:
                await erik.raw.send(frame)
                assert await erik.closed() == 4400, what
                assert erik.told[-1]["refused"] == "malformed", what
            assert not [one for one in admin.frames[before:] if one[0] == protocol.SYNC], what
        async with editing(centre.erik, article) as erik:
            await erik.raw.send("text")
            assert await erik.closed() == 4400
        await admin.type(" goes on")
        await admin.all_stored()
        assert admin.raw.close_code is None
    draft = await centre.admin.call("GET", f"articles/{article}/draft")
    assert draft["text"].strip() == "Text goes on"


async def test_an_update_that_is_too_large_is_refused_with_a_reason(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Text")
    async with editing(centre.erik, article) as erik, editing(centre.admin, article) as admin:
        await erik.type("x" * 4_200_000)
        assert await erik.closed() == 4413
        assert erik.told[-1]["refused"] == "too-large"
        assert admin.text == "Text"
        await admin.type(" goes on")
        await admin.all_stored()


@pytest.mark.parametrize(
    "entries",
    [[Aware(client, 1, "null") for client in range(2_001)], [Aware(client, 1, "x" * 8_000) for client in range(300)]],
)
def test_nobody_tells_of_more_clients_than_can_be_here(entries: list[Aware]) -> None:
    with pytest.raises(protocol.TooLong):
        protocol.parse(protocol.awareness(entries))


async def test_a_frame_about_too_many_clients_is_refused_with_a_reason(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Text")
    async with editing(centre.carl, article) as carl:
        await carl.raw.send(protocol.awareness(Aware(client, 1, "null") for client in range(2_001)))
        assert await carl.closed() == 4413
        assert carl.told[-1]["refused"] == "too-large"


async def test_who_sends_faster_than_anybody_types_is_closed(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Text")
    async with editing(centre.erik, article) as erik:
        for _ in range(1_500):
            if erik.raw.close_code is not None:
                break
            await erik.raw.send(b"\x03")
        assert await erik.closed() == 4429


async def test_a_long_time_offline_comes_back_in_one_update(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Text")
    async with editing(centre.erik, article) as erik:
        doc = erik.doc
    for number in range(500):
        write(doc, f" {number} and a few words more, as one writes them in the train" * 5)
    assert len(doc.get_update()) > 100_000
    async with editing(centre.erik, article, doc=doc) as erik, editing(centre.admin, article) as admin:
        await erik.all_stored()
        await admin.until(lambda: admin.text == erik.text)


def test_updates_are_checked_before_they_are_applied() -> None:
    """Bytes of real updates, changed at random: each is refused, or applied without harm, or refused by the document."""
    chance = random.Random(7)
    doc: Doc = Doc()
    parts: list[bytes] = []
    doc.observe(lambda event: parts.append(event.update))
    text = doc.get("title", type=Text)
    for number in range(30):
        text.insert(chance.randrange(len(text) + 1), f"word{number} ")
        if number % 4 == 0:
            del text[0:3]
    whole = doc.get_update()
    refused = 0
    for _ in range(3_000):
        data = bytearray(chance.choice([*parts, whole]))
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        target: Doc = Doc()
        target.apply_update(whole)
        try:
            updates.check(bytes(data))
            updates.apply(target, bytes(data))
        except Malformed:
            refused += 1
    assert refused > 1_000


async def test_an_update_that_nests_without_end_is_refused_and_everybody_goes_on(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Text")
    async with editing(centre.admin, article) as admin:
        for hostile, code in ((nested(20_000), 4413), (value(20_000), 4400)):
            async with editing(centre.erik, article) as erik:
                before = len(admin.frames)
                await erik.send_update(hostile)
                assert await erik.closed() == code
                assert not [one for one in admin.frames[before:] if one[0] == protocol.SYNC]
        sent = await asyncio.to_thread(post, centre.erik, article, nested(20_000))
        assert (sent.status, sent.json()["error"]["code"]) == (413, "nested_too_deep")
        await admin.type(" goes on")
        await admin.all_stored()
    draft = await centre.admin.call("GET", f"articles/{article}/draft")
    assert draft["text"].strip() == "Text goes on"


@pytest.mark.parametrize("frame", [b"", b"\x80", b"\x00", b"\x00\x00", b"\x01", b"\x00\x02\x05abc"])
def test_a_frame_that_ends_too_early_is_malformed(frame: bytes) -> None:
    with pytest.raises(Malformed):
        protocol.parse(frame)
