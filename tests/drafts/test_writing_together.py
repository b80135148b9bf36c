"""Several people in one draft, over the running product's socket."""

from __future__ import annotations

import asyncio
from functools import partial

from pycrdt import Text

from articles.drafts import protocol
from tests.drafts.clients import editing, refused, title_of, write
from tests.live.conftest import Centre


async def test_what_one_types_another_reads_and_the_page_shows(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Fee")
    async with editing(centre.erik, article) as erik, editing(centre.admin, article) as admin:
        assert erik.text == "Fee"
        assert erik.rights == "edit"
        await erik.type(" 745 kr")
        await admin.until(lambda: admin.text == "Fee 745 kr")
        await erik.all_stored()
        await erik.do(lambda doc: doc.get("title", type=Text).insert(0, "A title"))
        await admin.until(lambda: title_of(admin.doc) == "A title")
    draft = await centre.admin.call("GET", f"articles/{article}/draft")
    assert draft["text"].strip() == "Fee 745 kr"


async def test_two_in_one_sentence_agree(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "ab")
    async with editing(centre.erik, article) as erik, editing(centre.admin, article) as admin:
        for n in range(40):
            await asyncio.gather(
                erik.do(partial(write, text=f"e{n}.", at=1)), admin.do(partial(write, text=f"a{n}.", at=1))
            )
        await asyncio.gather(erik.all_stored(), admin.all_stored())
        everything = 2 + 2 * (10 * 3 + 30 * 4)
        await erik.until(lambda: len(erik.text) == everything)  # each waits for what comes to itself
        await admin.until(lambda: len(admin.text) == everything)
        assert admin.text == erik.text


async def test_whole_messages_and_fragments_are_taken_in_the_order_in_which_they_come(centre: Centre) -> None:
    """Small whole ones go a short way: none may overtake what comes in pieces, or before anybody listens."""
    article = await asyncio.to_thread(centre.new_article, "0")
    async with editing(centre.erik, article) as erik, editing(centre.admin, article) as admin:
        for number in range(1, 60):
            before = erik.doc.get_state()
            write(erik.doc, f" {number}" + "." * (number % 7) * 30)
            message = protocol.update(erik.doc.get_update(before))
            erik.sent += 1
            pieces = [message[:7], message[7:9], message[9:]]
            await erik.raw.send(pieces if number % 3 == 0 else message)
            assert erik.raw.close_code is None
        await erik.all_stored()
        await admin.until(lambda: admin.text == erik.text)
        assert [int(word.rstrip(".")) for word in admin.text.split()] == list(range(60))


async def test_what_a_form_or_program_saves_comes_into_open_editors(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "One two three")
    async with editing(centre.erik, article) as erik:
        await erik.type(" four")
        await erik.all_stored()
        await centre.admin.call("PUT", f"articles/{article}/draft", {"markdown": "One 2 three four"})
        await erik.until(lambda: erik.text == "One 2 three four")


async def test_who_may_not_is_sent_away_with_the_reason(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article)
    unpublished = await asyncio.to_thread(centre.new_article, publish=False)
    hidden = await asyncio.to_thread(centre.new_article, category="social-care")
    nobody = type(centre.erik)(centre.site.url)
    assert await refused(nobody, article) == 4401
    assert await refused(centre.clara, unpublished) == 4403
    assert await refused(centre.clara, hidden) == 4403
    assert await refused(centre.clara, 99_999_999) == 4403
    assert await refused(centre.erik, article, "?schema=999") == 4409
    assert await refused(centre.erik, article, "?schema=x") == 4400
    assert await refused(centre.erik, article, additional_headers={"Origin": "https://evil.example"}) == 403
    async with editing(centre.clara, article, "?schema=1") as clara:
        assert clara.rights == "watch"
