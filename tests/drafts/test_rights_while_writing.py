"""Rights that change, sessions that end and passages that appear, while a draft is open."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from tests.drafts.clients import editing, refused
from tests.drafts.test_without_sockets import code, get, meet, post, typed
from tests.live.clients import Visitor
from tests.live.conftest import Centre

AT_MOST = 2.0


def seen_roles(centre: Centre, username: str) -> list[str]:
    people = centre.admin.api("GET", "users?limit=200")["items"]
    return list(next(one for one in people if one["username"] == username)["roles"])


async def test_a_watcher_reads_along_and_what_he_sends_reaches_nobody(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Fee")
    async with editing(centre.erik, article) as erik, editing(centre.carl, article) as carl:
        await erik.type(" 745 kr")
        await carl.until(lambda: carl.text == "Fee 745 kr")
        await carl.type("FORGED")
        await carl.until(lambda: any(one.get("refused") == "read-only" and one["message"] for one in carl.told))
        await erik.type(".")
        await erik.all_stored()
        assert (erik.text, carl.stored) == ("Fee 745 kr.", 0)
        assert carl.raw.close_code is None
    draft = await centre.admin.call("GET", f"articles/{article}/draft")
    assert draft["text"].strip() == "Fee 745 kr."


async def test_erik_loses_his_role_and_his_open_editor_only_watches(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Fee")
    roles = await asyncio.to_thread(seen_roles, centre, "erik")
    try:
        async with editing(centre.erik, article) as erik, editing(centre.admin, article) as admin:
            await asyncio.to_thread(centre.set_roles, "erik", ["csr"])
            changed = time.monotonic()
            await erik.until(lambda: erik.rights == "watch")
            assert time.monotonic() - changed < AT_MOST
            await erik.type(" in vain")
            await erik.until(lambda: any("refused" in one for one in erik.told))
            await asyncio.to_thread(centre.set_roles, "erik", roles)
            await erik.until(lambda: erik.rights == "edit")
            await admin.until(lambda: admin.text == "Fee in vain")
    finally:
        await asyncio.to_thread(centre.set_roles, "erik", roles)


async def test_a_restricted_article_closes_the_editors_of_those_who_no_longer_see_it(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Fee")
    async with editing(centre.carl, article) as carl, editing(centre.admin, article) as admin:
        await centre.admin.call("PATCH", f"articles/{article}", {"roles": ["social-care"]})
        changed = time.monotonic()
        assert await carl.closed() == 4403
        assert time.monotonic() - changed < AT_MOST
        await admin.type(" secret")
        await admin.all_stored()
        assert carl.text == "Fee"
    assert await refused(centre.carl, article) == 4403


async def test_signing_out_closes_the_editors_of_that_session(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article)
    leaving = await asyncio.to_thread(Visitor(centre.site.url).sign_in, "erik")
    async with editing(leaving, article) as gone, editing(centre.erik, article) as staying:
        await asyncio.to_thread(leaving.sign_out)
        assert await gone.closed() == 4401
        await staying.type("still here")
        await staying.all_stored()


async def test_a_page_that_somebody_else_opened_is_signed_out_whoever_is_signed_in_by_now(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Fee")
    erik = (await centre.erik.call("GET", "me"))["id"]
    query = f"?user={erik}"
    update = typed(Doc(), "Erik's")
    assert await refused(centre.admin, article, query) == 4401
    for call in (partial(get, query=query), partial(post, update=update, query=query), partial(meet, query=query)):
        answer = await asyncio.to_thread(call, centre.admin, article)
        assert code(answer) == (401, "not_signed_in")
    async with editing(centre.erik, article, query) as page:
        await page.type(" 745")
        await page.all_stored()
    assert (await asyncio.to_thread(get, centre.erik, article, query)).status == 200
    assert (await centre.admin.call("GET", f"articles/{article}/draft"))["text"].strip() == "Fee 745"


async def test_a_passage_that_comes_into_the_draft_is_never_sent_to_a_watcher(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Open")

    def passage(doc: Doc) -> None:
        attributes: Any = {"roles": ["social-care"]}
        content = [XmlElement("paragraph", contents=[XmlText("HUSH")])]
        doc.get("default", type=XmlFragment).children.append(XmlElement("passage", attributes, content))

    async with editing(centre.carl, article) as carl, editing(centre.erik, article) as erik:
        await erik.type(" for all")
        await carl.until(lambda: carl.text == "Open for all")
        await erik.do(passage)
        assert await carl.closed() == 4403
        assert not [frame for frame in carl.frames if b"HUSH" in frame]
    assert await refused(centre.carl, article) == 4403
    for answer in (
        await asyncio.to_thread(get, centre.carl, article),
        await asyncio.to_thread(meet, centre.carl, article),
    ):
        assert (code(answer), b"HUSH" in answer.body) == ((404, "not_found"), False)


async def test_what_was_typed_and_taken_back_is_not_shown_to_a_watcher(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Open")
    async with editing(centre.erik, article) as erik:
        await erik.type(" HUSH")
        await erik.do(lambda doc: doc.get("default", type=XmlFragment).children[0].children[0].__delitem__(slice(4, 9)))
        await erik.all_stored()
        async with editing(centre.carl, article) as carl:
            assert carl.text == "Open"
            assert not [frame for frame in carl.frames if b"HUSH" in frame]
        answer = await asyncio.to_thread(centre.carl.request, "GET", f"/api/v1/articles/{article}/draft/updates")
        assert (answer.status, b"HUSH" in answer.body) == (200, False)
