"""Who else is reading: names, to those who read the same, and to nobody else."""

from __future__ import annotations

import asyncio

from tests.live.clients import Socket
from tests.live.conftest import Centre


async def reading(page: Socket, article: int, names: set[str]) -> None:
    """Wait until the page was told these readers."""
    while set((await page.until(type="presence", article=article))["reading"]) != names:
        pass


async def test_readers_of_an_article_see_who_comes_and_goes(centre: Centre) -> None:
    article = centre.new_article()
    async with centre.clara.socket(watch=[article]) as clara:
        await reading(clara, article, {"Clara Nyström"})
        async with centre.carl.socket() as carl:
            await carl.watch(article)
            await reading(clara, article, {"Clara Nyström", "Carl Lindqvist"})
            await reading(carl, article, {"Clara Nyström", "Carl Lindqvist"})
        await reading(clara, article, {"Clara Nyström"})


async def test_a_person_with_two_tabs_is_one_reader(centre: Centre) -> None:
    article = centre.new_article()
    async with centre.clara.socket(watch=[article]) as one, centre.clara.socket(watch=[article]) as other:
        assert (await one.until(type="presence"))["reading"] == ["Clara Nyström"]
        assert (await other.until(type="presence"))["reading"] == ["Clara Nyström"]


async def test_who_may_not_see_an_article_neither_is_named_nor_told(centre: Centre) -> None:
    article = centre.new_article(category="social-care")
    async with centre.admin.socket(watch=[article]) as admin, centre.clara.socket(watch=[article]) as clara:
        assert (await admin.until(type="presence"))["reading"] == ["Agneta Wallin"]
        await asyncio.sleep(1.5)
        await clara.quiet(0.5)
        assert [frame for frame in clara.frames if frame["type"] == "presence"] == []
        assert all(f["reading"] == ["Agneta Wallin"] for f in admin.frames if f["type"] == "presence")


async def test_who_loses_the_article_is_no_longer_named(centre: Centre) -> None:
    article = centre.new_article()
    async with centre.admin.socket(watch=[article]) as admin, centre.clara.socket(watch=[article]) as clara:
        await reading(admin, article, {"Agneta Wallin", "Clara Nyström"})
        await centre.admin.call("PATCH", f"articles/{article}", {"roles": ["social-care"]})
        await clara.until(type="gone")
        await reading(admin, article, {"Agneta Wallin"})


async def test_coming_and_going_is_told_at_most_once_a_second(centre: Centre) -> None:
    article = centre.new_article()
    async with centre.clara.socket(watch=[article]) as page:
        await reading(page, article, {"Clara Nyström"})
        told = len(page.frames)
        for _ in range(10):
            async with centre.carl.socket(watch=[article]) as carl:
                await carl.hello()
            await asyncio.sleep(0.1)
        started = asyncio.get_running_loop().time()
        await page.quiet(1.5)
        presence = [frame for frame in page.frames[told:] if frame["type"] == "presence"]
        passed = asyncio.get_running_loop().time() - started + 10 * 0.1
        assert len(presence) <= passed * 2 + 2
