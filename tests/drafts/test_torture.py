"""A short torture; `python -m tests.bench torture` is the long one."""

from __future__ import annotations

from tests.drafts.torture import torture
from tests.live.clients import Visitor
from tests.live.conftest import Centre
from tests.services.site import Site, running_site

SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.drafts.lossy_layer"}


async def test_nothing_is_lost_while_servers_are_killed_and_half_of_the_relay_is_dropped(
    demo_centre: Site, redis_url: str
) -> None:
    with running_site(like=demo_centre, environment={"REDIS_URL": redis_url, **SETTINGS}, processes=2) as site:
        centre = Centre.of(site)
        article = centre.new_article("Together.")
        urls = [process.url for process in site.processes]
        people = [
            [Visitor(url, cookies=who.cookies) for url in urls]
            for who in (centre.erik, centre.admin, centre.erik, centre.admin, centre.erik)
        ]
        report = await torture(site, people, article, seconds=20, kill_every=7)
        print(site.logs())
    assert report.typed > 200
    assert report.safe > report.typed / 3
    assert report.kills >= 1
