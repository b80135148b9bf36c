"""How often a page asks the database: few times, and as often for a thousand articles as for one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from articles import personal
from articles.actions.personal import note_opened, set_favourite
from articles.actions.publishing import publish_article
from articles.models import Article, Category, User
from tests.conftest import MakeArticle

from .conftest import counted, tables

SignIn = Callable[[User], Client]
SESSION = ["django_session", "articles_user"]


@pytest.fixture(autouse=True)
def one_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept for half a minute must not run out between the two counts of one test."""
    monkeypatch.setattr(personal, "ASKED_KEPT_SECONDS", 24 * 60 * 60)


def queries_of(client: Client, address: str) -> list[str]:
    """The tables that a page asks, when its process has answered somebody like this person before."""
    assert client.get(address).status_code == 200
    with counted() as queries:
        assert client.get(address).status_code == 200
    return tables(queries)


def test_an_article_costs_its_reader_three_queries(article: Article, bob: User, signed_in: SignIn) -> None:
    asked = queries_of(signed_in(bob), article.get_absolute_url())
    assert asked == [*SESSION, "articles_eventcounter"]


def test_an_article_costs_its_editor_one_more_for_the_draft(article: Article, alice: User, signed_in: SignIn) -> None:
    asked = queries_of(signed_in(alice), article.get_absolute_url())
    assert asked == [*SESSION, "articles_eventcounter", "articles_draft"]


def test_home_and_a_topic_cost_their_reader_little(article: Article, alice: User, bob: User, signed_in: SignIn) -> None:
    own = [
        *SESSION,
        "articles_eventcounter",
        "articles_visit",
        "articles_favourite",
        "articles_opening",
        "articles_flag",
    ]
    assert sorted(queries_of(signed_in(bob), "/")) == sorted(own)
    assert sorted(queries_of(signed_in(alice), "/")) == sorted([*own, "articles_draft"])
    assert sorted(queries_of(signed_in(bob), "/categories/permits/")) == sorted(
        [*SESSION, "articles_eventcounter", "articles_category"]
    )


def test_the_first_reader_of_an_article_costs_few(make_article: MakeArticle, bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    client.get(make_article("One").get_absolute_url())
    other = make_article("Two", tags=["a", "b", "c"])
    with counted() as queries:
        client.get(other.get_absolute_url())
    # What changed with the new article is read again once: the tree (2), what Bob's team answers for, the order in
    # the topic, and the two articles that Bob has open (2).
    assert sorted(tables(queries)) == sorted([
        *SESSION, "articles_eventcounter", "articles_article", "articles_tag",
        "articles_article", "articles_category", "articles_category", "articles_article",
        "articles_category",  # who answers for the topics above
        "articles_flag", "articles_tag",  # the rows of the tabs, with how many flags are open
        "articles_flag",  # what is wrong with it
        "articles_mustread", "articles_article",  # what is asked of anybody, and what Bob has to review:
        "articles_article",  # who is named as an owner, anywhere
        "notifications_notification", "articles_event", "notifications_follow",  # what is new for Bob; what he follows
        "articles_notice", "articles_event", "articles_article",  # what is announced; when something was last said here
        "articles_anchor", "articles_comment", "articles_note", "articles_flag",  # and what
    ])  # fmt: skip


@pytest.mark.parametrize(
    "address", ["/", "/categories/permits/", "/categories/permits/?sort=changed&language=en", "/?page=2"]
)
def test_lists_ask_as_often_for_many_articles_as_for_few(
    address: str, make_article: MakeArticle, alice: User, bob: User, signed_in: SignIn
) -> None:
    for number in range(22):
        article = make_article(f"Article {number}", tags=["first"])
        for person in (alice, bob):
            note_opened(person, article.pk)
            set_favourite(person, article.pk, True)
    few = {person: queries_of(signed_in(person), address) for person in (alice, bob)}
    for number in range(20):
        make_article(f"Another {number}", tags=[f"tag {number}"])
    for person, asked in few.items():
        assert queries_of(signed_in(person), address) == asked
        assert len(asked) <= 8


def test_history_asks_as_often_for_many_versions_as_for_few(
    article: Article, alice: User, bob: User, category: Category, signed_in: SignIn
) -> None:
    address = f"/articles/{article.pk}/history/"
    publish_article(alice, article.pk)
    few = queries_of(signed_in(bob), address)
    for _ in range(10):
        publish_article(alice, article.pk)
    assert queries_of(signed_in(bob), address) == few
    assert len(few) <= 6
