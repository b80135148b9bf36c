"""Every error under the API's address has one shape, also where no view is asked."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from articles.api.auth import CallsPerPerson
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


def test_whoever_calls_too_often_is_told_when_to_come_back(bob_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CallsPerPerson, "limit", 2)
    monkeypatch.setattr(CallsPerPerson, "window", 10_000)  # no new window in the middle of this
    cache.clear()
    answers = [bob_client.get("/api/v1/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["error"]["code"] == "too_many_requests"
    assert 1 <= int(answers[2]["Retry-After"]) <= 10_000


def test_the_description_of_the_api_is_there_and_its_page_needs_nothing_that_the_policy_forbids(
    bob_client: Client,
) -> None:
    described = bob_client.get("/api/v1/openapi.json").json()
    assert {"/api/v1/me", "/api/v1/articles/{article_id}", "/api/v1/search"} <= described["paths"].keys()
    page = bob_client.get("/api/v1/docs")
    assert "script-src 'self'" in page["Content-Security-Policy"]
    html = page.content.decode()
    assert re.findall(r'<script src="([^"]+)"', html)
    for address in re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"', html):
        assert address.startswith("/static/"), address
    assert not re.search(r"<script>|<style|style=|onload=", html)


@pytest.mark.parametrize(
    "form", [{"markdown": "![map](https://example.org/map.png)"}, {"html": "<img src='img/x.png'>"}]
)
def test_images_that_no_page_would_show_are_told_of(alice: User, article: Article, form: dict[str, str]) -> None:
    client = Client()
    client.force_login(alice)
    address = f"/api/v1/articles/{article.pk}/draft"
    assert "image" in client.put(address, form, "application/json").json()["losses"][0]
    assert "<img" not in client.get(address).json()["html"]
