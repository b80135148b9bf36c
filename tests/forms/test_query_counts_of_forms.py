"""How often the pages with forms ask the database: as often for a large centre as for a small one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from articles import documents
from articles.actions.category import create_category
from articles.actions.draft import replace_draft
from articles.actions.people import create_user
from articles.actions.publishing import publish_article
from articles.actions.synonym import save_synonyms
from articles.models import Article, Category, EventReader, User
from articles.search import SearchEngine
from tests.conftest import MakeArticle
from tests.pages.conftest import counted, tables

SignIn = Callable[[User], Client]


@pytest.fixture
def grow(make_article: MakeArticle, admin: User) -> Callable[[], None]:
    """`grow()` makes everything more: articles, tags, categories, people, readers of the log."""
    rounds = 0

    def more() -> None:
        nonlocal rounds
        rounds += 1
        for number in range(8):
            name = f"{rounds}-{number}"
            make_article(f"Article {name}", tags=[f"tag {name}"])
            create_category(admin, f"Category {name}")
            create_user(None, f"person-{name}", password="x", roles=["writers", "readers"])
            EventReader.objects.create(name=f"indexer@{name}", seen_at=timezone.now())

    return more


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [
        ("alice", "/articles/{}/edit/", 17),
        ("alice", "/articles/{}/edit/?as=markdown", 16),
        ("alice", "/articles/{}/publish/", 9),
        ("alice", "/articles/new/?category=permits", 9),
        ("alice", "/preferences/", 5),
        ("mary", "/status/", 15),
    ],
)
def test_a_page_asks_as_often_in_a_large_centre(
    who: str, path: str, most: int, article: Article, alice: User, mary: User, category: Category,
    engine: SearchEngine, signed_in: SignIn, grow: Callable[[], None],
) -> None:  # fmt: skip
    replace_draft(alice, article.pk, documents.from_markdown("Other.").document)
    client = signed_in({"alice": alice, "mary": mary}[who])

    def asked() -> list[str]:
        assert client.get(path.format(article.pk)).status_code == 200
        with counted() as queries:
            client.get(path.format(article.pk))
        return tables(queries)

    few = asked()
    grow()
    assert asked() == few
    assert len(few) <= most, few


@pytest.mark.parametrize(
    "path",
    [
        "/articles/{}/compare/?from=1&to=2", "/articles/{}/restore/1/", "/articles/{}/move/", "/articles/{}/readers/",
        "/articles/{}/archive/", "/articles/{}/preview/", "/articles/{}/draft-history/1/",
        "/import/", "/synonyms/",
    ],
)  # fmt: skip
def test_a_page_of_care_asks_as_often_in_a_large_centre(
    path: str, article: Article, admin: User, signed_in: SignIn, grow: Callable[[], None]
) -> None:
    publish_article(admin, article.pk)
    client = signed_in(admin)

    def asked() -> list[str]:
        assert client.get(path.format(article.pk)).status_code == 200
        with counted() as queries:
            client.get(path.format(article.pk))
        return tables(queries)

    grow()
    few = asked()
    grow()
    publish_article(admin, article.pk)
    save_synonyms(admin, "en", "bin, bucket")
    assert asked() == few
    assert len(few) <= 16
