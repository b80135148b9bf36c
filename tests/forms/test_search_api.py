"""Search and suggestions for programs and for the field in the top bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from articles.actions.audience import set_article_roles
from articles.actions.category import create_category
from articles.actions.scoping import choose_scope
from articles.models import Article, User
from articles.search import SearchEngine
from tests.conftest import MakeArticle
from tests.pages.conftest import counted

from .conftest import steady

SignIn = Callable[[User], Client]
Index = Callable[[], None]


@pytest.fixture
def get(bob: User, signed_in: SignIn, index: Index) -> Callable[..., Any]:
    """`get("search", q="fee")`: what Bob's program gets, with everything indexed."""

    def answer(path: str, status: int = 200, **query: Any) -> Any:
        index()
        response = signed_in(bob).get(f"/api/v1/{path}", query)
        assert response.status_code == status, response.content
        return response.json()

    return answer


def test_a_search_answers_as_the_interface_says(make_article: MakeArticle, get: Callable[..., Any]) -> None:
    article = make_article("Garden waste bin", "The bin costs 745 kr.")
    found = get("search", q="bin")
    assert {name: found[name] for name in ("query", "total", "corrected", "suggestions")} == {
        "query": "bin", "total": 1, "corrected": None, "suggestions": [],
    }  # fmt: skip
    assert found["took_ms"] >= 0
    (hit,) = found["hits"]
    assert hit["id"] == article.pk
    assert hit["title"] == "Garden waste bin"
    assert "<mark>bin</mark>" in hit["snippet"]
    assert (hit["category"], hit["version"], hit["flags"]) == ("permits", 1, 0)
    assert hit["updated"].endswith(("+01:00", "+02:00"))
    assert hit["score"] > 0


def test_limit_and_offset_walk_through_the_hits(make_article: MakeArticle, get: Callable[..., Any]) -> None:
    made = {make_article(f"Fee {number}", "Fee.").pk for number in range(5)}
    pages = [get("search", q="fee", limit=2, offset=offset)["hits"] for offset in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {hit["id"] for page in pages for hit in page} == made


def test_filters_narrow(make_article: MakeArticle, get: Callable[..., Any]) -> None:
    make_article("Fee one", "T.", tags=["walls"])
    make_article("Fee two", "T.", language="sv")
    assert [hit["title"] for hit in get("search", q="fee", tag="walls")["hits"]] == ["Fee one"]
    assert [hit["title"] for hit in get("search", q="fee", language="sv")["hits"]] == ["Fee two"]
    assert get("search", q="fee", category="permits", kind="article", scope="all")["total"] == 2


def test_a_correction_is_told_and_can_be_refused(make_article: MakeArticle, get: Callable[..., Any]) -> None:
    make_article("Garden waste", "Leaves.")
    assert get("search", q="gardne waste")["corrected"] == "garden waste"
    assert get("search", q="gardne waste", exact=1)["corrected"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("language", "de"), ("scope", "theirs"), ("kind", "note"), ("limit", "0"), ("limit", "101"), ("offset", "-1"),
     ("category", "nothing")],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_with_its_field(
    field: str, value: str, article: Article, get: Callable[..., Any]
) -> None:
    error = get("search", 422, **{"q": "fee", field: value})["error"]
    assert error["code"] == "invalid"
    assert field in error["fields"]


def test_suggestions_go_on_with_what_is_typed(make_article: MakeArticle, get: Callable[..., Any]) -> None:
    article = make_article("Garden waste bin", "T.")
    make_article("Parking fine", "T.")
    assert get("search/suggest", q="garden wa") == {
        "items": [{
            "id": article.pk, "title": "Garden waste bin", "category": "Permits", "url": article.get_absolute_url(),
        }]
    }  # fmt: skip
    assert get("search/suggest", q="") == {"items": []}


def test_titles_of_ones_topics_come_first_until_one_shows_everything(
    make_article: MakeArticle, admin: User, bob: User, get: Callable[..., Any]
) -> None:
    waste = create_category(admin, "Waste", grants={"writers": ["publish"], "readers": ["view"]})
    inside, outside = make_article("Fee for a bin", category=waste), make_article("Fee")
    items = lambda answer: [(one["id"], one.get("outside", False)) for one in answer["items"]]  # noqa: E731
    assert items(get("search/suggest", q="fee", scope="shown")) == [(outside.pk, False), (inside.pk, False)]
    choose_scope(bob, categories=["waste"])
    answer = get("search/suggest", q="fee", scope="shown")
    assert items(answer) == [(inside.pk, False), (outside.pk, True)]
    assert answer["count_outside"] == 1
    choose_scope(bob, show="all")
    assert "count_outside" not in get("search/suggest", q="fee", scope="shown")
    assert get("search/suggest", q="fee", scope="mine")["count_outside"] == 1


def test_a_search_in_ones_own_topics_counts_what_lies_outside(
    make_article: MakeArticle, admin: User, alice: User, bob: User, get: Callable[..., Any]
) -> None:
    waste = create_category(admin, "Waste", grants={"writers": ["publish"], "readers": ["view"]})
    inside = make_article("Fee for a bin", category=waste, tags=["fees"])
    make_article("Fee", tags=["fees"])
    set_article_roles(alice, make_article("Fee that is hidden").pk, ["writers"])
    choose_scope(bob, categories=["waste"], show="all")
    answer = get("search", q="fee", scope="mine")
    assert [hit["id"] for hit in answer["hits"]] == [inside.pk]
    assert (answer["total"], answer["outside"]) == (1, 1)
    narrowed = get("search", q="fee", scope="mine", tag="fees", language="en")
    assert (narrowed["total"], narrowed["outside"]) == (1, 1), "as on the search page"
    whole = get("search", q="fee")
    assert (whole["total"], whole.get("outside", 0)) == (2, 0)


def test_at_most_ten_titles_are_suggested(make_article: MakeArticle, get: Callable[..., Any]) -> None:
    for number in range(12):
        make_article(f"Fee {number}", "T.")
    assert len(get("search/suggest", q="fee")["items"]) == 10


def test_nothing_is_found_or_suggested_that_one_may_not_read(
    article: Article, charlie: User, signed_in: SignIn, index: Index
) -> None:
    index()
    client = signed_in(charlie)
    assert client.get("/api/v1/search?q=building").json()["total"] == 0
    assert client.get("/api/v1/search/suggest?q=buil").json() == {"items": []}
    hidden = client.get("/api/v1/search?q=x&category=permits")
    absent = client.get("/api/v1/search?q=x&category=nothing")
    assert hidden.status_code == absent.status_code == 422
    assert "permits" in hidden.json()["error"]["message"]
    assert Client().get("/api/v1/search?q=building").status_code == 401
    assert Client().get("/api/v1/search/suggest?q=b").status_code == 401


def test_without_an_index_titles_are_found(
    article: Article, bob: User, engine: SearchEngine, signed_in: SignIn
) -> None:
    assert signed_in(bob).get("/api/v1/search?q=building").json()["total"] == 1
    assert len(signed_in(bob).get("/api/v1/search/suggest?q=buil").json()["items"]) == 1


def test_search_and_suggestions_cost_few_queries_however_many_there_are(
    make_article: MakeArticle, bob: User, signed_in: SignIn, index: Index
) -> None:
    client = signed_in(bob)
    counts = []
    for batch in (1, 15):
        for number in range(batch):
            make_article(f"Fee {batch} {number}", "A fee.")
        index()
        for path in ("search?q=fee", "search/suggest?q=fe"):
            client.get(f"/api/v1/{path}")
            with counted() as queries:
                client.get(f"/api/v1/{path}")
            counts.append(len(steady(queries)))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 5
