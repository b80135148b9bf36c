"""What an open page hears: hello, what it missed, what happens, in order, each once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.live.clients import Frame
from tests.live.conftest import Centre


async def test_the_first_frame_says_how_far_the_log_has_come(centre: Centre) -> None:
    cursor = centre.clara.api("GET", "me")["cursor"]
    async with centre.clara.socket() as page:
        hello = await page.next()
    assert hello["type"] == "hello"
    assert hello["cursor"] >= cursor


async def test_a_published_version_arrives_with_its_text_where_the_article_is_open(centre: Centre) -> None:
    article = centre.new_article("A permit costs **745 kr**.")
    async with centre.clara.socket() as open_page, centre.carl.socket() as other_page:
        await open_page.hello()
        await other_page.hello()
        await open_page.watch(article)
        await asyncio.to_thread(centre.publish, article, "A permit costs **990 kr**.", "New fee")
        event = await open_page.until(kind="article.published")
        assert event["article"] == article
        assert event["actor"]["name"] == "Agneta Wallin"
        assert event["data"]["version"] == 2
        assert event["data"]["note"] == "New fee"
        assert event["data"]["html"].strip() == "<p>A permit costs <strong>990 kr</strong>.</p>"
        elsewhere = await other_page.until(kind="article.published")
        assert elsewhere == {**event, "data": {k: v for k, v in event["data"].items() if k != "html"}}


async def test_the_text_is_that_of_the_readers_audience(centre: Centre) -> None:
    text = "For all.\n\n::: roles schools\nOnly for schools.\n:::\n"
    article = centre.new_article(text)
    async with centre.clara.socket(watch=[article]) as waste, centre.carl.socket(watch=[article]) as schools:
        await waste.hello()
        await schools.hello()
        await asyncio.to_thread(centre.publish, article, text + "\nAnd more.")
        not_for_her = (await waste.until(kind="article.published"))["data"]["html"]
        for_him = (await schools.until(kind="article.published"))["data"]["html"]
    assert "And more." in not_for_her
    assert "Only for schools." not in not_for_her
    assert "Only for schools." in for_him


async def test_a_reader_who_slept_through_five_edits_sees_all_five_on_wake(centre: Centre) -> None:
    article = centre.new_article()
    since = centre.clara.api("GET", "me")["cursor"]
    for number in range(5):
        centre.publish(article, f"Text {number}.")
    async with centre.clara.socket(since, watch=[article]) as page:
        cursor = await page.hello()
        await page.until(seq=cursor)
    published = [event for event in page.events if event["kind"] == "article.published"]
    assert [event["data"]["version"] for event in published] == [2, 3, 4, 5, 6]
    assert "Text 4." in published[-1]["data"]["html"], "the newest text comes along"
    assert not any("html" in event["data"] for event in published[:-1]), "the older ones are history"


async def test_seq_rises_without_gap_or_repetition_while_pages_connect_and_events_pour(centre: Centre) -> None:
    article = centre.new_article()
    since = centre.clara.api("GET", "me")["cursor"]

    async def pour() -> None:
        for number in range(60):
            await centre.admin.call("PATCH", f"articles/{article}", {"title": f"Title {number}"})

    async def page_from_the_beginning(delay: float) -> list[int]:
        await asyncio.sleep(delay)
        async with centre.clara.socket(since) as page:
            await page.hello()
            while len(changes(page.events, article)) < 60:
                await page.next()
        return changes(page.events, article)

    pouring = asyncio.create_task(pour())
    seen = await asyncio.gather(*(page_from_the_beginning(n * 0.05) for n in range(12)))
    await pouring
    for seqs in seen:
        assert seqs == sorted(set(seqs)) == seen[0]


def changes(events: list[Frame], article: int) -> list[int]:
    """The seqs at which an article was changed, as they came; between them others may have been told of something."""
    return [event["seq"] for event in events if event["kind"] == "article.updated" and event["article"] == article]


async def test_a_burst_of_300_events_loses_nothing(centre: Centre) -> None:
    article = centre.new_article()
    async with centre.clara.socket() as page, centre.carl.socket() as other:
        await page.hello()
        await other.hello()
        centre.site.manage("shell", "-c", BURST.format(article=article, count=300))
        for reader in (page, other):
            while len(changes(reader.events, article)) < 300:
                await reader.next(30)
            seqs = changes(reader.events, article)
            assert seqs == sorted(set(seqs))


BURST = """
from articles.actions.article import update_article
from articles.models import User
admin = User.objects.get(username="admin")
for number in range({count}):
    update_article(admin, {article}, title=f"Burst {{number}}")
"""


@pytest.mark.parametrize("since", ["from the future", "older than the log", "too much was missed"])
async def test_what_cannot_be_served_is_answered_with_reload(centre: Centre, since: str) -> None:
    cursor = centre.clara.api("GET", "me")["cursor"]
    if since == "older than the log":
        centre.site.manage(
            "shell", "-c", "from articles.models import Event; Event.objects.filter(seq__lt=20).delete()"
        )
    elif since == "too much was missed":
        centre.site.manage("shell", "-c", MANY_EVENTS)
        cursor += 2_001
    seq = {"from the future": cursor + 10_000, "older than the log": 3, "too much was missed": cursor - 2_001}[since]
    async with centre.clara.socket(seq) as page:
        hello = await page.next()
        assert hello["type"] == "hello"
        assert hello["cursor"] >= cursor  # the dispatcher may have told somebody of something meanwhile
        assert await page.next() == {"type": "reload"}
        await asyncio.to_thread(centre.new_article)
        assert (await page.until(kind="article.published"))["seq"] > cursor, "and then it is live"


MANY_EVENTS = """
from django.db import transaction
from articles import events
from articles.models import User
admin = User.objects.get(username="admin")
with transaction.atomic():
    events.record(None, *[events.UserAccessChanged(admin)] * 2001)
"""


async def test_what_was_never_published_is_told_to_editors_alone(centre: Centre) -> None:
    async with centre.clara.socket() as reader, centre.erik.socket() as editor:
        await reader.hello()
        await editor.hello()
        draft = await asyncio.to_thread(centre.new_article, publish=False)
        await centre.erik.call("PUT", f"articles/{draft}/draft", {"markdown": "Typed by Erik."})
        assert (await editor.until(kind="article.created"))["article"] == draft
        assert (await editor.until(kind="draft.edited"))["actor"]["name"] == "Erik Sandberg"
        assert await reader.quiet(1.0) == []


async def test_the_draft_of_a_published_article_is_told_to_editors_alone(centre: Centre) -> None:
    article = centre.new_article()
    async with centre.clara.socket(watch=[article]) as reader, centre.erik.socket() as editor:
        await reader.hello()
        await editor.hello()
        await centre.erik.call("PUT", f"articles/{article}/draft", {"markdown": "Typed by Erik."})
        await editor.until(kind="draft.edited", article=article)
        assert await reader.quiet(1.0) == []


async def test_former_titles_and_places_are_not_told_afterwards(centre: Centre) -> None:
    since = centre.clara.api("GET", "me")["cursor"]
    article = centre.new_article(publish=False, title="A name that nobody outside may know", category="social-care")
    centre.admin.api("PATCH", f"articles/{article}", {"title": "A harmless name"})
    centre.admin.api("PATCH", f"articles/{article}", {"category": "parking"})
    centre.publish(article)
    async with centre.clara.socket(since) as page:
        await page.until(kind="article.published")
    told = repr(page.frames)
    assert "A harmless name" in told
    assert "nobody outside" not in told
    assert "social-care" not in told


async def test_the_api_gives_the_same_events_as_the_socket(centre: Centre) -> None:
    since = centre.clara.api("GET", "me")["cursor"]
    hidden = centre.new_article(category="social-care")
    article = centre.new_article()
    centre.publish(article, "Another text.")
    async with centre.clara.socket(since) as page:
        await page.until(kind="article.published", seconds=5)
        await page.until(kind="article.published", seconds=5)
    items: list[Frame] = []
    following: int | None = since
    while following is not None:
        part = centre.clara.api("GET", f"events?since={following}&limit=2")
        items, following = items + part["items"], part["next"]
    # When the dispatcher tells her of them is its own affair: before or after the socket was closed.
    of_articles, seen = ([one for one in found if one["article"]] for found in (items, page.events))
    assert of_articles == seen
    assert hidden not in {event["article"] for event in items}


@pytest.mark.parametrize("since", [10**9, 2**62])
def test_the_api_answers_a_cursor_from_the_future_with_reload(centre: Centre, since: int) -> None:
    answer = centre.clara.try_api("GET", f"events?since={since}")
    assert (answer.status, answer.json()["error"]["code"]) == (409, "reload")


def test_a_page_that_was_restarted_under_continues(centre: Centre, tmp_path: Path) -> None:
    article = centre.new_article()
    since = centre.clara.api("GET", "me")["cursor"]
    centre.publish(article, "Said before the power went.")
    centre.site.web.kill()
    centre.site.web.start()

    async def come_back() -> Frame:
        async with centre.clara.socket(since, watch=[article]) as page:
            return await page.until(kind="article.published")

    assert "before the power went" in asyncio.run(come_back())["data"]["html"]
