"""Who may open a socket or a stream, and what happens to those who send nonsense."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from tests.live.clients import Visitor
from tests.live.conftest import Centre


async def test_who_is_not_signed_in_is_told_so(centre: Centre) -> None:
    async with Visitor(centre.site.url).socket() as page:
        assert await page.closed() == 4401
    assert page.frames == []


async def test_an_unknown_token_opens_nothing_even_beside_a_session(centre: Centre) -> None:
    headers = {"Authorization": "Bearer " + "x" * 43}
    async with centre.clara.socket(additional_headers=headers) as page:
        assert await page.closed() == 4401


async def test_a_program_with_a_token_hears_what_its_person_may_know(centre: Centre) -> None:
    token = centre.site.manage("create_api_token", "clara").splitlines()[-1]
    async with Visitor(centre.site.url, token=token).socket() as page:
        await page.hello()
        article = await asyncio.to_thread(centre.new_article)
        assert (await page.until(kind="article.published"))["article"] == article


@pytest.mark.parametrize(
    "origin",
    ["https://{host}", "http://127.0.0.1:1", "http://evil.example", "null", "http://localhost:{port}"],
)
async def test_pages_from_elsewhere_open_no_socket(centre: Centre, origin: str) -> None:
    address = urlsplit(centre.site.url)
    with pytest.raises(InvalidStatus) as refused:
        async with centre.clara.socket(origin=origin.format(host=address.netloc, port=address.port)):
            pass
    assert refused.value.response.status_code == 403


async def test_our_own_pages_open_sockets(centre: Centre) -> None:
    async with centre.clara.socket(origin=centre.site.url) as page:
        await page.hello()


async def test_a_host_that_is_not_ours_opens_no_socket(centre: Centre) -> None:
    with pytest.raises(InvalidStatus):
        async with centre.clara.socket(additional_headers={"Host": "evil.example"}, origin="http://evil.example"):
            pass


async def test_there_is_no_socket_at_other_addresses(centre: Centre) -> None:
    from websockets.asyncio.client import connect

    with pytest.raises(InvalidStatus):
        await connect(centre.site.url.replace("http", "ws") + "/ws/other/", additional_headers=centre.clara.headers())


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        "null",
        '{"type": "unknown"}',
        '{"type": "watch"}',
        '{"type": "watch", "articles": "1"}',
        '{"type": "watch", "articles": [true]}',
        '{"type": "watch", "articles": [-1]}',
        '{"type": "watch", "articles": [1e3]}',
        '{"type": "watch", "articles": [99999999999999999999]}',
        json.dumps({"type": "watch", "articles": list(range(1, 102))}),
        json.dumps({"type": "watch", "articles": [], "more": "x" * 5_000}),
        "[" * 4_000,
        b"binary",
    ],
)
async def test_a_malformed_frame_closes_that_socket_and_reaches_nobody(centre: Centre, frame: str | bytes) -> None:
    async with centre.clara.socket() as rude, centre.clara.socket() as polite:
        await rude.hello()
        await polite.hello()
        await rude.raw.send(frame)
        assert await rude.closed() == 4400
        assert await polite.quiet(0.2) == []


async def test_too_many_frames_close_the_socket(centre: Centre) -> None:
    async with centre.clara.socket() as page:
        await page.hello()
        for _ in range(60):
            await page.watch()
        assert await page.closed() == 4400


async def test_a_page_may_change_what_it_shows_now_and_then(centre: Centre) -> None:
    article = centre.new_article()
    async with centre.clara.socket() as page:
        await page.hello()
        for _ in range(20):
            await page.watch(article)
        await asyncio.to_thread(centre.publish, article, "Changed.")
        assert "html" in (await page.until(kind="article.published"))["data"]


@pytest.mark.parametrize("query", ["since=x", "since=-1", "since=99999999999999999999", "watch=a", "watch=0"])
async def test_an_address_that_makes_no_sense_is_refused(centre: Centre, query: str) -> None:
    async with centre.clara.socket(query=query) as page:
        assert await page.closed() == 4400
    answer = await asyncio.to_thread(centre.clara.try_api, "GET", f"events/stream?{query}")
    assert answer.status == 422


def test_a_stream_wants_a_sign_in_too(centre: Centre) -> None:
    answer = Visitor(centre.site.url).try_api("GET", "events/stream")
    assert (answer.status, answer.json()["error"]["code"]) == (401, "not_signed_in")


def test_a_stream_is_only_read(centre: Centre) -> None:
    assert centre.clara.try_api("POST", "events/stream").status == 405
