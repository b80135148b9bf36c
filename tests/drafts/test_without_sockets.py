"""The live draft over HTTP: the same room, the same log, the same rights."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from pycrdt import Doc

from articles.drafts import protocol
from articles.drafts.protocol import Aware
from tests.drafts.clients import editing, text_of, write
from tests.live.clients import Answer, Visitor
from tests.live.conftest import Centre

BINARY = "application/octet-stream"


def get(who: Visitor, article: int, query: str = "") -> Answer:
    return who.request("GET", f"/api/v1/articles/{article}/draft/updates{query}")


def post(who: Visitor, article: int, update: bytes, query: str = "", **headers: str) -> Answer:
    extra = {"Content-Type": BINARY, **headers}
    if "csrftoken" in who.cookies and not who.token:
        extra.setdefault("X-CSRFToken", who.cookies["csrftoken"])
    return who.request("POST", f"/api/v1/articles/{article}/draft/updates{query}", update, extra)


def meet(who: Visitor, article: int, *entries: Aware, query: str = "", **headers: str) -> Answer:
    extra = {"Content-Type": BINARY, "X-CSRFToken": who.cookies.get("csrftoken", ""), **headers}
    body = protocol.awareness_of(entries) if entries else b""
    return who.request("PUT", f"/api/v1/articles/{article}/draft/updates{query}", body, extra)


def typed(doc: Doc, text: str) -> bytes:
    before = doc.get_state()
    write(doc, text)
    return doc.get_update(before)


def code(answer: Answer) -> tuple[int, Any]:
    return answer.status, answer.json()["error"]["code"]


async def test_who_cannot_open_a_socket_writes_and_reads_by_request(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Fee")
    answer = await asyncio.to_thread(get, centre.erik, article)
    doc: Doc = Doc()
    doc.apply_update(answer.body)
    assert text_of(doc) == "Fee"
    assert (answer.headers["X-Draft-Schema"], answer.headers["Content-Type"]) == ("1", BINARY)
    seq = answer.headers["X-Draft-Seq"]
    async with editing(centre.admin, article) as admin:
        asking = asyncio.create_task(asyncio.to_thread(get, centre.erik, article, f"?since={seq}"))
        await asyncio.sleep(0.3)
        assert not asking.done()
        await admin.type(" 745")
        news = await asyncio.wait_for(asking, 5)
        doc.apply_update(news.body)
        assert text_of(doc) == "Fee 745"
        stored = await asyncio.to_thread(post, centre.erik, article, typed(doc, " kr"))
        assert stored.status == 200
        await admin.until(lambda: admin.text == "Fee 745 kr")
        assert stored.json()["seq"] > int(news.headers["X-Draft-Seq"])
    begun = time.monotonic()
    nothing = await asyncio.to_thread(get, centre.erik, article, f"?since={stored.json()['seq']}&wait=0")
    assert (nothing.body, time.monotonic() - begun < 5) == (b"\x00\x00", True)


def test_requests_are_refused_as_the_api_refuses(centre: Centre) -> None:
    article = centre.new_article("Text")
    unpublished = centre.new_article("Text", publish=False)
    hidden = centre.new_article("Text", category="social-care")
    update = typed(Doc(), "x")
    assert code(get(Visitor(centre.site.url), article)) == (401, "not_signed_in")
    for reader in (centre.clara, centre.carl):
        assert code(get(reader, hidden)) == code(get(reader, unpublished)) == (404, "not_found")
        assert code(post(reader, hidden, update)) == code(get(reader, 99_999_999)) == (404, "not_found")
        assert code(post(reader, article, update)) == (403, "read_only")
        assert get(reader, article).status == 200
    assert code(post(centre.erik, article, update, **{"X-CSRFToken": "forged"})) == (403, "csrf")
    assert code(post(centre.erik, article, update, Origin="https://evil.example")) == (403, "csrf")
    assert code(post(centre.erik, article, b"\x05nonsense")) == (400, "malformed")
    assert code(post(centre.erik, article, b"\x00" * (4 * 1024 * 1024 + 1))) == (413, "too_large")
    assert code(post(centre.erik, article, update, "?schema=7")) == (409, "schema")
    assert code(get(centre.erik, article, "?schema=7")) == (409, "schema")
    assert code(get(centre.erik, article, "?since=-1")) == (422, "invalid")
    assert code(centre.erik.request("DELETE", f"/api/v1/articles/{article}/draft/updates")) == (
        405,
        "method_not_allowed",
    )
    before: Doc = Doc()
    before.apply_update(get(centre.erik, article).body)
    assert text_of(before) == "Text"


def test_a_program_with_a_token_needs_no_csrf_token(centre: Centre) -> None:
    article = centre.new_article("Text")
    token = centre.site.manage("create_api_token", "erik").strip().splitlines()[-1]
    program = Visitor(centre.site.url, token=token)
    doc: Doc = Doc()
    doc.apply_update(get(program, article).body)
    assert post(program, article, typed(doc, " by program")).status == 200
    assert centre.admin.api("GET", f"articles/{article}/draft")["text"].strip() == "Text by program"


async def test_who_has_no_socket_is_seen_and_sees_who_is_here(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, "Fee")
    async with editing(centre.admin, article) as admin:
        await admin.show(cursor={"head": 1})
        state = Aware(77, 1, '{"doing": "writing", "user": {"id": 1, "name": "Somebody else"}}')
        answer = await asyncio.to_thread(meet, centre.erik, article, state)
        assert answer.status == 200
        await admin.until(lambda: 77 in admin.states)
        assert admin.states[77]["user"]["name"] == "Erik Sandberg"
        assert admin.states[77]["doing"] == "writing"
        there = {one.client: one.state for one in protocol.parse_awareness(answer.body)}
        assert "Agneta Wallin" in there[admin.doc.client_id]
        gone = await asyncio.to_thread(meet, centre.erik, article, Aware(77, 2, "null"))
        assert gone.status == 200
        await admin.until(lambda: 77 not in admin.states)
        two = await asyncio.to_thread(meet, centre.erik, article, Aware(77, 3, "{}"), Aware(78, 1, "{}"))
        assert code(two) == (400, "malformed")
        forged = await asyncio.to_thread(meet, centre.erik, article, state, **{"X-CSRFToken": "x" * 32})
        assert code(forged) == (403, "csrf")
        anonymous = await asyncio.to_thread(meet, Visitor(centre.erik.url), article)
        assert code(anonymous) == (401, "not_signed_in")
