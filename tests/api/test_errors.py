"""Every error under the API's address has one shape, also where no view is asked."""

from __future__ import annotations

import pytest
from django.test import Client

from articles.models import Article, User


@pytest.fixture
def bob_client(bob: User) -> Client:
    client = Client()
    client.force_login(bob)
    return client


def test_an_address_that_does_not_exist_answers_like_an_article_that_does_not(bob_client: Client) -> None:
    absent = bob_client.get("/api/v1/articles/999999")
    assert absent.json()["error"]["code"] == "not_found"
    for address in ("nothing", "articles/abc", "articles/1/nothing/"):
        found = bob_client.get(f"/api/v1/{address}")
        assert (found.status_code, found.content) == (404, absent.content), address


def test_a_method_that_is_not_taken_is_told_in_the_same_shape(bob_client: Client, article: Article) -> None:
    answer = bob_client.delete(f"/api/v1/articles/{article.pk}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) == {"GET", "PATCH"}
    assert "GET" in answer.json()["error"]["message"]


def test_pages_are_not_touched(bob_client: Client) -> None:
    assert bob_client.get("/nothing/")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("letters", [2_000_001, 13_000_000])
def test_a_text_that_is_too_large_is_413_and_changes_nothing(alice: User, article: Article, letters: int) -> None:
    client = Client()
    client.force_login(alice)
    address = f"/api/v1/articles/{article.pk}/draft"
    before = client.get(address).json()
    answer = client.put(address, {"markdown": "x" * letters}, "application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert client.get(address).json() == before
