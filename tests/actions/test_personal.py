"""Stars, what was opened, and since when what changed is news: each person's own, and never of what they may not see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles import access, personal
from articles.actions import personal as actions
from articles.actions.article import archive_article
from articles.actions.audience import set_article_roles
from articles.actions.personal import note_opened, note_visit, set_favourite
from articles.models import Article, Favourite, Opening, User, Visit
from tests.conftest import MakeArticle
from tests.pages.conftest import counted

SignIn = Callable[[User], Client]
Clock = Callable[[datetime], None]
EIGHT = datetime(2026, 11, 27, 8, 0, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """`clock(moment)`: it is that time now."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


def titles(articles: list[Article]) -> list[str]:
    return [article.title for article in articles]


def test_a_star_twice_is_one_star_and_is_taken_off_once(article: Article, bob: User) -> None:
    for _ in range(2):
        set_favourite(bob, article.pk, True)
    assert Favourite.objects.filter(user=bob).count() == 1
    assert personal.is_favourite(bob, article.pk)
    set_favourite(bob, article.pk, False)
    assert personal.favourites(bob, 5) == []


def test_charlie_puts_no_star_on_what_is_not_there_for_him(article: Article, charlie: User) -> None:
    for act in (lambda: set_favourite(charlie, article.pk, True), lambda: note_opened(charlie, article.pk)):
        with pytest.raises(access.NotFound):
            act()
    assert not Favourite.objects.exists()
    assert not Opening.objects.exists()


def test_what_one_may_not_see_any_more_is_neither_favourite_nor_recent_nor_asked(
    make_article: MakeArticle, alice: User, bob: User, mary: User
) -> None:
    hidden, archived, open_ = make_article("Hidden"), make_article("Archived"), make_article("Open")
    for article in (hidden, archived, open_):
        set_favourite(bob, article.pk, True)
        for person in (bob, mary, alice):
            note_opened(person, article.pk)
    set_article_roles(alice, hidden.pk, ["writers"])
    archive_article(alice, archived.pk)
    assert titles(personal.favourites(bob, 5)) == ["Open"]
    assert titles(personal.recent(bob, 5)) == ["Open"]
    assert [(article.title, people) for article, people in personal.asked_today(bob, 5)] == [("Open", 3)]
    assert "Hidden" in [article.title for article, _people in personal.asked_today(alice, 5)]


def test_what_one_person_alone_opened_is_nobody_elses_business(article: Article, alice: User, bob: User) -> None:
    for _ in range(3):
        note_opened(bob, article.pk)
    assert personal.asked_today(alice, 5) == []
    assert Opening.objects.count() == 1


def test_the_last_opened_comes_first_and_the_list_does_not_grow_for_ever(
    make_article: MakeArticle, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "KEPT", 3)
    made = [make_article(f"Article {number}") for number in range(5)]
    for article in made:
        note_opened(bob, article.pk)
    note_opened(bob, made[3].pk)
    assert titles(personal.recent(bob, 10)) == ["Article 3", "Article 4", "Article 2"]
    assert Opening.objects.count() == 3


def test_news_count_from_the_last_visit_and_a_second_tab_takes_nothing_off(bob: User, clock: Clock) -> None:
    def since() -> datetime | None:
        return actions.news_since(Visit.objects.filter(user=bob).first(), timezone.now())

    clock(EIGHT)
    assert since() is None
    note_visit(bob)
    assert since() is None, "who is here for the first time keeps what the first look showed"
    clock(EIGHT + timedelta(hours=6, minutes=30))
    assert since() == EIGHT
    note_visit(bob)
    for minutes in (1, 10, 25):
        clock(EIGHT + timedelta(hours=6, minutes=30 + minutes))
        assert since() == EIGHT
        note_visit(bob)
    note_visit(bob, all_seen=True)
    assert since() == EIGHT + timedelta(hours=6, minutes=55)


def test_the_api_keeps_favourites(article: Article, bob: User, charlie: User, signed_in: SignIn) -> None:
    address = f"/api/v1/articles/{article.pk}/favourite"
    assert signed_in(bob).put(address).status_code == 204
    (line,) = signed_in(bob).get("/api/v1/favourites").json()["items"]
    assert (line["id"], line["title"]) == (article.pk, article.title)
    assert signed_in(charlie).put(address).status_code == 404
    assert signed_in(bob).delete(address).status_code == 204
    assert signed_in(bob).get("/api/v1/favourites").json() == {"items": [], "recent": []}


def test_lists_of_ones_own_cost_as_many_queries_for_many_as_for_few(
    make_article: MakeArticle, bob: User, alice: User
) -> None:
    def cost() -> int:
        with counted() as queries:
            personal.favourites(bob, 6), personal.recent(bob, 6), personal.asked_today(bob, 6)
        return len(queries)

    def use(count: int) -> None:
        for number in range(count):
            article = make_article(f"Article {count} {number}")
            set_favourite(bob, article.pk, True)
            for person in (alice, bob):
                note_opened(person, article.pk)

    use(2)
    few = cost()
    use(12)
    assert cost() == few
