"""Flags over the API, as INTERFACE has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, Flag, User
from tests.conftest import MakeArticle
from tests.pages.conftest import counted, tables

from .conftest import Raise

SignIn = Callable[[User], Client]


@pytest.fixture
def api(signed_in: SignIn) -> Callable[..., Any]:
    """`api(bob, "get", "flags/1")` → (status, JSON)."""

    def call(user: User, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        client = signed_in(user)
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(client, method)(f"/api/v1/{path}", **more)
        return answer.status_code, answer.json()

    return call


Api = Callable[..., Any]


def test_a_flag_has_the_shape_of_the_interface(
    api: Api, article: Article, bob: User, alice: User, mary: User, make_article: MakeArticle
) -> None:
    sent = {
        "article": article.pk, "kind": "outdated", "severity": "urgent", "body": "795 kr", "quote": "745 kr",
        "query": "permit fee",
    }  # fmt: skip
    status, made = api(bob, "post", "flags", sent)
    assert status == 201
    assert made.items() >= {**sent, "status": "new", "assignee": mary.pk, "answer": "", "accepted": False}.items()
    assert made["reporter"] == {"id": bob.pk, "name": "Bob Berg"}
    assert made["due"] > made["created_at"]
    path = f"flags/{made['id']}"
    status, now = api(mary, "patch", path, {"assignee": alice.pk})
    assert (status, now["status"], now["assignee"]) == (200, "assigned", alice.pk)
    status, problem = api(alice, "patch", path, {"status": "resolved"})
    assert status == 422
    assert "answer" in problem["error"]["fields"]
    status, now = api(alice, "patch", path, {"status": "resolved", "answer": "Corrected.", "version": 1})
    assert (status, now["status"], now["version"]) == (200, "resolved", 1)
    status, now = api(bob, "post", f"{path}/reopen", {"body": "Still 745 in the table."})
    assert (status, now["status"]) == (200, "reopened")
    assert api(alice, "patch", path, {"status": "declined", "answer": "That is last year's."})[0] == 200
    status, now = api(bob, "post", f"{path}/accept")
    assert (status, now["status"], now["accepted"]) == (200, "declined", True)
    assert [step["action"] for step in now["history"]] == [
        "raised", "routed", "assigned", "resolved", "reopened", "declined", "accepted",
    ]  # fmt: skip
    assert now["history"][4]["text"] == "Still 745 in the table."


def test_lists_are_filtered(api: Api, flag_it: Raise, bob: User, alice: User, mary: User) -> None:
    one, two, three = flag_it("One"), flag_it("Two", by=alice), flag_it("Three", article=None, kind="missing")
    api(mary, "patch", f"flags/{two.pk}", {"assignee": alice.pk})
    Flag.objects.filter(pk=one.pk).update(due=timezone.now() - timedelta(hours=1))

    def ids(user: User, query: str) -> set[int]:
        status, answer = api(user, "get", f"flags?{query}")
        assert status == 200
        return {item["id"] for item in answer["items"]}

    assert ids(bob, "") == {one.pk, two.pk, three.pk}
    assert ids(alice, "") == {one.pk, two.pk}
    assert ids(bob, "mine=true") == {one.pk, three.pk}
    assert ids(bob, "status=assigned") == {two.pk}
    assert ids(bob, "status=new,assigned") == ids(bob, "status=open") == {one.pk, two.pk, three.pk}
    assert ids(bob, f"assignee={alice.pk}") == {two.pk}
    assert ids(bob, f"article={one.article_id}") == {one.pk, two.pk}
    assert ids(bob, "overdue=true") == {one.pk}
    assert ids(bob, "overdue=false") == {two.pk, three.pk}


def test_a_second_answer_is_told_what_is_now(api: Api, flag_it: Raise, alice: User, mary: User) -> None:
    flag = flag_it()
    assert api(alice, "patch", f"flags/{flag.pk}", {"status": "resolved", "answer": "Done.", "revision": 1})[0] == 200
    for body in ({"status": "declined", "answer": "No.", "revision": 1}, {"status": "declined", "answer": "No."}):
        status, problem = api(mary, "patch", f"flags/{flag.pk}", body)
        assert status == 409
        assert "Alice Ahlgren" in problem["error"]["message"]
        assert "Resolved" in problem["error"]["message"]


def test_a_warning_that_was_lifted_is_shown_again(api: Api, flag_it: Raise, mary: User) -> None:
    flag = flag_it(severity="urgent")
    path = f"flags/{flag.pk}"
    api(mary, "patch", path, {"warning": "Ask first.", "warning_lifted": True})
    status, found = api(mary, "patch", path, {"warning_lifted": False})
    assert (status, found["warning"], found["warning_lifted"]) == (200, "Ask first.", False)
    assert (found["history"][-1]["action"], found["history"][-1]["text"]) == ("warned_again", "Ask first.")
    assert api(mary, "patch", path, {"warning_lifted": False})[1]["revision"] == found["revision"]
    calm = flag_it()
    assert api(mary, "patch", f"flags/{calm.pk}", {"warning_lifted": False, "kind": "other"})[0] == 200


def test_a_request_that_fails_half_way_changes_nothing(api: Api, flag_it: Raise, mary: User, alice: User) -> None:
    flag = flag_it()
    status, _ = api(mary, "patch", f"flags/{flag.pk}", {"assignee": alice.pk, "status": "resolved", "answer": ""})
    assert status == 422
    flag.refresh_from_db()
    assert (flag.status, flag.revision) == ("new", 1)


def test_the_list_asks_as_often_for_many_flags_as_for_few(flag_it: Raise, bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)

    def asked() -> list[str]:
        with counted() as queries:
            assert client.get("/api/v1/flags?limit=200").status_code == 200
        return tables(queries)

    flag_it()
    asked()
    few = asked()
    for number in range(60):
        flag_it(f"Number {number}")
    asked()
    assert asked() == few
    assert len(few) <= 5


def test_search_says_how_many_flags_are_open(api: Api, flag_it: Raise, bob: User, alice: User) -> None:
    def count() -> int:
        hits = api(bob, "get", "search?q=building+permit")[1]["hits"]
        return int(hits[0]["flags"])

    from articles.search import get_engine
    from articles.search.indexer import Indexer

    get_engine()
    Indexer().rebuild()
    assert count() == 0
    flag, _other = flag_it("One"), flag_it("Two")
    Indexer().run_once()
    assert count() == 2
    api(alice, "patch", f"flags/{flag.pk}", {"status": "declined", "answer": "No."})
    assert count() == 1
