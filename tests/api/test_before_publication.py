"""Proposals, plans, suggestions and tags, as programs use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, User
from tests.conftest import MakeArticle

SignIn = Callable[[User], Client]


class Caller:
    """Somebody who calls the API."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __call__(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        send = getattr(self.client, method.lower())
        arguments = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = send(f"/api/v1/{path}", **arguments)
        assert answer.status_code == status, answer.content
        return answer.json()


@pytest.fixture
def as_alice(alice: User, signed_in: SignIn) -> Caller:
    return Caller(signed_in(alice))


@pytest.fixture
def as_bob(bob: User, signed_in: SignIn) -> Caller:
    return Caller(signed_in(bob))


def test_tags_are_added_and_removed_singly(make_article: MakeArticle, as_alice: Caller) -> None:
    article = make_article(tags=["permits", "Fees"])
    changed = as_alice("PATCH", f"articles/{article.pk}", {"add_tags": ["fences"], "remove_tags": ["fees"]})
    assert sorted(changed["tags"]) == ["fences", "permits"]
    as_alice("PATCH", f"articles/{article.pk}", {"add_tags": [""]}, status=422)


def test_a_proposal_from_asking_to_publishing(article: Article, as_alice: Caller) -> None:
    seq = as_alice("PUT", f"articles/{article.pk}/draft", {"markdown": "See [here](https://a.se)."})["seq"]
    checks = as_alice("GET", f"articles/{article.pk}/checks")
    assert ([one["kind"] for one in checks["warnings"]], checks["errors"]) == (["link-text"], [])
    made = as_alice("POST", f"articles/{article.pk}/proposals", {"note": "Shorter", "seq": seq}, status=201)
    assert (made["state"], made["base"], made["seq"]) == ("open", 1, seq)
    read = as_alice("GET", f"proposals/{made['id']}")
    assert (read["readers_see"], read["text"]) == (1, "See here (https://a.se).")
    assert [one["id"] for one in as_alice("GET", "proposals")["items"]] == [made["id"]]
    as_alice("POST", f"proposals/{made['id']}/approve", {"version": 7}, status=409)
    version = as_alice("POST", f"proposals/{made['id']}/approve", {"version": 1}, status=201)
    assert (version["number"], version["note"], version["approved_by"]["name"]) == (2, "Shorter", "Alice Ahlgren")
    assert as_alice("GET", "proposals?mine=true")["items"][0]["version"] == 2
    as_alice("POST", f"articles/{article.pk}/publish", {"seq": seq}, status=409)


def test_plans_in_the_time_of_the_centre_or_with_an_offset(article: Article, as_alice: Caller) -> None:
    as_alice("PUT", f"articles/{article.pk}/draft", {"markdown": "Later."})
    day = (timezone.localtime() + timedelta(days=20)).strftime("%Y-%m-%d")
    made = as_alice("POST", f"articles/{article.pk}/plans", {"at": f"{day}T06:00"}, status=201)
    assert made["at"].startswith(f"{day}T06:00:00+0")
    as_alice("POST", f"articles/{article.pk}/plans", {"at": f"{day}T07:00Z"}, status=409)
    as_alice("POST", f"articles/{article.pk}/plans", {"at": "2028-03-26T02:30", "action": "archive"}, status=422)
    archive = as_alice("POST", f"articles/{article.pk}/plans", {"at": f"{day}T07:00Z", "action": "archive"}, status=201)
    assert {one["id"] for one in as_alice("GET", "plans")["items"]} == {made["id"], archive["id"]}
    assert as_alice("POST", f"plans/{made['id']}/cancel")["state"] == "cancelled"
    states = [one["state"] for one in as_alice("GET", "plans?limit=1")["items"]]
    assert states == ["waiting"]


def test_a_suggestion_with_a_clash(article: Article, as_alice: Caller, as_bob: Caller) -> None:
    body = {"markdown": "A permit costs **845 kr**.", "reason": "So says the council"}
    made = as_bob("POST", f"articles/{article.pk}/suggestions", body, status=201)
    as_alice("PUT", f"articles/{article.pk}/draft", {"markdown": "A permit costs **795 kr**."})
    read = as_alice("GET", f"suggestions/{made['id']}")
    assert len(read["clashes"]) == 1
    assert "clashes" not in as_bob("GET", f"suggestions/{made['id']}")
    as_alice("POST", f"suggestions/{made['id']}/merge", {"seq": read["seq"]}, status=422)
    merged = as_alice(
        "POST", f"suggestions/{made['id']}/merge", {"seq": read["seq"], "choices": {"0": "theirs"}, "answer": "Yes"}
    )
    assert (merged["state"], merged["answer"]) == ("merged", "Yes")
    assert as_alice("GET", f"articles/{article.pk}/draft")["text"] == "A permit costs 845 kr."
    assert as_bob("GET", "suggestions?mine=true")["items"][0]["state"] == "merged"
