"""The reader of the event log that keeps the index true."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.actions.article import archive_article, bring_back_article, move_article, update_article
from articles.actions.audience import set_category_grants
from articles.actions.category import create_category, update_category
from articles.actions.draft import tell_edited
from articles.models import Article, Category, Event, EventCounter, User
from articles.search import Indexer, SearchEngine, compare, search_articles
from articles.search.storage import IndexFolder
from articles.search.whoosh_engine import WhooshEngine

MakeArticle = Callable[..., Article]


def found(user: User, text: str) -> list[str]:
    return sorted(hit.article.title for hit in search_articles(user, text, correct=False).hits)


def catch_up(indexer: Indexer) -> int:
    """Run until nothing is left; gives how many events were read."""
    count = 0
    while done := indexer.run_once():
        count += done
    return count


def test_the_first_run_builds_the_index_and_the_next_have_nothing_to_do(
    indexer: Indexer, make_article: MakeArticle, bob: User
) -> None:
    make_article("Permit")
    assert indexer.lag() is None
    assert indexer.run_once() == 1
    assert (indexer.run_once(), indexer.lag()) == (0, 0)
    assert found(bob, "permit") == ["Permit"]


def test_every_change_of_an_article_reaches_the_index(
    indexer: Indexer, make_article: MakeArticle, alice: User, admin: User, bob: User, site_engine: SearchEngine
) -> None:
    article = make_article("Permit", "text")
    elsewhere = create_category(admin, "Elsewhere", grants={"writers": ["publish"], "readers": ["view"]})
    indexer.run_once()
    steps: list[tuple[Callable[[], object], str, list[str]]] = [
        (lambda: update_article(alice, article.pk, title="Licence"), "licence", ["Licence"]),
        (lambda: update_article(alice, article.pk, tags=["xylophone"]), "xylophone", ["Licence"]),
        (lambda: move_article(alice, article.pk, elsewhere), "licence", ["Licence"]),
        (lambda: archive_article(alice, article.pk), "licence", []),
        (lambda: bring_back_article(alice, article.pk), "licence", ["Licence"]),
    ]
    for change, text, titles in steps:
        change()
        assert catch_up(indexer) > 0
        assert found(bob, text) == titles
        assert not compare(site_engine)
    entry = dict(site_engine.entries())[article.pk]
    assert entry.category_id == elsewhere.pk
    assert entry.root_id == elsewhere.access_root_id


def test_a_category_that_moves_takes_the_roots_of_its_articles_along(
    indexer: Indexer, make_article: MakeArticle, category: Category, admin: User, site_engine: SearchEngine
) -> None:
    below = create_category(admin, "Below", category)
    other = create_category(admin, "Other", grants={"writers": ["publish"]})
    article = make_article("Permit", category=below)
    indexer.run_once()
    for change in (
        lambda: set_category_grants(admin, below.pk, {"readers": ["view"]}),
        lambda: set_category_grants(admin, below.pk, None),
        lambda: update_category(admin, below.pk, parent=other),
    ):
        change()
        catch_up(indexer)
        article.refresh_from_db()
        assert dict(site_engine.entries())[article.pk].root_id == article.access_root_id
    assert article.access_root_id == other.access_root_id


def test_other_grants_and_drafts_move_the_cursor_and_write_no_article(
    indexer: Indexer, make_article: MakeArticle, category: Category, admin: User, alice: User
) -> None:
    article = make_article("Permit")
    indexer.run_once()
    segments = set((settings.DATA_DIR / "index").glob("build-*/*.seg"))
    set_category_grants(admin, category.pk, {"writers": ["publish"]})
    tell_edited(alice, article)
    assert catch_up(indexer) > 0
    assert indexer.lag() == 0
    assert set((settings.DATA_DIR / "index").glob("build-*/*.seg")) == segments


def test_queries_do_not_grow_with_the_articles_of_a_batch(
    indexer: Indexer, make_article: MakeArticle, alice: User
) -> None:
    counts = []
    indexer.run_once()
    for number in (2, 12):
        for one in range(number):
            make_article(f"Permit {number} {one}")
        with CaptureQueriesContext(connection) as queries:
            assert indexer.run_once() > 0
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_a_cursor_that_the_log_no_longer_reaches_means_a_rebuild(
    indexer: Indexer, make_article: MakeArticle, alice: User, bob: User
) -> None:
    make_article("Permit one")
    indexer.run_once()
    make_article("Permit two")
    make_article("Permit three")
    newest = EventCounter.objects.get().seq
    Event.objects.filter(seq__lt=newest).delete()
    answer = search_articles(bob, "permit")
    assert answer.rebuilding, "so old an index is not trusted"
    assert catch_up(indexer) > 0
    assert found(bob, "permit") == ["Permit one", "Permit three", "Permit two"]


def test_a_cursor_from_a_future_that_a_restore_undid_means_a_rebuild(
    indexer: Indexer, make_article: MakeArticle, bob: User
) -> None:
    make_article("Permit one")
    EventCounter.objects.update(seq=500)
    indexer.run_once()
    EventCounter.objects.update(seq=Event.objects.latest("seq").seq)
    make_article("Permit two")
    assert catch_up(indexer) > 0
    assert indexer.lag() == 0
    assert found(bob, "permit") == ["Permit one", "Permit two"]


def test_what_another_process_writes_is_left_to_it(indexer: Indexer, make_article: MakeArticle) -> None:
    make_article("Permit")
    with IndexFolder(Path(settings.DATA_DIR) / "index").writing():
        assert indexer.run_once() == 0
    assert indexer.run_once() == 1


def test_a_broken_index_is_built_anew_by_the_next_run(
    indexer: Indexer, make_article: MakeArticle, bob: User, site_engine: WhooshEngine
) -> None:
    make_article("Permit")
    indexer.run_once()
    for segment in (settings.DATA_DIR / "index").glob("build-*/*.seg"):
        segment.write_bytes(b"noise")
    site_engine.close()
    assert search_articles(bob, "permit").rebuilding
    assert indexer.run_once() == 1
    answer = search_articles(bob, "permit")
    assert (answer.total, answer.rebuilding) == (1, False)


def test_one_article_whose_text_cannot_be_read_stops_nothing(
    indexer: Indexer, make_article: MakeArticle, bob: User
) -> None:
    broken = make_article("Permit broken")
    make_article("Permit whole")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_version SET document = %s WHERE id = %s", ['{"type": 7}', broken.version_id])
    assert indexer.run_once() == 2
    assert found(bob, "permit") == ["Permit broken", "Permit whole"]


def test_without_an_index_titles_are_found_in_the_database(
    indexer: Indexer, make_article: MakeArticle, bob: User, charlie: User, category: Category
) -> None:
    make_article("Översikt of permits", tags=["plans"], language="sv")
    make_article("Permit of old")
    answer = search_articles(bob, "översikt permit")
    assert answer.rebuilding
    assert [hit.article.title for hit in answer.hits] == ["Översikt of permits"]
    assert search_articles(bob, "permit").total == 2
    assert search_articles(bob, "permit", tags=("Plans",), language="sv", category=category).total == 1
    assert search_articles(charlie, "permit").total == 0
    assert search_articles(bob, "").total == 0


def test_an_index_that_is_deleted_while_in_use_is_noticed(
    indexer: Indexer, make_article: MakeArticle, bob: User
) -> None:
    make_article("Permit")
    indexer.run_once()
    assert not search_articles(bob, "permit").rebuilding
    shutil.rmtree(settings.DATA_DIR / "index")
    assert search_articles(bob, "permit").rebuilding
    assert indexer.lag() is None


def test_the_newest_article_comes_first_among_equals(indexer: Indexer, make_article: MakeArticle, bob: User) -> None:
    old, new = make_article("Permit same"), make_article("Permit same")
    Article.objects.filter(pk=new.pk).update(updated_at=timezone.now() + timedelta(days=1))
    indexer.run_once()
    assert [hit.article.pk for hit in search_articles(bob, "permit").hits] == [new.pk, old.pk]


@pytest.mark.parametrize("by", ["category", "tag", "language"])
def test_a_person_can_narrow_a_search(
    indexer: Indexer, make_article: MakeArticle, category: Category, admin: User, bob: User, by: str
) -> None:
    below = create_category(admin, "Balconies", category)
    make_article("Permit wanted", category=below, tags=["New"], language="sv")
    make_article("Permit other")
    indexer.run_once()
    limits = {"category": {"category": below}, "tag": {"tags": ("new",)}, "language": {"language": "sv"}}
    answer = search_articles(bob, "permit", **limits[by])  # type: ignore[arg-type]
    assert [hit.article.title for hit in answer.hits] == ["Permit wanted"]
    assert search_articles(bob, "permit", category=category).total == 2, "a category holds those below it"
