"""The hub itself, in the process of the test: what the clock finds out by itself, and what a nudge is worth."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.sessions.models import Session
from django.db import OperationalError, connections, transaction
from django.test import Client
from django.utils import timezone

from articles import events
from articles.actions import people
from articles.actions.article import update_article
from articles.actions.publishing import publish_article
from articles.models import ApiToken, Article, Event, EventCounter, User
from kbcentre.asgi import application
from notifications.hub import Hub, get_hub

pytestmark = pytest.mark.django_db(transaction=True)


class Page:
    """A socket into the application of this process."""

    def __init__(self, headers: list[tuple[bytes, bytes]], query: str = "") -> None:
        hosts = [(b"host", b"localhost"), *headers]
        self.raw = WebsocketCommunicator(application, f"/ws/events/{query}", headers=hosts)

    async def __aenter__(self) -> Page:
        assert (await self.raw.connect(timeout=10))[0]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.raw.disconnect()

    async def next(self, kind: str = "", seconds: float = 10) -> dict[str, Any]:
        """The next frame that is neither presence nor a ping; of a kind of event, if given."""
        while True:
            frame: dict[str, Any] = json.loads(await self.raw.receive_from(seconds))
            if frame["type"] not in ("presence", "ping") and kind in ("", frame.get("kind")):
                return frame

    async def quiet(self, seconds: float) -> list[dict[str, Any]]:
        """What comes within a while. (Not by a timeout on `next`: that would cancel the application.)"""
        frames = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not await self.raw.receive_nothing(0.05):
                frame = json.loads(await self.raw.receive_from())
                frames += [frame] if frame["type"] not in ("presence", "ping") else []
        return frames

    async def closed(self) -> int:
        """Wait for the end; gives the close code."""
        while (message := await self.raw.receive_output(10))["type"] != "websocket.close":
            pass
        code: int = message["code"]
        return code


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """The hub of this test's event loop; its threads let go of the database at the end."""
    hub = get_hub()
    yield hub
    await hub.stop()
    await sync_to_async(connections.close_all)()


@pytest.fixture
def browser_of(signed_in: Callable[[User], Client]) -> Callable[[User], list[tuple[bytes, bytes]]]:
    """The headers with which a signed-in browser of a person comes."""

    def headers(user: User) -> list[tuple[bytes, bytes]]:
        return [(b"cookie", f"sessionid={signed_in(user).cookies['sessionid'].value}".encode())]

    return headers


@pytest.fixture
def program_of() -> Callable[[User], list[tuple[bytes, bytes]]]:
    """The headers with which a program of a person comes."""

    def headers(user: User) -> list[tuple[bytes, bytes]]:
        return [(b"authorization", f"Bearer {people.create_api_token(user)}".encode())]

    return headers


Headers = Callable[[User], list[tuple[bytes, bytes]]]


async def test_a_lost_nudge_costs_a_tick(
    hub: Hub, article: Article, alice: User, bob: User, browser_of: Headers
) -> None:
    headers = await sync_to_async(browser_of)(bob)
    async with Page(headers) as page:
        await page.next()
        hub._forget_nudges()  # type: ignore[misc]  # nothing tells the hub any more
        await sync_to_async(update_article)(alice, article.pk, title="Told by the clock")
        assert (await page.next("article.updated", seconds=2))["data"]["title"] == "Told by the clock"
        hub._forget_nudges = None


async def test_while_the_log_cannot_be_read_no_page_is_told_that_all_is_well(
    hub: Hub, article: Article, alice: User, bob: User, browser_of: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.hub.PING_SECONDS", 1)
    monkeypatch.setattr("notifications.hub.DOUBT_SECONDS", 0.9)
    monkeypatch.setattr("notifications.hub.LOST_SECONDS", 2.5)

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("the database is away")

    async with Page(await sync_to_async(browser_of)(bob)) as page:
        await page.next()
        assert json.loads(await page.raw.receive_from(5))["type"] in ("ping", "presence")
        monkeypatch.setattr("notifications.log.read", fail)
        failing = time.monotonic()
        pinged = []
        while (message := await page.raw.receive_output(10))["type"] != "websocket.close":
            if json.loads(message["text"])["type"] == "ping":
                pinged.append(time.monotonic() - failing)
        assert message["code"] == 1013
        assert all(seconds < 2.5 for seconds in pinged), "it was told that all is well, and nobody knew"


async def test_what_was_rolled_back_is_told_to_nobody(
    hub: Hub, article: Article, alice: User, bob: User, browser_of: Headers
) -> None:
    headers = await sync_to_async(browser_of)(bob)
    nudges: list[None] = []
    forget = events.on_nudge(lambda: nudges.append(None))

    def publish_and_fail() -> None:
        with transaction.atomic():
            publish_article(alice, article.pk, note="never")
            transaction.set_rollback(True)

    async with Page(headers) as page:
        await page.next()
        await sync_to_async(publish_and_fail)()
        assert await page.quiet(1.5) == []
        assert nudges == []
    forget()


async def test_a_session_that_ran_out_is_signed_out(hub: Hub, article: Article, bob: User, browser_of: Headers) -> None:
    headers = await sync_to_async(browser_of)(bob)
    async with Page(headers) as page:
        await page.next()
        await hub.sweep()
        await sync_to_async(Session.objects.update)(expire_date=timezone.now())
        await hub.sweep()
        assert await page.closed() == 4401


async def test_a_new_password_signs_out_the_other_browsers(
    hub: Hub, article: Article, bob: User, browser_of: Headers
) -> None:
    headers = await sync_to_async(browser_of)(bob)
    async with Page(headers) as page:
        await page.next()
        bob.set_password("another correct horse")
        await sync_to_async(bob.save)()
        await hub.sweep()
        assert await page.closed() == 4401


async def first_token() -> int:
    """The number of the oldest token."""
    return int(await ApiToken.objects.order_by("pk").values_list("pk", flat=True)[:1].aget())


async def test_a_deleted_token_signs_out_its_program_and_no_other(
    hub: Hub, article: Article, bob: User, program_of: Headers
) -> None:
    first, second = await sync_to_async(program_of)(bob), await sync_to_async(program_of)(bob)
    async with Page(first) as page, Page(second) as other:
        await page.next()
        await other.next()
        await sync_to_async(ApiToken.objects.filter(pk=await first_token()).delete)()
        await hub.sweep()
        assert await page.closed() == 4401
        assert await other.quiet(0.2) == []


async def test_rights_that_were_changed_past_the_log_are_found(
    hub: Hub, article: Article, bob: User, browser_of: Headers
) -> None:
    headers = await sync_to_async(browser_of)(bob)
    async with Page(headers, f"?watch={article.pk}") as page:
        await page.next()
        await sync_to_async(bob.groups.clear)()
        await hub.sweep()
        assert await page.next() == {"type": "gone", "articles": [article.pk]}
        assert await page.next() == {"type": "reload"}


async def test_a_database_that_was_put_back_makes_every_page_reload(
    hub: Hub, article: Article, alice: User, bob: User, browser_of: Headers
) -> None:
    headers = await sync_to_async(browser_of)(bob)
    async with Page(headers) as page:
        before = (await page.next())["cursor"]

        def put_back() -> None:
            Event.objects.filter(seq__gt=before - 1).delete()
            EventCounter.objects.update(seq=before - 1)

        await sync_to_async(put_back)()
        await hub.sweep()
        assert await page.next() == {"type": "reload"}
        await sync_to_async(update_article)(alice, article.pk, title="After the restore")
        assert (await page.next())["seq"] == before


async def test_who_connects_while_rights_are_taken_gets_nothing_that_is_not_theirs_any_more(
    hub: Hub, article: Article, alice: User, bob: User, browser_of: Headers
) -> None:
    headers = await sync_to_async(browser_of)(bob)
    await hub.start()
    for _ in range(10):
        await sync_to_async(people.set_user_roles)(None, bob.pk, ["csr", "readers"])
        taking = asyncio.create_task(sync_to_async(people.set_user_roles)(None, bob.pk, ["csr"]))
        async with Page(headers, f"?watch={article.pk}") as page:
            await taking
            await page.next()
            await sync_to_async(update_article)(alice, article.pk, title="Not for Bob")
            frames = await page.quiet(0.5)
        assert not [frame for frame in frames if frame.get("kind") == "article.updated"]
        await sync_to_async(update_article)(alice, article.pk, title="As before")


async def test_the_digest_of_a_session_and_former_roots_never_leave(
    hub: Hub, article: Article, admin: User, alice: User, browser_of: Headers
) -> None:
    headers = await sync_to_async(browser_of)(alice)
    since = (await EventCounter.objects.aget()).seq
    await sync_to_async(people.tell_signed_out)(alice, "a-session-that-ended")
    await sync_to_async(people.set_user_roles)(None, alice.pk, ["editor", "writers", "readers"])
    async with Page(headers, f"?since={since}") as page:
        await page.next()
        frames = [await page.next(), await page.next()]
    assert [frame["data"] for frame in frames] == [{}, {}]
