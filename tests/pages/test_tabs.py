"""Articles open beside each other: per person and browser, and without a word of what may not be seen any more."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from articles import tabs
from articles.actions.article import archive_article
from articles.actions.audience import set_article_roles
from articles.models import User
from tests.conftest import MakeArticle

from .conftest import counted

SignIn = Callable[[User], Client]


def open_in(client: Client, path: str = "/") -> list[str]:
    html = client.get(path).content.decode()
    strip = re.search(r'<div id="open-articles".*?</div>', html, re.DOTALL)
    assert strip
    return re.findall(r'title="([^"]*)"', strip[0])


def test_what_is_opened_stays_open_until_it_is_closed(make_article: MakeArticle, bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    one, two, three = (make_article(name) for name in ("One", "Two", "Three"))
    for article in (one, two, three, one):
        client.get(article.get_absolute_url())
    assert open_in(client) == ["One", "Two", "Three"]
    back = client.post("/tabs/close/", {"article": two.pk, "next": two.get_absolute_url()})
    assert back.headers["Location"] == f"/articles/{three.pk}/"
    assert open_in(client) == ["One", "Three"]
    assert client.post("/tabs/close/", {"all": "1", "next": "/search/?q=x"}).headers["Location"] == "/"
    assert open_in(client) == []


def test_closing_leads_nowhere_else(make_article: MakeArticle, bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    for name in ("One", "Two"):
        client.get(make_article(name).get_absolute_url())
    answer = client.post("/tabs/close/", {"article": "x²", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_an_article_that_one_may_no_longer_see_leaves_without_a_word(
    make_article: MakeArticle, alice: User, bob: User, signed_in: SignIn
) -> None:
    client = signed_in(bob)
    hidden, shown = make_article("Hidden"), make_article("Shown")
    for article in (hidden, shown):
        client.get(article.get_absolute_url())
    set_article_roles(alice, hidden.pk, ["writers"])
    assert open_in(client) == ["Shown"]
    page = client.get("/categories/permits/").content.decode()
    assert "Hidden" not in page


def test_closing_counts_and_leads_to_only_what_is_shown(
    make_article: MakeArticle, alice: User, bob: User, signed_in: SignIn
) -> None:
    client = signed_in(bob)
    one, hidden, two, gone = (make_article(name) for name in ("One", "Hidden", "Two", "Gone"))
    for article in (one, hidden, two, gone):
        client.get(article.get_absolute_url())
    set_article_roles(alice, hidden.pk, ["writers"])
    archive_article(alice, gone.pk)
    were_open = client.cookies[tabs.COOKIE].value
    assert "2 articles closed." in client.post("/tabs/close/", {"all": "1"}, follow=True).content.decode()
    client.cookies[tabs.COOKIE] = were_open
    asked = {"article": two.pk, "next": two.get_absolute_url()}
    assert client.post("/tabs/close/", asked)["Location"] == f"/articles/{one.pk}/"


def test_an_archived_article_opens_no_tab(make_article: MakeArticle, alice: User, bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    gone, one = make_article("Gone"), make_article("One")
    archive_article(alice, gone.pk)
    for article in (one, gone):
        client.get(article.get_absolute_url())
    assert client.cookies[tabs.COOKIE].value == f"{bob.pk}:{one.pk}", "it would take the place of one that is shown"


def test_an_open_page_that_is_brought_up_to_date_opens_no_tab(
    make_article: MakeArticle, bob: User, signed_in: SignIn
) -> None:
    client = signed_in(bob)
    one, two = make_article("One"), make_article("Two")
    for article in (one, two):
        client.get(article.get_absolute_url())
    client.post("/tabs/close/", {"article": two.pk, "next": "/"})
    for article in (one, two):
        answer = client.get(article.get_absolute_url(), headers={"X-Live": "1"})
        assert answer.status_code == 200
        assert tabs.COOKIE not in answer.cookies, "it may have been asked for before a tab was closed"
    assert open_in(client) == ["One"]


def test_tabs_are_a_persons_own_and_go_when_they_sign_out(
    make_article: MakeArticle, alice: User, bob: User, signed_in: SignIn
) -> None:
    client = signed_in(bob)
    client.get(make_article("One").get_absolute_url())
    cookie = client.cookies[tabs.COOKIE]
    assert "One" not in cookie.value
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    other = signed_in(alice)
    other.cookies[tabs.COOKIE] = cookie.value
    assert open_in(other) == []
    client.post("/accounts/logout/")
    assert client.cookies[tabs.COOKIE].value == ""


def test_a_strange_cookie_opens_nothing(make_article: MakeArticle, bob: User, signed_in: SignIn) -> None:
    article = make_article("One")
    client = signed_in(bob)
    for value in ("x", f"{bob.pk}:", f"{bob.pk}:a.b.999999999999", f"{bob.pk}:{article.pk}.{article.pk}.-1"):
        client.cookies[tabs.COOKIE] = value
        assert open_in(client) in ([], ["One"])


def test_there_are_not_too_many_and_they_cost_no_query(make_article: MakeArticle, bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    made = [make_article(f"Article {number}") for number in range(tabs.MOST + 2)]
    with counted() as without:
        client.get("/categories/permits/")
    for article in made:
        client.get(article.get_absolute_url())
    assert open_in(client) == [article.title for article in made[2:]]
    with counted() as queries:
        client.get("/categories/permits/")
    assert len(queries) <= len(without)


def test_what_is_asked_for_ahead_has_its_tab_only_once_it_is_looked_at(
    make_article: MakeArticle, bob: User, signed_in: SignIn
) -> None:
    client = signed_in(bob)
    one, two = make_article("One"), make_article("Two")
    client.get(one.get_absolute_url())
    ahead = client.get(two.get_absolute_url(), headers={"Sec-Purpose": "prefetch"})
    assert ahead.status_code == 200
    assert tabs.COOKIE not in ahead.cookies
    assert 'title="Two"' in ahead.content.decode(), "drawn, for whoever will see it"
    assert " data-ahead" in ahead.content.decode(), "so that the page asks for its tab"
    assert " data-ahead" not in client.get(one.get_absolute_url()).content.decode()
    assert open_in(client) == ["One"]
    client.post(f"/articles/{one.pk}/opened/", {"q": ""})
    assert open_in(client) == ["One"]
    client.post(f"/articles/{two.pk}/opened/", {"tab": "1"})
    assert open_in(client) == ["One", "Two"]
