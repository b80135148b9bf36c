"""One draft in several web processes: through the log and Redis, without Redis, and when a process is killed or ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from tests.drafts.clients import editing
from tests.live.clients import Visitor
from tests.live.conftest import Centre
from tests.services.ports import free_port
from tests.services.site import Site, running_site


@pytest.fixture(scope="module")
def pair(demo_centre: Site, redis_url: str) -> Iterator[Site]:
    """Two web processes beside each other."""
    with running_site(like=demo_centre, environment={"REDIS_URL": redis_url}, processes=2) as site:
        yield site
        print(site.logs())


def beside(site: Site, who: Visitor) -> Visitor:
    """The same person at the other process."""
    return Visitor(site.processes[1].url, cookies=who.cookies)


async def test_editors_in_two_processes_write_together_and_see_each_other(pair: Site) -> None:
    centre = await asyncio.to_thread(Centre.of, pair)
    article = await asyncio.to_thread(centre.new_article, "Fee")
    async with editing(centre.erik, article) as here, editing(beside(pair, centre.admin), article) as there:
        await here.show(cursor=1)
        await there.show(cursor=2)
        await here.until(lambda: there.doc.client_id in here.states)
        await there.until(lambda: here.doc.client_id in there.states)
        delays = []
        for number in range(10):
            began = time.monotonic()
            await here.type(f" {number}")
            await there.until(lambda: there.text == here.text)
            delays.append(time.monotonic() - began)
            await there.type(".")
            await here.until(lambda: there.text == here.text)
        assert min(delays) < 0.5, f"the layer is faster than the poll: {delays}"
        here.raw.transport.abort()
        await there.until(lambda: here.doc.client_id not in there.states)
        await centre.admin.call("PUT", f"articles/{article}/draft", {"markdown": "From a form"})
        await there.until(lambda: there.text == "From a form")


async def test_the_page_in_one_process_names_who_writes_in_the_other(pair: Site) -> None:
    centre = await asyncio.to_thread(Centre.of, pair)
    article = await asyncio.to_thread(centre.new_article, "Fee")
    name = (await centre.erik.call("GET", "me"))["name"]
    async with centre.clara.socket(watch=[article]) as page:
        async with editing(beside(pair, centre.erik), article):
            while (await page.until(type="presence", article=article))["editing"] != [name]:
                pass
        while (await page.until(type="presence", article=article))["editing"]:
            pass


async def test_what_was_acknowledged_survives_kill_9_and_the_editor_goes_on_beside(pair: Site) -> None:
    centre = await asyncio.to_thread(Centre.of, pair)
    article = await asyncio.to_thread(centre.new_article, "Fee")
    async with editing(beside(pair, centre.erik), article) as erik:
        for number in range(20):
            await erik.type(f" {number}")
        await erik.until(lambda: erik.stored >= 5)
        safe = erik.stored
        await asyncio.to_thread(pair.processes[1].kill)
        async with editing(centre.admin, article) as reader:
            assert reader.text.startswith("Fee" + "".join(f" {number}" for number in range(safe)))
            async with editing(centre.erik, article, doc=erik.doc) as again:
                await again.all_stored()
                await reader.until(lambda: reader.text == erik.text)
    await asyncio.to_thread(pair.processes[1].start)


async def test_a_server_that_stops_stores_what_it_got_and_asks_to_come_back(pair: Site) -> None:
    centre = await asyncio.to_thread(Centre.of, pair)
    article = await asyncio.to_thread(centre.new_article, "Fee")
    async with editing(beside(pair, centre.erik), article) as erik:
        for number in range(50):
            await erik.type(f" {number}")
        await erik.until(lambda: erik.stored > 0)
        stopping = asyncio.create_task(asyncio.to_thread(pair.processes[1].stop))
        assert await erik.closed() == 1013
        safe = erik.stored
        assert await stopping == 0
    async with editing(centre.admin, article) as reader:
        assert reader.text.startswith("Fee" + "".join(f" {number}" for number in range(safe)))
    await asyncio.to_thread(pair.processes[1].start)


async def test_without_redis_two_processes_still_come_together(demo_centre: Site) -> None:
    """A Redis that is dead, as nothing listens there: the log is polled every second."""
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    with running_site(like=demo_centre, environment={"REDIS_URL": nowhere}, processes=2) as site:
        centre = await asyncio.to_thread(Centre.of, site)
        article = await asyncio.to_thread(centre.new_article, "Fee")
        async with editing(centre.erik, article) as here, editing(beside(site, centre.admin), article) as there:
            began = time.monotonic()
            await here.type(" 745")
            await there.until(lambda: there.text == "Fee 745")
            await there.type(" kr")
            await here.until(lambda: here.text == "Fee 745 kr")
            assert time.monotonic() - began < 8
