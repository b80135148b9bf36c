"""The search page: what it says about what was found, and about what was not."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from articles.actions.audience import set_article_roles
from articles.actions.category import create_category
from articles.actions.scoping import choose_scope
from articles.models import Article, Category, User
from articles.search import SearchEngine
from tests.conftest import MakeArticle
from tests.pages.conftest import counted

from .conftest import steady

SignIn = Callable[[User], Client]
Index = Callable[[], None]


def titles(html: str) -> list[str]:
    """The titles of the hits, best first."""
    return [unescape(title) for title in re.findall(r"<li [^>]*data-hit.*?<h2><a [^>]*>(.*?)</a>", html, re.DOTALL)]


@pytest.fixture
def ask(bob: User, signed_in: SignIn, index: Index) -> Callable[..., str]:
    """`ask("bin fee", tag="fees")`: the page that Bob gets, with everything indexed."""

    def asked(text: str, status: int = 200, **more: str) -> str:
        index()
        response = signed_in(bob).get("/search/", {"q": text, **more})
        assert response.status_code == status
        return response.content.decode()

    return asked


def test_a_hit_shows_title_snippet_place_version_and_time(make_article: MakeArticle, ask: Callable[..., str]) -> None:
    article = make_article("Garden waste bin", "The bin costs 745 kr per season.\n\n## Order\n\nCall us.")
    html = ask("bin costs")
    assert titles(html) == ["Garden waste bin"]
    assert "<mark>bin</mark>" in html
    assert f'href="{article.get_absolute_url()}"' in html
    assert "Permits · version 1" in html
    assert "<time datetime=" in html
    assert "1 answer for “bin costs”" in html
    assert f'href="/flags/new/?article={article.pk}&amp;query=bin+costs"' in html
    asked_next = ask('season "&<b>', status=200)  # the row is kept, the words are not
    assert "query=season+%22%26%3Cb%3E" in asked_next
    assert "bin+costs" not in asked_next


def test_a_misspelt_word_is_corrected_and_can_be_insisted_on(
    make_article: MakeArticle, ask: Callable[..., str]
) -> None:
    make_article("Garden waste", "Leaves and grass.")
    html = ask("gardne waste")
    assert titles(html) == ["Garden waste"]
    assert "Searched for <b>garden waste</b>" in html
    instead = unescape(re.search(r'<a href="(/search/[^"]*exact=1[^"]*)"', html)[1])  # type: ignore[index]
    assert instead == "/search/?q=gardne+waste&exact=1"
    assert "Searched for" not in ask("gardne waste", exact="1")


def test_filters_narrow_and_can_be_dropped(
    make_article: MakeArticle, admin: User, category: Category, ask: Callable[..., str]
) -> None:
    below = create_category(admin, "Fences", category)
    make_article("Fee for a fence", "Text.", category=below, tags=["fees"])
    make_article("Fee for a wall", "Text.", tags=["walls"])
    make_article("Avgift, fee", "Svensk text.", language="sv")
    assert set(titles(ask("fee"))) == {"Fee for a fence", "Fee for a wall", "Avgift, fee"}
    assert titles(ask("fee", category="fences")) == ["Fee for a fence"]
    assert len(titles(ask("fee", category="permits"))) == 3
    assert titles(ask("fee", tag="walls")) == ["Fee for a wall"]
    html = ask("fee", language="sv")
    assert titles(html) == ["Avgift, fee"]
    assert 'href="/search/?q=fee">Clear the filters</a>' in html
    assert '<option value="sv" selected>' in html


def test_what_lies_outside_of_ones_topics_is_counted_and_never_hidden_where_it_is_better(
    make_article: MakeArticle, admin: User, alice: User, bob: User, ask: Callable[..., str]
) -> None:
    waste = create_category(admin, "Waste", grants={"writers": ["publish"], "readers": ["view"]})
    make_article("Garden bin", "It is emptied every week. A fee is taken.", category=waste)
    make_article("Emptying", "A garden bin is emptied.")
    make_article("Parking fee", "The parking fee.")
    set_article_roles(alice, make_article("Garden bin that is hidden").pk, ["writers"])
    choose_scope(bob, categories=["waste"])

    html = ask("garden bin")
    assert titles(html) == ["Garden bin", "Emptying"]
    assert html.index(">Garden bin<") < html.index('id="beyond"') < html.index(">Emptying<")
    assert "1 answer for" in html
    assert "1 more outside your topics" in html, "and the hidden one is in no number"

    html = ask("parking fee")
    assert titles(html) == ["Parking fee", "Garden bin"]
    assert "The best answer is outside your topics" in html
    assert 'id="beyond"' not in html

    html = ask("parking")
    assert titles(html) == ["Parking fee"]
    assert "Nothing inside your topics: these are outside of them." in html

    html = ask("garden bin", language="en")
    assert titles(html) == ["Garden bin", "Emptying"]
    assert "1 answer for" in html
    assert "1 more outside your topics" in html, "a language says what, and not where"
    assert 'name="next" value="/search/?q=garden+bin&amp;language=en"' in html, "and everything is of that language"

    html = ask("garden bin", category="permits")
    assert titles(html) == ["Emptying"], "whoever names a topic has chosen where to look"
    assert "outside your topics" not in html

    choose_scope(bob, show="all")
    html = ask("garden bin", language="en")
    assert "2 answers for" in html
    assert "Everything is shown" in html


def test_nothing_found_says_what_to_do_and_offers_the_nearest_words(
    make_article: MakeArticle, ask: Callable[..., str]
) -> None:
    make_article("Recycling", "What may be recycled.")
    html = ask("recyclnigg", exact="1")
    assert "No answer for “recyclnigg”" in html
    assert re.search(r'<a class="tag accent" href="/search/\?q=recycl\w+">recycl\w+</a>', html)
    assert 'href="/categories/permits/"' in html
    assert "Clear the filters" in ask("zzzzqqq", language="sv")


def test_an_empty_question_is_answered_with_how_to_ask(article: Article, ask: Callable[..., str]) -> None:
    html = ask("  ")
    assert "Ask as the caller asks" in html
    assert "data-hit" not in html


def test_more_hits_than_a_page_holds_are_paged(make_article: MakeArticle, ask: Callable[..., str]) -> None:
    for number in range(18):
        make_article(f"Fee number {number}", "Fee.")
    first, second = ask("fee"), ask("fee", page="2")
    assert "1–10 of 18" in first
    assert "11–18 of 18" in second
    assert len(set(titles(first)) | set(titles(second))) == 18
    assert "There is no page that far back" in ask("fee", page="7")
    for strange in ("0", "-1", "x", "²", "99999999999"):
        assert titles(ask("fee", page=strange)) == titles(first)


def test_while_there_is_no_index_titles_are_searched_and_it_says_so(
    article: Article, bob: User, engine: SearchEngine, signed_in: SignIn
) -> None:
    html = signed_in(bob).get("/search/", {"q": "building"}).content.decode()
    assert "The index is being rebuilt" in html
    assert titles(html) == ["Building permit"]


def test_what_one_may_not_read_is_not_found_nor_counted_nor_named(
    article: Article, charlie: User, signed_in: SignIn, index: Index
) -> None:
    index()
    html = signed_in(charlie).get("/search/", {"q": "building permit"}).content.decode()
    assert titles(html) == []
    assert "Building" not in html
    assert "Permits" not in html
    hidden = signed_in(charlie).get("/search/", {"q": "x", "category": "permits"})
    absent = signed_in(charlie).get("/search/", {"q": "x", "category": "nothing"})
    assert hidden.status_code == absent.status_code == 404
    assert signed_in(charlie).get(f"/articles/{article.pk}/preview/").status_code == 404


def test_a_question_is_shown_as_text(article: Article, ask: Callable[..., str]) -> None:
    html = ask("<script>alert(1)</script> & permit")
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_whoever_has_not_signed_in_is_led_to_the_door() -> None:
    assert Client().get("/search/?q=fee").headers["Location"] == "/accounts/login/?next=/search/%3Fq%3Dfee"


def test_the_preview_is_the_answer_without_the_page(article: Article, bob: User, signed_in: SignIn) -> None:
    html = signed_in(bob).get(f"/articles/{article.pk}/preview/").content.decode()
    assert "<strong>745 kr</strong>" in html
    assert "<html" not in html
    assert article.get_absolute_url() in html


def test_a_draft_has_no_preview(make_article: MakeArticle, alice: User, signed_in: SignIn) -> None:
    draft = make_article("Draft", publish=False)
    assert signed_in(alice).get(f"/articles/{draft.pk}/preview/").status_code == 404


@pytest.mark.parametrize("more", ["", "&category=permits", "&tag=first&language=en", "&exact=1"])
def test_a_search_asks_the_database_as_often_for_many_hits_as_for_one(
    more: str, make_article: MakeArticle, bob: User, signed_in: SignIn, index: Index
) -> None:
    client = signed_in(bob)

    def asked() -> list[str]:
        index()
        client.get("/search/?q=fee" + more)
        with counted() as queries:
            client.get("/search/?q=fee" + more)
        return steady(queries)

    make_article("Fee 0", "A fee.", tags=["first"])
    one = asked()
    for number in range(1, 20):
        make_article(f"Fee {number}", "A fee.", tags=["first", f"tag {number}"])
    assert asked() == one
    assert len(one) <= (7 if "category" in more else 5)


def test_a_tag_alone_lists_what_has_it_and_one_may_read_the_newest_first(
    admin: User, make_article: MakeArticle, ask: Callable[..., str]
) -> None:
    hidden = create_category(admin, "Secret", grants={"editor": ["view"], "writers": ["publish"]})
    for number in range(12):
        make_article(f"Fee {number}", tags=["Fees & dues"])
    make_article("Other")
    make_article("Hidden", category=hidden, tags=["Fees & dues"])
    first = ask("", tag="fees & dues")
    assert titles(first) == [f"Fee {number}" for number in reversed(range(2, 12))]
    assert "12 articles with the tag “fees &amp; dues”" in first
    assert titles(ask("", tag="fees & dues", page="2")) == ["Fee 1", "Fee 0"]
    assert "No article with the tag" in ask("", tag="nothing has it")


def test_of_what_a_tag_lists_it_says_how_much_is_outside_of_ones_topics(
    admin: User, bob: User, category: Category, make_article: MakeArticle, ask: Callable[..., str]
) -> None:
    other = create_category(admin, "Waste", grants={"readers": ["view"], "writers": ["publish"]})
    make_article("Inside", tags=["fees"])
    make_article("Outside", tags=["fees"], category=other)
    choose_scope(bob, categories=[category.slug], show="mine")
    make_article("Elsewhere", tags=["dues"], category=other)
    html = ask("", tag="fees")
    assert titles(html) == ["Inside"]
    assert "1 more outside your topics" in html
    html = ask("", tag="fees", category="waste")
    assert titles(html) == ["Outside"], "whoever names a topic has chosen where to look"
    assert "outside your topics" not in html
    html = ask("", tag="dues")
    assert titles(html) == ["Elsewhere"]
    assert "Nothing inside your topics: these are outside of them." in html
    choose_scope(bob, show="all")
    assert titles(ask("", tag="fees")) == ["Outside", "Inside"]


def test_an_answer_of_an_index_that_is_behind_is_asked_for_again(
    make_article: MakeArticle, bob: User, signed_in: SignIn, index: Index
) -> None:
    make_article("Garden waste", "Leaves and grass.")
    client = signed_in(bob)
    for behind in (True, False):
        assert ('id="index-behind"' in client.get("/search/?q=leaves").content.decode()) == behind
        index()
