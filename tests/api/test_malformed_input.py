"""What cannot be meant is refused with a sentence, never answered with a failure of ours."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from django.test import Client

from articles.models import Article, User, Version

SignIn = Callable[[User], Client]


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize("made", [cursor("abc", 1), cursor(1, "x"), cursor("a\0", 1), cursor(10**40, 10**40), "[", "é"])
def test_a_cursor_that_no_list_gave_is_refused(alice: User, article: Article, signed_in: SignIn, made: str) -> None:
    answer = signed_in(alice).get("/api/v1/articles", {"cursor": made})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    assert "Begin without a cursor." in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/articles?owner=%00",
        "/api/v1/articles?tag=a%00",
        "/api/v1/articles?category=%00",
        "/api/v1/search?q=%00",
    ],
)
def test_nul_in_an_address_is_refused(alice: User, article: Article, signed_in: SignIn, address: str) -> None:
    answer = signed_in(alice).get(address)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    assert "NUL" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"note": "a\0"}, "note"),
        ({"note": "fine \\u0000", "significance": ["\0"]}, "significance"),
        ({"\0": 1}, "body"),
    ],
)
def test_nul_in_a_body_is_refused_by_the_name_of_its_field(
    alice: User, article: Article, signed_in: SignIn, body: dict[str, object], field: str
) -> None:
    answer = signed_in(alice).post(f"/api/v1/articles/{article.pk}/publish", body, "application/json")
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field])
    assert Version.objects.count() == 1


def test_letters_that_only_look_like_nul_are_a_text(alice: User, article: Article, signed_in: SignIn) -> None:
    note = "In JSON it is \\u0000"
    answer = signed_in(alice).post(f"/api/v1/articles/{article.pk}/publish", {"note": note}, "application/json")
    assert (answer.status_code, answer.json()["note"]) == (201, note)


def test_nul_on_pages_is_a_page_that_says_so(alice: User, article: Article, signed_in: SignIn) -> None:
    client = signed_in(alice)
    for answer in (
        client.get("/search/?category=%00"),
        client.get("/search/?q=a%00"),
        client.post(f"/articles/{article.pk}/publish/", {"note": "a\0"}),
        Client().post("/accounts/login/", {"login": "a\0", "password": "b"}),
    ):
        assert answer.status_code == 400
        assert "NUL" in answer.content.decode()
    assert Version.objects.count() == 1


@pytest.mark.parametrize("field", ["titel", "body", "abilities"])
def test_a_field_that_there_is_not_is_refused_by_its_name(
    alice: User, article: Article, signed_in: SignIn, field: str
) -> None:
    body = {field: "x", "language": "sv"}
    answer = signed_in(alice).patch(f"/api/v1/articles/{article.pk}", body, "application/json")
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field])
    article.refresh_from_db()
    assert article.language == "en"
