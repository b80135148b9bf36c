"""`manage.py worker` beside `manage.py serve --no-worker`: what the one does, the pages of the other show."""

from __future__ import annotations

import asyncio
import time

from tests.live.conftest import Centre
from tests.services.site import Site, prepared_site


async def test_what_a_worker_of_its_own_tells_people_reaches_the_pages_that_are_open(demo_centre: Site) -> None:
    with prepared_site(like=demo_centre) as site:
        site.start("serve", "--no-worker")
        site.start("worker", web=False)
        centre = Centre.of(site)
        me = centre.clara.api("GET", "me")
        async with centre.clara.socket() as page:
            await page.hello()
            article = await asyncio.to_thread(centre.new_article, "A zeppelin, says @clara.", title="Zeppelins")
            await asyncio.to_thread(
                centre.admin.api, "POST", f"articles/{article}/comments", {"body": "Is it so, @clara?"}
            )
            told = await page.until(kind="notification.created", seconds=30)
            assert told["seq"] > me["cursor"]
        deadline = time.monotonic() + 20
        while article not in [hit["id"] for hit in centre.clara.api("GET", "search?q=zeppelin")["hits"]]:
            assert time.monotonic() < deadline, "the worker does not index"
            await asyncio.sleep(0.2)
