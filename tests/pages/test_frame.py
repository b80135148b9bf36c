"""The frame around every page: language, theme, tree, errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import path

from articles import navigation
from articles.actions.category import create_category
from articles.actions.people import change_preferences
from articles.models import Article, Category, User
from tests.conftest import MakeArticle

from .conftest import Reader

SignIn = Callable[[User], Client]


def breaks(_request: object) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [path("broken/", breaks)]


def test_the_page_carries_what_the_live_connection_needs(article: Article, bob: User, read: Reader) -> None:
    page = read(bob, "/")
    assert f'data-user="{bob.pk}"' in page
    assert 'data-cursor="' in page
    assert 'id="live-status"' in page
    assert 'data-live="listing"' in page


def test_the_page_follows_what_the_person_prefers(article: Article, bob: User, read: Reader) -> None:
    assert 'data-theme="auto"' in read(bob, "/")
    assert 'data-single-keys="1"' in read(bob, "/")
    change_preferences(bob, language="sv", theme="dark", single_keys=False)
    page = read(bob, "/")
    assert '<html lang="sv" data-theme="dark">' in page
    assert 'data-single-keys="0"' in page


def test_no_fragment_of_one_person_gets_into_the_page_of_another(
    article: Article, alice: User, bob: User, admin: User, read: Reader
) -> None:
    for person in (admin, alice, bob, admin, bob):
        page = read(person, article.get_absolute_url())
        assert ("/admin/" in page) == (person is admin)
        assert ("/articles/new/" in page) == (person is not bob)
        assert f"{person.get_full_name()}</strong>" in page


def test_the_tree_counts_what_the_person_may_read(
    make_article: MakeArticle, admin: User, alice: User, bob: User, category: Category
) -> None:
    closed = create_category(admin, "Disputes", category, grants={"manager": ["publish"]})
    make_article("One")
    make_article("Two", category=closed, by=admin)
    make_article("Three", publish=False)
    make_article("Four", roles=["manager"])
    assert navigation.tree(bob).count == 1
    assert navigation.tree(alice).count == 2
    assert navigation.tree(admin).count == 3
    assert set(navigation.tree(bob).topics) == {category.pk}


def test_a_topic_below_a_hidden_one_stands_at_the_top_without_its_name(
    make_article: MakeArticle, admin: User, bob: User, read: Reader
) -> None:
    hidden = create_category(admin, "Secret service", grants={"manager": ["view"]})
    shown = create_category(admin, "Canteen", hidden, grants={"readers": ["view"]})
    make_article("Menu", category=shown, by=admin)
    assert "Canteen" in [topic.name for topic in navigation.tree(bob).tops]
    assert hidden.pk not in navigation.tree(bob).topics
    page = read(bob, "/categories/canteen/")
    assert "Canteen" in page
    assert "Secret service" not in page


def test_a_new_article_is_counted_at_once(make_article: MakeArticle, bob: User) -> None:
    make_article("One")
    assert navigation.tree(bob).count == 1
    make_article("Two")
    assert navigation.tree(bob).count == 2


@pytest.mark.parametrize("address", ["/no-such-page/", "/articles/1/no/such/", "/categories/UPPER CASE/"])
def test_an_address_without_anything_is_answered_in_the_frame(address: str, bob: User, signed_in: SignIn) -> None:
    answer = signed_in(bob).get(address)
    assert answer.status_code == 404
    assert 'id="search"' in answer.content.decode()


def test_signed_out_people_get_the_error_without_anything_of_the_centre(article: Article, client: Client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "There is no such page" in page
    assert 'id="search"' not in page
    assert "Permits" not in page


@override_settings(ROOT_URLCONF="tests.pages.test_frame")
def test_what_breaks_is_answered_with_a_page_that_needs_nothing(bob: User) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(bob)
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "What was saved before is safe" in answer.content.decode()


def test_only_looking_is_allowed_where_nothing_can_be_sent(article: Article, bob: User, signed_in: SignIn) -> None:
    for address in ("/", "/categories/permits/", article.get_absolute_url(), f"/articles/{article.pk}/history/"):
        assert signed_in(bob).post(address).status_code == 405
