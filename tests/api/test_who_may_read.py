"""The roles that articles and categories answer with are those that may read, and sent back they change nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from articles import access
from articles.actions.audience import set_article_grants
from articles.actions.category import create_category
from articles.models import Article, Category, Event, User

SignedIn = Callable[[User], Client]
JSON = "application/json"


def rights(thing: Article | Category) -> tuple[int | None, dict[str, list[str]]]:
    thing.refresh_from_db()
    return thing.access_root_id, access.grants_at(thing.access_root_id)


@pytest.fixture
def restricted(admin: User, article: Article) -> Article:
    """Read only by those who may publish it."""
    return set_article_grants(admin, article.pk, {"writers": ["publish"]})


def test_whoever_may_publish_may_read_and_is_named(
    admin: User, restricted: Article, category: Category, signed_in: SignedIn
) -> None:
    client = signed_in(admin)
    assert client.get(f"/api/v1/articles/{restricted.pk}").json()["roles"] == ["writers"]
    listed = client.get("/api/v1/categories").json()["items"]
    assert [one["roles"] for one in listed if one["id"] == category.pk] == [["readers", "writers"]]
    same = client.patch(f"/api/v1/categories/{category.pk}", {"name": "Permits"}, content_type=JSON).json()
    assert same["roles"] == ["readers", "writers"]


def test_roles_that_are_sent_back_as_they_were_read_change_no_right(
    admin: User, restricted: Article, make_article: Any, category: Category, signed_in: SignedIn
) -> None:
    client = signed_in(admin)
    inheriting = make_article("Inherits")
    below = create_category(admin, "Sheds", category)
    seq = Event.objects.latest("seq").seq
    for thing, path in ((restricted, "articles"), (inheriting, "articles"), (below, "categories")):
        before = rights(thing)
        address = f"/api/v1/{path}/{thing.pk}"
        read = category_roles(client, thing) if path == "categories" else client.get(address).json()["roles"]
        assert client.patch(address, {"roles": read}, content_type=JSON).json()["roles"] == read
        assert rights(thing) == before
    assert not Event.objects.filter(seq__gt=seq, kind="article.audience_changed").exists()


def category_roles(client: Client, category: Article | Category) -> list[str]:
    listed = client.get("/api/v1/categories").json()["items"]
    return next(one["roles"] for one in listed if one["id"] == category.pk)


def test_a_category_that_moves_keeps_the_readers_that_are_sent_with_it(
    admin: User, category: Category, signed_in: SignedIn
) -> None:
    elsewhere = create_category(admin, "Care", grants={"writers": ["publish"]})
    below = create_category(admin, "Sheds", category)
    sent = {"parent": elsewhere.slug, "roles": ["readers", "writers"]}
    answer = signed_in(admin).patch(f"/api/v1/categories/{below.pk}", sent, content_type=JSON)
    assert answer.json()["roles"] == ["readers", "writers"]
