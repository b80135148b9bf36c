"""The palette: what it finds for whom, and what it never tells."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import resolve

from articles import access
from articles.actions.audience import set_article_roles
from articles.actions.category import create_category
from articles.actions.people import change_preferences
from articles.actions.personal import note_opened, set_favourite
from articles.actions.scoping import choose_scope
from articles.models import Article, User
from articles.views.palette_actions import ACTIONS, actions_for
from tests.conftest import MakeArticle

from .conftest import counted, tables

SignIn = Callable[[User], Client]
Ask = Callable[[User, str], str]


@pytest.fixture
def ask(signed_in: SignIn, index: Callable[[], None]) -> Ask:
    """`ask(bob, "bin")`: the options that Bob gets, with everything indexed."""

    def asked(user: User, text: str) -> str:
        index()
        response = signed_in(user).get("/palette/", {"q": text})
        assert response.status_code == 200
        return response.content.decode()

    return asked


def options(html: str) -> list[str]:
    """What can be chosen, without where it stands."""
    found = re.findall(r'<a class="option".*?<span class="words">(.*?)</a>', html, re.DOTALL)
    return [" ".join(re.sub(r"<small>.*?</small>|<[^>]*>", " ", one).split()) for one in found]


def test_it_finds_titles_as_one_types_and_then_texts(make_article: MakeArticle, bob: User, ask: Ask) -> None:
    make_article("Garden waste bin", "Costs 745 kr.")
    make_article("Fees of this year", "The garden bin costs 745 kr.")
    assert options(ask(bob, "gard"))[0] == "Garden waste bin"
    assert options(ask(bob, "garden bin"))[:2] == ["Garden waste bin", "Fees of this year"]


def test_before_anything_is_typed_it_shows_what_was_opened_and_kept(
    make_article: MakeArticle, alice: User, bob: User, ask: Ask
) -> None:
    opened, kept, hidden = make_article("Opened"), make_article("Kept"), make_article("Hidden")
    for article in (hidden, opened):
        note_opened(bob, article.pk)
    set_favourite(bob, kept.pk, True)
    set_article_roles(alice, hidden.pk, ["writers"])
    html = ask(bob, "")
    assert options(html)[:2] == ["Opened", "Kept"]
    assert "Hidden" not in html


def test_it_tells_nothing_of_what_its_reader_may_not_see(
    make_article: MakeArticle, alice: User, bob: User, charlie: User, ask: Ask
) -> None:
    secret = make_article("Xylophone discount", "For writers.", tags=["instruments"])
    set_article_roles(alice, secret.pk, ["writers"])
    for person in (bob, charlie):
        html = ask(person, "xylophone")
        assert "iscount" not in html
        assert options(html)[0] == "Search all texts for “xylophone”"
        assert len(options(html)) == 2, "and that it is missing can be reported"
    assert options(ask(alice, "xylophone"))[0] == "Xylophone discount"


def test_what_is_outside_of_ones_topics_comes_behind_and_is_counted(
    make_article: MakeArticle, admin: User, alice: User, bob: User, ask: Ask
) -> None:
    waste = create_category(admin, "Waste", grants={"writers": ["publish"], "readers": ["view"]})
    make_article("Fee for a bin", category=waste)
    for number in range(5):
        make_article(f"Fee number {number}")
    hidden = make_article("Fee that is hidden")
    set_article_roles(alice, hidden.pk, ["writers"])
    choose_scope(bob, categories=["waste"])
    html = ask(bob, "fee")
    assert options(html)[0] == "Fee for a bin"
    assert len([one for one in options(html) if one.startswith("Fee number")]) == 3
    assert '<span class="number">(5)</span>' in html, "five that Bob may see, and not the hidden one"


def test_what_answers_much_better_outside_of_ones_topics_stands_first(
    make_article: MakeArticle, admin: User, bob: User, ask: Ask, index: Callable[[], None]
) -> None:
    waste = create_category(admin, "Waste", grants={"writers": ["publish"], "readers": ["view"]})
    make_article("Recycling centres", "By bus: take your card along when you travel.", category=waste)
    make_article("Get a travel card", "A travel card is ordered at the desk.")
    index()
    choose_scope(bob, categories=["waste"])
    html = ask(bob, "travel card")
    assert options(html)[:2] == ["Get a travel card", "Recycling centres"]
    assert "The best answer is outside your topics" in html
    assert options(html).count("Get a travel card") == 1


def test_actions_are_those_that_one_may_do(article: Article, alice: User, bob: User, admin: User, ask: Ask) -> None:
    assert "New article" in options(ask(alice, "new"))
    assert "New article" not in options(ask(bob, "new"))
    assert "Administration" in options(ask(admin, "adm"))
    assert "Administration" not in options(ask(alice, "adm"))
    change_preferences(bob, language="sv")
    assert "Inställningar" in options(ask(bob, "tema"))


def test_people_are_found_by_those_who_may_see_people(
    article: Article, alice: User, bob: User, mary: User, ask: Ask
) -> None:
    assert any(one.startswith("Alice Ahlgren") for one in options(ask(mary, "ahl")))
    for person in (bob, alice):
        assert "Ahlgren" not in ask(person, "ahl")


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.url)
def test_every_action_leads_somewhere(action: object) -> None:
    resolve(action.url.partition("?")[0])  # type: ignore[attr-defined]


def test_every_place_of_the_menu_is_an_action(
    article: Article, bob: User, mary: User, admin: User, signed_in: SignIn
) -> None:
    for person in (bob, mary, admin):
        html = signed_in(person).get("/help/").content.decode()
        menu = html.partition('id="user-menu"')[2].partition('action="/accounts/logout/"')[0]
        offered = {action.url for action in actions_for(access.site_abilities(person), "", len(ACTIONS))}
        assert set(re.findall(r'<a href="([^"]+)"', menu)) - offered == set()


def test_nobody_signed_out_gets_anything(article: Article, client: Client) -> None:
    assert client.get("/palette/?q=permit").status_code == 302


@pytest.mark.parametrize("text", ["fee", ""])
def test_it_asks_the_database_as_often_for_many_articles_as_for_few(
    text: str, make_article: MakeArticle, bob: User, signed_in: SignIn, index: Callable[[], None]
) -> None:
    client = signed_in(bob)

    def asked() -> list[str]:
        index()
        client.get("/palette/", {"q": text})
        with counted() as queries:
            client.get("/palette/", {"q": text})
        return [table for table in tables(queries) if table != "articles_synonymgroup"]

    def more(count: int) -> None:
        for number in range(count):
            article = make_article(f"Fee {count} {number}", "A fee.")
            note_opened(bob, article.pk)
            set_favourite(bob, article.pk, True)

    more(2)
    few = asked()
    more(12)
    assert asked() == few
    assert len(few) <= 5
