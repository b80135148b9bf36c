"""Pinned answers stand first for those who may see them; what people made of an answer lifts it a little, never above."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import access, kept
from articles.actions.article import archive_article
from articles.actions.audience import set_article_roles
from articles.actions.calls import note_call
from articles.actions.category import create_category
from articles.actions.personal import note_opened
from articles.actions.pinning import pin_answer, unpin_answer
from articles.actions.problems import Conflict, Invalid
from articles.actions.scoping import choose_scope
from articles.models import Article, CallOutcome, ChosenAnswer, Opening, PinnedAnswer, User
from articles.search import search_articles, words_of
from articles.search.answers import Reason, reasons_for
from articles.search.scoring import MOST_LIFTED
from tests.conftest import MakeArticle

SignIn = Callable[[User], Client]


def titles(user: User, text: str) -> list[str]:
    return [hit.article.title for hit in search_articles(user, text).hits]


def test_a_pinned_article_stands_first_even_without_the_words(
    make_article: MakeArticle, alice: User, bob: User, index: Callable[[], None]
) -> None:
    make_article("Fee for a bin", "The fee.")
    best = make_article("Zebra crossing", "Stripes.")
    index()
    assert titles(bob, "bin fee") == ["Fee for a bin"]
    pin_answer(alice, best.pk, "Fee,  BIN")
    index()
    answer = search_articles(bob, "bin fee")
    assert [(hit.article.title, hit.pinned) for hit in answer.hits] == [
        ("Zebra crossing", True),
        ("Fee for a bin", False),
    ]
    assert answer.total == 2
    assert titles(bob, "bin") == ["Fee for a bin"], "pinned for these words, and not for others"
    unpin_answer(alice, best.pk, "bin fee")
    assert titles(bob, "bin fee") == ["Fee for a bin"]


def test_an_article_that_is_found_and_pinned_is_found_once(
    make_article: MakeArticle, alice: User, bob: User, index: Callable[[], None]
) -> None:
    make_article("Fee fee fee", "Fee.")
    pinned = make_article("A fee", "Long text about other things, and a fee.")
    pin_answer(alice, pinned.pk, "fee")
    index()
    pages = [search_articles(bob, "fee", limit=1, offset=at) for at in (0, 1)]
    assert [page.hits[0].article.title for page in pages] == ["A fee", "Fee fee fee"]
    assert {page.total for page in pages} == {2}


def test_nobody_learns_from_a_pin_what_they_may_not_see(
    make_article: MakeArticle, alice: User, bob: User, charlie: User, index: Callable[[], None]
) -> None:
    make_article("Fee for a bin")
    secret = make_article("Discounts of the house")
    pin_answer(alice, secret.pk, "bin fee")
    set_article_roles(alice, secret.pk, ["writers"])
    index()
    for person in (bob, charlie):
        answer = search_articles(person, "bin fee")
        assert "Discounts of the house" not in [hit.article.title for hit in answer.hits]
        assert answer.total == len(answer.hits)
    assert titles(alice, "bin fee")[0] == "Discounts of the house"
    archive_article(alice, secret.pk)
    assert titles(alice, "bin fee") == ["Fee for a bin"], "also while the index is behind"


def test_a_pin_is_the_best_answer_wherever_it_stands(
    make_article: MakeArticle, admin: User, alice: User, bob: User, signed_in: SignIn, index: Callable[[], None]
) -> None:
    waste = create_category(admin, "Waste", grants={"writers": ["publish"], "readers": ["view"]})
    inside = make_article("Zebra crossing", "Stripes.", category=waste)
    outside = make_article("Okapi crossing", "Stripes.")
    make_article("Fee for a bin", "The bin fee.", category=waste)
    make_article("Bin fee", "The bin fee.")
    choose_scope(bob, categories=["waste"])

    def best() -> tuple[bool, str]:
        index()
        html = signed_in(bob).get("/search/?q=bin+fee").content.decode()
        first = re.search(r'data-hit="\d+".*?<h2><a [^>]*>(.*?)</a>', html, re.DOTALL)
        assert first
        return "The best answer is outside your topics" in html, first[1]

    pin_answer(alice, inside.pk, "bin fee")
    assert best() == (False, "Zebra crossing"), "nothing stands above a pin"
    pin_answer(alice, outside.pk, "bin fee")
    assert best() == (False, "Zebra crossing"), "of two the one inside"
    unpin_answer(alice, inside.pk, "bin fee")
    assert best() == (True, "Okapi crossing"), "not the best of what has no pin"


def test_who_may_not_edit_pins_nothing(article: Article, bob: User, charlie: User, signed_in: SignIn) -> None:
    with pytest.raises(access.Forbidden):
        pin_answer(bob, article.pk, "fee")
    with pytest.raises(access.NotFound):
        pin_answer(charlie, article.pk, "fee")
    assert "Pin for these words" not in signed_in(bob).get("/search/?q=permit").content.decode()
    assert not PinnedAnswer.objects.exists()


def test_what_cannot_be_pinned_is_said(make_article: MakeArticle, alice: User) -> None:
    with pytest.raises(Invalid):
        pin_answer(alice, make_article("One").pk, " ?! ")
    with pytest.raises(Conflict):
        pin_answer(alice, make_article("Draft", publish=False).pk, "fee")
    for number in range(3):
        pin_answer(alice, make_article(f"Article {number}").pk, "fee")
    with pytest.raises(Conflict):
        pin_answer(alice, make_article("Four").pk, "fee")


def test_pins_are_kept_where_the_results_are(
    article: Article, alice: User, signed_in: SignIn, index: Callable[[], None]
) -> None:
    index()
    client = signed_in(alice)
    assert "Pin for these words" in client.get("/search/?q=permit").content.decode()
    sent = {"do": "pin", "article": article.pk, "q": "permit", "next": "/search/?q=permit"}
    assert client.post("/search/pin/", sent).headers["Location"] == "/search/?q=permit"
    html = client.get("/search/?q=permit").content.decode()
    assert "Pinned answer" in html
    assert "Take the pin off" in html
    (hit,) = client.get("/api/v1/search?q=permit").json()["hits"]
    assert (hit["pinned"], hit["lifted"]) == (True, None)
    assert client.delete(f"/api/v1/search/pins?q=permit&article={article.pk}").status_code == 204
    assert "Pinned answer" not in client.get("/search/?q=permit").content.decode()


def test_clicks_and_answered_calls_lift_what_is_near_and_the_hit_says_why(
    make_article: MakeArticle, bob: User, index: Callable[[], None]
) -> None:
    chosen = make_article("Fee one", "The fee.")
    make_article("Fee two", "The fee.")
    index()
    assert titles(bob, "fee") == ["Fee two", "Fee one"], "of equal ones the newest"
    ChosenAnswer.objects.create(words="fee", article=chosen, day=timezone.localdate(), clicks=4)
    CallOutcome.objects.create(
        article=chosen, at=timezone.now(), customer_helped=True, article_helped=True, query="Fee?", words="fee"
    )
    kept.forget_all()  # what speaks for an answer may be two minutes old
    first, second = search_articles(bob, "fee").hits
    assert (first.article.title, first.reason) == ("Fee one", Reason(clicks=4, answered=1))
    assert second.reason is None


def test_no_number_of_clicks_lifts_an_article_above_a_better_or_a_pinned_one(
    make_article: MakeArticle, alice: User, bob: User, index: Callable[[], None]
) -> None:
    worse = make_article("Opening hours", "Among much else there is a fee. " * 3)
    make_article("Fee", "The fee is a fee.")
    pinned = make_article("Zebra", "Stripes.")
    ChosenAnswer.objects.create(words="fee", article=worse, day=timezone.localdate(), clicks=1_000_000)
    index()
    assert titles(bob, "fee") == ["Fee", "Opening hours"]
    pin_answer(alice, pinned.pk, "fee")
    assert titles(bob, "fee") == ["Zebra", "Fee", "Opening hours"]
    assert Reason(clicks=10**9).factor > MOST_LIFTED, "the engine bounds it"


def test_of_calls_only_those_that_asked_the_same_are_read(article: Article, bob: User) -> None:
    note_call(bob, article.pk, customer_helped=True, article_helped=True, query="Permit,  BUILDING?")
    note_call(bob, article.pk, customer_helped=True, article_helped=False, query="building permit")
    for number in range(9):
        note_call(bob, article.pk, customer_helped=True, article_helped=True, query=f"building permit {number}")
    with CaptureQueriesContext(connection) as queries:
        found = reasons_for("building permit", [article.pk])
    assert found == {article.pk: Reason(answered=1, not_answered=1)}
    _clicks, calls = (query["sql"] for query in queries)
    assert re.search(r"""WHERE .*"words" = '?building permit""", calls), "other questions stay in the database"
    plan = CallOutcome.objects.filter(words="building permit", article__in=[article.pk]).explain()
    assert connection.vendor != "sqlite" or "USING INDEX articles_ca_words" in plan


def test_calls_of_before_get_the_words_that_they_asked_with(article: Article) -> None:
    module = import_module("articles.migrations.0027_words_of_calls")
    for query in ("", "Fee?", "Bin FEE", "?!"):
        CallOutcome.objects.create(
            article=article, at=timezone.now(), customer_helped=True, article_helped=True, query=query
        )
    with patch.object(module, "AT_ONCE", 2):
        module.fill(apps, connection.schema_editor())
    assert list(CallOutcome.objects.order_by("pk").values_list("words", flat=True)) == ["", "fee", "bin fee", ""]


def test_calls_that_it_did_not_answer_speak_against_it(make_article: MakeArticle) -> None:
    assert Reason(clicks=3, answered=1, not_answered=3).factor == 1.0


def test_a_click_counts_once_an_hour_and_names_nobody(article: Article, bob: User, charlie: User) -> None:
    for _ in range(5):
        note_opened(bob, article.pk, "Permit, BUILDING")
    (row,) = ChosenAnswer.objects.all()
    assert (row.words, row.clicks) == ("building permit", 1)
    Opening.objects.update(at=timezone.now() - timedelta(hours=2))
    note_opened(bob, article.pk, "building permit")
    row.refresh_from_db()
    assert row.clicks == 2
    with pytest.raises(access.NotFound):
        note_opened(charlie, article.pk, "building permit")


def test_one_query_is_written_in_many_ways() -> None:
    assert words_of("Fee,  för BIN fee") == words_of("bin för fee") == "bin fee for"
    assert words_of("?!") == ""
