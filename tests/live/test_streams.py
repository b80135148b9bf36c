"""The same over HTTP, for those whose network lets no socket through."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.live.clients import open_stream
from tests.live.conftest import Centre


def said(frames: list[Any]) -> list[Any]:
    """Without what comes when its time has come: presence, pings, and what the worker tells people meanwhile."""
    return [
        frame
        for frame in frames
        if frame["type"] not in ("presence", "ping") and frame.get("kind") != "notification.created"
    ]


async def test_a_stream_says_what_the_socket_says(centre: Centre) -> None:
    article = centre.new_article()
    hidden = centre.new_article(category="social-care")
    since = centre.clara.api("GET", "me")["cursor"]
    centre.publish(article, "Missed.")
    watch = f"watch={article},{hidden}"
    async with (
        open_stream(centre.clara, f"?since={since}&{watch}") as stream,
        centre.clara.socket(since, watch=[article, hidden]) as socket,
    ):
        await stream.until(type="gone")
        await socket.until(type="gone")
        await asyncio.to_thread(centre.publish, article, "Live.")
        await stream.until(kind="article.published")
        await socket.until(kind="article.published")
    assert [one.frames[0]["type"] for one in (stream, socket)] == ["hello", "hello"]
    streamed, heard = said(stream.frames[1:]), said(socket.frames[1:])
    assert streamed == heard
    assert "Live." in streamed[-1]["data"]["html"]


async def test_every_event_of_a_stream_has_its_seq_as_id_and_the_last_one_resumes(centre: Centre) -> None:
    article = centre.new_article()
    async with open_stream(centre.clara) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        await stream.next()
        await asyncio.to_thread(centre.publish, article, "One.")
        seq = (await stream.until(kind="article.published"))["seq"]
        assert stream.blocks[-1][0] == f"id: {seq}"
    await asyncio.to_thread(centre.publish, article, "Two.")
    async with open_stream(centre.clara, "?since=1", headers={"Last-Event-ID": str(seq)}) as again:
        await again.next()
        assert (await again.next())["seq"] > seq, "what was seen already does not come again"


async def test_a_stream_ends_when_its_session_ends_and_does_not_open_again(centre: Centre) -> None:
    async with open_stream(centre.clara) as stream:
        await stream.next()
        await asyncio.to_thread(centre.clara.sign_out)
        assert await stream.ended()
    async with open_stream(centre.clara) as again:
        assert again.status == 401


async def test_pages_are_answered_while_many_streams_are_open(centre: Centre) -> None:
    streams = [open_stream(centre.clara) for _ in range(30)]
    opened = [await one.__aenter__() for one in streams]
    for stream in opened:
        assert (await stream.next())["type"] == "hello"
    assert (await asyncio.to_thread(centre.clara.request, "GET", "/healthz")).status == 200
    for one in streams:
        await one.__aexit__(None, None, None)
