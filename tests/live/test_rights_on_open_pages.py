"""A change of rights reaches every open page within two seconds: what is not for a reader any more stops and goes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from tests.live.clients import Visitor
from tests.live.conftest import Centre

AT_MOST = 2.0


@pytest.fixture(autouse=True)
def _roles_as_before(centre: Centre) -> Iterator[None]:
    yield
    centre.set_roles("clara", ["csr", "permits", "waste"])


async def test_whoever_loses_a_role_loses_the_open_article_and_hears_no_more_of_it(centre: Centre) -> None:
    article = centre.new_article(category="waste-team")
    async with centre.clara.socket(watch=[article]) as page:
        await page.hello()
        started = time.monotonic()
        await asyncio.to_thread(centre.set_roles, "clara", ["csr"])
        assert (await page.until(type="gone"))["articles"] == [article]
        assert time.monotonic() - started < AT_MOST
        assert (await page.until(kind="user.access_changed"))["data"] == {}
        await asyncio.to_thread(centre.publish, article, "Not for Clara any more.")
        assert [frame for frame in await page.quiet(1.5) if frame.get("article") == article] == []


async def test_a_restricted_article_goes_from_open_pages_at_once(centre: Centre) -> None:
    article = centre.new_article()
    async with centre.clara.socket(watch=[article]) as reading, centre.carl.socket() as listing:
        await reading.hello()
        await listing.hello()
        started = time.monotonic()
        await centre.admin.call("PATCH", f"articles/{article}", {"roles": ["social-care"]})
        assert await reading.until(type="gone") == {"type": "gone", "articles": [article]}
        # Carl had it in his lists only; he saw it before, so he is told to take it off, and no more.
        assert await listing.until(type="gone") == {"type": "gone", "articles": [article]}
        assert time.monotonic() - started < AT_MOST
        await asyncio.to_thread(centre.publish, article, "A secret.")
        assert await reading.quiet(1.0) == []
        assert await listing.quiet(0.1) == []
    assert not [event for event in reading.events + listing.events if event["kind"] == "article.audience_changed"]


async def test_a_moved_article_goes_from_the_pages_of_those_who_do_not_see_where_it_went(centre: Centre) -> None:
    article = centre.new_article()
    async with centre.clara.socket(watch=[article]) as page:
        await page.hello()
        await centre.admin.call("PATCH", f"articles/{article}", {"category": "social-care"})
        assert (await page.until(type="gone"))["articles"] == [article]
        assert await page.quiet(0.5) == []


async def test_who_never_saw_it_hears_nothing_when_it_moves(centre: Centre) -> None:
    article = centre.new_article(category="social-care")
    async with centre.clara.socket() as page:
        await page.hello()
        await centre.admin.call("PATCH", f"articles/{article}", {"roles": ["social-care", "manager"]})
        await centre.admin.call("PATCH", f"articles/{article}", {"title": "Another name"})
        assert await page.quiet(1.5) == []


async def test_a_category_closed_to_a_reader_goes_with_all_that_is_in_it(centre: Centre) -> None:
    category = centre.admin.api(
        "POST", "categories", {"name": "To be closed", "slug": "to-be-closed", "parent": "parking"}
    )
    article = centre.new_article(category=category["slug"])
    async with centre.clara.socket(watch=[article]) as page, centre.carl.socket() as listing:
        await page.hello()
        await listing.hello()
        await centre.admin.call("PATCH", f"categories/{category['id']}", {"roles": ["social-care"]})
        assert (await page.until(type="gone"))["articles"] == [article]
        assert (await listing.until(type="reload")) == {"type": "reload"}, "his tree shows it still"
        assert not [event for event in page.events if event["kind"] == "category.changed"]


async def test_a_passage_that_is_no_longer_for_a_reader_is_not_in_what_comes(centre: Centre) -> None:
    text = "For all.\n\n::: roles waste\nOnly for the waste team.\n:::\n"
    article = centre.new_article(text)
    async with centre.clara.socket(watch=[article]) as page:
        await page.hello()
        await asyncio.to_thread(centre.publish, article, text + "\nSecond.")
        assert "waste team" in (await page.until(kind="article.published"))["data"]["html"]
        await asyncio.to_thread(centre.set_roles, "clara", ["csr"])
        await page.until(kind="user.access_changed")  # on which the page is fetched anew
        await asyncio.to_thread(centre.publish, article, text + "\nThird.")
        html = (await page.until(kind="article.published"))["data"]["html"]
    assert "Third." in html
    assert "waste team" not in html


async def test_absent_and_forbidden_articles_look_the_same(centre: Centre) -> None:
    hidden = centre.new_article(category="social-care")
    draft = centre.new_article(publish=False)
    seen = centre.new_article()
    async with centre.clara.socket() as page:
        await page.hello()
        await page.watch(seen, hidden, draft, 999_999_999)
        assert await page.until(type="gone") == {"type": "gone", "articles": sorted([hidden, draft, 999_999_999])}


async def test_nobody_hears_of_the_rights_of_others(centre: Centre) -> None:
    async with centre.carl.socket() as page:
        await page.hello()
        await asyncio.to_thread(centre.set_roles, "clara", ["csr"])
        assert await page.quiet(1.5) == []


async def test_signing_out_closes_the_sockets_of_that_session_and_no_others(centre: Centre) -> None:
    other_browser = Visitor(centre.site.url).sign_in("clara")
    async with centre.clara.socket() as tab, centre.clara.socket() as other_tab, other_browser.socket() as elsewhere:
        for page in (tab, other_tab, elsewhere):
            await page.hello()
        started = time.monotonic()
        await asyncio.to_thread(centre.clara.sign_out)
        assert await tab.closed() == 4401
        assert await other_tab.closed() == 4401
        assert time.monotonic() - started < AT_MOST
        frames = await elsewhere.quiet(1.0)
        assert [frame["kind"] for frame in frames] == ["user.access_changed"]
        assert "session" not in frames[0]["data"]


async def test_a_deactivated_account_is_signed_out_everywhere(centre: Centre) -> None:
    centre.site.manage("createuser", "passing", "--role", "csr")
    token = centre.site.manage("create_api_token", "passing").splitlines()[-1]
    program = Visitor(centre.site.url, token=token)
    async with program.socket() as page:
        await page.hello()
        await asyncio.to_thread(
            centre.site.manage,
            "shell",
            "-c",
            "from articles.actions.people import set_active; from articles.models import User;"
            "set_active(None, User.objects.get(username='passing').pk, False)",
        )
        assert await page.closed() == 4401
    async with program.socket() as again:
        assert await again.closed() == 4401
