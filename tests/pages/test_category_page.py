"""A topic and its articles."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from articles.actions.article import archive_article
from articles.actions.category import create_category
from articles.actions.scoping import choose_scope
from articles.models import Article, Category, User
from tests.conftest import MakeArticle

from .conftest import Reader, text_of

SignIn = Callable[[User], Client]


def test_bob_sees_the_articles_of_the_topic_with_their_beginnings(
    make_article: MakeArticle, bob: User, read: Reader
) -> None:
    make_article("Fence", "A fence of up to 1.1 metres needs no permit.")
    page = read(bob, "/categories/permits/")
    assert "Fence" in page
    assert "A fence of up to 1.1 metres needs no permit." in page
    assert "1 article<" in page


def test_charlie_gets_the_same_answer_as_for_a_topic_that_does_not_exist(
    article: Article, charlie: User, signed_in: SignIn
) -> None:
    hidden = signed_in(charlie).get("/categories/permits/")
    absent = signed_in(charlie).get("/categories/no-such-topic/")
    assert hidden.status_code == absent.status_code == 404
    assert text_of(hidden) == text_of(absent)


def test_what_stands_below_a_topic_is_counted_and_listed_in_it(
    make_article: MakeArticle, alice: User, bob: User, category: Category, read: Reader
) -> None:
    below = create_category(alice, "Fences", category)
    make_article("Hedge", category=below)
    make_article("Garage")
    page = read(bob, "/categories/permits/")
    assert "Hedge" in page
    assert "2 articles<" in page
    assert 'href="/categories/fences/"' in page
    assert "Garage" not in read(bob, "/categories/fences/").partition('id="entries"')[2]


def test_a_topic_shows_what_is_in_ones_scope_and_counts_the_rest(
    make_article: MakeArticle, admin: User, bob: User, category: Category, read: Reader
) -> None:
    fences = create_category(admin, "Fences", category)
    walls = create_category(admin, "Walls", category)
    make_article("Hedge", category=fences, by=admin)
    make_article("Brick", category=walls, by=admin)
    make_article("Garage", category=category)
    choose_scope(bob, categories=["fences"])
    page = read(bob, "/categories/permits/")
    entries = page.partition('id="entries"')[2]
    assert "Hedge" in entries
    assert "Brick" not in entries
    assert "1 article<" in page
    assert "2 more outside your topics" in page
    page = read(bob, "/categories/walls/")
    assert "Brick" in page.partition('id="entries"')[2], "whoever opens a topic wants it"
    assert "1 article · outside your topics" in page
    assert "more outside your topics" not in page
    choose_scope(bob, show="all")
    page = read(bob, "/categories/permits/")
    assert "3 articles<" in page
    assert "Only my topics" in page


def test_a_closed_topic_below_is_not_there_and_not_counted(
    make_article: MakeArticle, admin: User, bob: User, category: Category, read: Reader
) -> None:
    closed = create_category(admin, "Disputes", category, grants={"manager": ["publish"]})
    make_article("Dispute with Karlsson", category=closed, by=admin)
    make_article("Garage")
    page = read(bob, "/categories/permits/")
    assert "Disputes" not in page
    assert "Karlsson" not in page
    assert "1 article<" in page


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("?tag=fees", {"Fee for a garage"}),
        ("?tag=FEES", {"Fee for a garage"}),
        ("?language=sv", {"Staket"}),
        ("?language=xx&sort=no", {"Fee for a garage", "Staket", "Hedge"}),
        ("?tag=none", set()),
    ],
)
def test_filters_leave_what_fits(
    address: str, shown: set[str], make_article: MakeArticle, bob: User, read: Reader
) -> None:
    make_article("Fee for a garage", tags=["Fees"])
    make_article("Staket", language="sv")
    make_article("Hedge", tags=["garden"])
    entries = read(bob, f"/categories/permits/{address}").partition('id="entries"')[2]
    assert {title for title in ("Fee for a garage", "Staket", "Hedge") if title in entries} == shown


def test_a_topic_is_sorted_by_title_change_or_review_date(make_article: MakeArticle, bob: User, read: Reader) -> None:
    make_article("B first", review_date=date(2030, 1, 1))
    make_article("A second", review_date=date(2031, 1, 1))
    make_article("C third")

    def order(sort: str) -> list[str]:
        page = read(bob, f"/categories/permits/?sort={sort}").partition('id="entries"')[2]
        return sorted(("A second", "B first", "C third"), key=page.index)

    assert order("title") == ["A second", "B first", "C third"]
    assert order("changed") == ["C third", "A second", "B first"]
    assert order("review") == ["B first", "A second", "C third"]


def test_drafts_and_archived_articles_are_shown_to_writers_who_ask_for_them(
    make_article: MakeArticle, alice: User, bob: User, read: Reader
) -> None:
    make_article("Not yet", publish=False)
    archive_article(alice, make_article("No longer").pk)
    assert "Not yet" not in read(alice, "/categories/permits/")
    assert "Not yet" in read(alice, "/categories/permits/?status=draft")
    assert "No longer" in read(alice, "/categories/permits/?status=archived")
    for status in ("draft", "archived"):
        page = read(bob, f"/categories/permits/?status={status}")
        assert "Not yet" not in page
        assert "No longer" not in page


def test_a_list_never_quotes_a_passage_that_is_for_some_roles(
    make_article: MakeArticle, alice: User, bob: User, read: Reader
) -> None:
    make_article("Discounts", "::: roles manager\nUp to 10 %.\n:::\n\nFor all.")
    for person in (alice, bob):
        assert "Up to 10" not in read(person, "/categories/permits/")
        assert "Up to 10" not in read(person, "/")


def test_only_those_who_may_are_offered_to_write(article: Article, alice: User, bob: User, read: Reader) -> None:
    assert "/articles/new/?category=permits" in read(alice, "/categories/permits/")
    assert "/articles/new/" not in read(bob, "/categories/permits/")
    assert "/import/" not in read(bob, "/categories/permits/")


def test_what_may_come_is_there_hidden_so_that_an_open_page_can_show_it(
    read: Reader, article: Article, alice: User, bob: User, category: Category
) -> None:
    page = read(bob, "/categories/permits/")
    assert re.search(r'<nav id="below"[^>]* data-live="listing" hidden>', page)
    assert re.search(r'<label id="tag-filter" data-live="listing" hidden>', page)
    assert re.search(r'<div id="category-name" data-live="listing">.*?<h1>Permits</h1>', page, re.DOTALL)
    create_category(alice, "Fences", category)
    assert re.search(r'<nav id="below"[^>]* data-live="listing"><ul', read(bob, "/categories/permits/"))
