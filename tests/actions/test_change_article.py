"""Creating articles, and changing what is known about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from articles import access, documents
from articles.actions import article as actions
from articles.actions.problems import Conflict, Invalid
from articles.models import Article, Category, Event, Tag, User

MakeArticle = Callable[..., Article]
EMPTY = documents.empty_document()


def last_event() -> Event:
    return Event.objects.order_by("-seq")[0]


def test_a_new_article_is_a_draft_that_readers_do_not_see(alice: User, bob: User, category: Category) -> None:
    article = actions.create_article(alice, category, "  Fence  height ", EMPTY, tags=["Fences", "fences", "Plots"])
    assert article.title == "Fence height"
    assert article.status == "draft"
    assert sorted(tag.name for tag in article.tags.all()) == ["Fences", "Plots"]
    assert not access.can(bob, "view", article)
    assert access.can(alice, "view", article)
    assert last_event().kind == "article.created"


@pytest.mark.parametrize(
    ("title", "more", "field"),
    [
        ("", {}, "title"),
        ("  ", {}, "title"),
        ("x" * 201, {}, "title"),
        ("a\x00b", {}, "title"),
        ("ok", {"language": "de"}, "language"),
        ("ok", {"tags": [""]}, "tags"),
        ("ok", {"tags": [str(n) for n in range(31)]}, "tags"),
        ("ok", {"roles": ["no-such-role"]}, "roles"),
    ],
)
def test_what_cannot_be_accepted_writes_nothing(
    alice: User, category: Category, title: str, more: dict[str, Any], field: str
) -> None:
    events = Event.objects.count()
    with pytest.raises(Invalid) as problem:
        actions.create_article(alice, category, title, EMPTY, **more)
    assert list(problem.value.fields) == [field]
    assert not Article.objects.exists()
    assert not Tag.objects.exists()
    assert Event.objects.count() == events


def test_a_renamed_article_keeps_its_former_addresses(alice: User, article: Article) -> None:
    before = article.get_absolute_url()
    renamed = actions.update_article(alice, article.pk, title="Bygglov för staket och plank")
    assert renamed.get_absolute_url() == f"/articles/{article.pk}/bygglov-for-staket-och-plank/"
    assert before.split("/")[2] == renamed.get_absolute_url().split("/")[2]
    assert last_event().data == {"title": renamed.title, "fields": ["title"]}


def test_an_update_that_changes_nothing_tells_nobody(alice: User, article: Article) -> None:
    before = last_event().seq
    actions.update_article(alice, article.pk, title=article.title, tags=[], review_date=None)
    assert last_event().seq == before


def test_an_owner_and_a_review_date_can_be_given_and_taken(alice: User, article: Article) -> None:
    actions.update_article(alice, article.pk, owner_user=alice, review_date=date(2027, 3, 1))
    article.refresh_from_db()
    assert (article.owner_user, article.review_date) == (alice, date(2027, 3, 1))
    assert last_event().data["fields"] == ["owner", "review_date"]
    actions.update_article(alice, article.pk, owner_user=None)
    article.refresh_from_db()
    assert (article.owner_user, article.review_date) == (None, date(2027, 3, 1))


def test_tags_are_one_whatever_their_case_also_with_swedish_letters(
    alice: User, category: Category, make_article: MakeArticle
) -> None:
    make_article("A", tags=["Återvinning"])
    make_article("B", tags=["ÅTERVINNING", "återvinning"])
    assert Article.objects.get(title="B").tags.count() == 1


def test_archiving_and_bringing_back_restores_what_was(alice: User, make_article: MakeArticle) -> None:
    published, draft = make_article("A"), make_article("B", publish=False)
    for article, back in ((published, "published"), (draft, "draft")):
        assert actions.archive_article(alice, article.pk).status == "archived"
        assert last_event().kind == "article.archived"
        assert actions.bring_back_article(alice, article.pk).status == back
        assert last_event().kind == "article.restored"
    with pytest.raises(Conflict):
        actions.bring_back_article(alice, published.pk)


def test_an_archived_article_can_still_be_read_at_its_address(alice: User, bob: User, article: Article) -> None:
    actions.archive_article(alice, article.pk)
    assert access.fetch_article(bob, "view", article.pk).status == "archived"


def test_moving_takes_on_the_grants_of_the_new_place(admin: User, alice: User, bob: User, article: Article) -> None:
    from articles.actions.category import create_category

    closed = create_category(admin, "Closed", grants={"writers": ["publish"]})
    actions.move_article(alice, article.pk, closed)
    with pytest.raises(access.NotFound):
        access.fetch_article(bob, "view", article.pk)
    assert last_event().data["category"] == "closed"


def test_nobody_moves_an_article_into_what_they_may_not_publish(
    admin: User, alice: User, bob: User, article: Article
) -> None:
    from articles.actions.category import create_category

    readable = create_category(admin, "Readable", grants={"writers": ["view"]})
    hidden = create_category(admin, "Hidden", grants={})
    with pytest.raises(access.Forbidden):
        actions.move_article(alice, article.pk, readable)
    with pytest.raises(access.NotFound):
        actions.move_article(alice, article.pk, hidden)
    article.refresh_from_db()
    assert article.category.slug == "permits"
