"""Several web processes, with Redis between them, without it, and with a Redis that is dead."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.live.clients import Socket, Visitor
from tests.live.conftest import Centre
from tests.services.install import redis_binary
from tests.services.ports import free_port, wait_until_listens
from tests.services.site import Site, running_site

AT_MOST = 2.0


@pytest.fixture(scope="module")
def two_processes(demo_centre: Site, redis_url: str) -> Iterator[Site]:
    """Two web processes beside each other."""
    with running_site(like=demo_centre, environment={"REDIS_URL": redis_url}, processes=2) as site:
        yield site


async def test_what_one_process_records_is_seen_in_the_pages_of_another(two_processes: Site) -> None:
    centre = Centre.of(two_processes)
    other = Visitor(two_processes.processes[1].url, cookies=centre.clara.cookies)
    article = centre.new_article()
    async with other.socket(watch=[article]) as page:
        await page.hello()
        delays = []
        for number in range(5):
            await centre.admin.call("PUT", f"articles/{article}/draft", {"markdown": f"Text {number}."})
            await centre.admin.call("POST", f"articles/{article}/publish", {})
            committed = time.monotonic()
            assert f"Text {number}." in (await page.until(kind="article.published"))["data"]["html"]
            delays.append(time.monotonic() - committed)
    assert min(delays) < 0.3, f"a nudge is faster than the tick: {delays}"


async def test_readers_in_two_processes_see_each_other_and_a_dead_process_is_forgotten(two_processes: Site) -> None:
    centre = Centre.of(two_processes)
    article = centre.new_article()
    other = Visitor(two_processes.processes[1].url, cookies=centre.carl.cookies)
    async with centre.clara.socket(watch=[article]) as here, other.socket(watch=[article]) as there:
        both = {"Clara Nyström", "Carl Lindqvist"}
        for page in (here, there):
            while set((await page.until(type="presence", article=article))["reading"]) != both:
                pass
    two_processes.processes[1].kill()
    async with centre.clara.socket(watch=[article]) as here:
        while (await here.until(type="presence", article=article, seconds=60))["reading"] != ["Clara Nyström"]:
            pass
    two_processes.processes[1].start()


async def test_a_role_lost_in_one_process_closes_what_is_open_in_another(two_processes: Site) -> None:
    centre = Centre.of(two_processes)
    article = centre.new_article()
    other = Visitor(two_processes.processes[1].url, cookies=centre.clara.cookies)
    async with other.socket(watch=[article]) as page:
        await page.hello()
        started = time.monotonic()
        await centre.admin.call("PATCH", f"articles/{article}", {"roles": ["social-care"]})
        assert (await page.until(type="gone"))["articles"] == [article]
        assert time.monotonic() - started < AT_MOST


async def test_only_one_process_of_a_machine_writes_the_index_and_both_find(two_processes: Site) -> None:
    centre = Centre.of(two_processes)
    article = centre.new_article("Zymurgy is taught on Thursdays.", title="Evening classes")
    other = Visitor(two_processes.processes[1].url, cookies=centre.clara.cookies)
    deadline = time.monotonic() + 20
    for visitor in (centre.clara, other):
        while article not in [hit["id"] for hit in visitor.api("GET", "search?q=zymurgy")["hits"]]:
            assert time.monotonic() < deadline, "not found"
            await asyncio.sleep(0.2)


async def test_a_dead_channel_layer_does_not_fail_the_request(demo_centre: Site) -> None:
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    with running_site(like=demo_centre, environment={"REDIS_URL": nobody}, processes=2) as site:
        centre = Centre.of(site)
        article = centre.new_article()
        other = Visitor(site.processes[1].url, cookies=centre.clara.cookies)
        async with other.socket(watch=[article]) as page:
            await page.hello()
            started = time.monotonic()
            await asyncio.to_thread(centre.publish, article, "Without Redis.")
            assert "Without Redis." in (await page.until(kind="article.published"))["data"]["html"]
            assert time.monotonic() - started < AT_MOST + 1, "the tick delivers"


@pytest.mark.skipif(redis_binary() is None, reason="Redis is not installed")
async def test_a_redis_that_dies_and_comes_back_is_used_again(demo_centre: Site) -> None:
    port = free_port()
    address = f"redis://127.0.0.1:{port}/0"
    with running_site(like=demo_centre, environment={"REDIS_URL": address}, processes=2) as site:
        centre = Centre.of(site)
        article = centre.new_article()
        other = Visitor(site.processes[1].url, cookies=centre.clara.cookies)
        async with other.socket(watch=[article]) as page:
            await page.hello()
            for number in range(2):
                with redis_on(port):
                    deadline = time.monotonic() + 60
                    while max([await delay_of_publishing(centre, article, page) for _ in range(5)]) > 0.3:
                        assert time.monotonic() < deadline, "nudges do not come through any more"
                await asyncio.to_thread(centre.publish, article, f"Redis is dead, {number}.")
                await page.until(kind="article.published")


async def delay_of_publishing(centre: Centre, article: int, page: Socket) -> float:
    """Seconds from the answer of a publication until an open page has it; negative when the page was first."""
    await centre.admin.call("POST", f"articles/{article}/publish", {})
    answered = time.monotonic()
    await page.until(kind="article.published")
    return time.monotonic() - answered


@contextmanager
def redis_on(port: int) -> Iterator[None]:
    """A Redis on a port that was chosen before."""
    command = [str(redis_binary()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as process:
        try:
            assert wait_until_listens(port, seconds=20)
            yield
        finally:
            process.kill()
