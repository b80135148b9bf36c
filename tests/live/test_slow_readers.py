"""Who does not read what comes is let go before the process drowns in it; all others notice nothing."""

from __future__ import annotations

import asyncio
import contextlib

from websockets.exceptions import ConnectionClosed

from tests.live.clients import open_stream
from tests.live.conftest import Centre

# Of 200 kB each, 16 MB together: the systems of both ends hold 4 to 5 of them, and the process at most 4 more.
VERSIONS = 80


async def test_a_reader_who_stops_reading_is_closed_with_1013_and_the_others_are_not(centre: Centre) -> None:
    article = centre.new_article()
    async with (
        centre.clara.socket(watch=[article], small=True) as stalled,
        centre.carl.socket(watch=[article], max_size=None) as reader,
    ):
        await stalled.hello()
        await reader.hello()
        publishing = asyncio.create_task(asyncio.to_thread(publish_often, centre, article))
        numbers: list[int] = []
        while len(numbers) < VERSIONS:
            frame = await reader.until(kind="article.published", seconds=30)
            numbers.append(frame["data"]["version"])
            assert len(frame["data"]["html"]) > 199_000
        await publishing
        assert numbers == list(range(2, VERSIONS + 2)), "nothing is lost for who reads"
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            while True:
                await stalled.next(5)
        # 1013 where it begins to read again in time; when it stays silent the connection just breaks.
        assert stalled.raw.close_code in (1013, 1006)
        # Of texts, that is: between them come short frames, as many as there were moments to tell.
        texts = [one for one in stalled.events if one["kind"] == "article.published"]
        assert len(texts) < VERSIONS * 2 // 3, "what nobody reads is not kept"
    since = stalled.events[-1]["seq"] if stalled.events else 0
    async with centre.clara.socket(since, max_size=None, watch=[article]) as again:
        await again.hello()
        newest = 0
        while newest < VERSIONS + 1:  # and it catches up when it comes back
            newest = (await again.until(kind="article.published", seconds=30))["data"]["version"]


async def test_a_slow_reader_reads_why(centre: Centre) -> None:
    article = centre.new_article()
    async with centre.clara.socket(watch=[article], small=True) as slow:
        await slow.hello()
        await asyncio.to_thread(publish_often, centre, article)
        assert await slow.closed(30) == 1013


async def test_a_stream_that_is_not_read_ends_too(centre: Centre) -> None:
    article = centre.new_article()
    async with open_stream(centre.clara, f"?watch={article}", small=True) as stalled:
        await stalled.next()
        await asyncio.to_thread(publish_often, centre, article)
        assert await stalled.ended()
        assert len(stalled.events) < VERSIONS


def publish_often(centre: Centre, article: int) -> None:
    """Many versions of a long article, made in the centre itself: 16 MB for whoever has it open."""
    centre.site.manage(
        "shell",
        "-c",
        f"""
from articles import documents
from articles.actions.draft import replace_draft
from articles.actions.publishing import publish_article
from articles.models import User
admin = User.objects.get(username="admin")
replace_draft(admin, {article}, documents.from_markdown("n" * 200_000).document)
for _ in range({VERSIONS}):
    publish_article(admin, {article})
""",
    )
