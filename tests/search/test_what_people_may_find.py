"""Nobody finds what they may not see: not as a hit, in a total, a title, a correction or a suggestion."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import epoch, kept
from articles.actions.article import archive_article, move_article
from articles.actions.audience import set_article_roles, set_category_grants
from articles.actions.category import create_category
from articles.actions.publishing import publish_article
from articles.models import Article, Category, User
from articles.search import Indexer, search_articles, suggest_titles

MakeArticle = Callable[..., Article]


def found(user: User, text: str) -> list[str]:
    answer = search_articles(user, text)
    titles = [hit.article.title for hit in answer.hits]
    assert answer.total == len(titles), "the total counts what is shown, and nothing else"
    return titles


def test_what_alice_publishes_is_found_by_bob_and_not_by_charlie(
    indexer: Indexer, make_article: MakeArticle, bob: User, charlie: User, admin: User
) -> None:
    make_article("Building permit")
    indexer.run_once()
    assert found(bob, "permit") == ["Building permit"]
    assert found(admin, "permit") == ["Building permit"]
    assert found(charlie, "permit") == []
    assert suggest_titles(charlie, "buil") == []
    assert [article.title for article in suggest_titles(bob, "perm")] == ["Building permit"]


def test_a_draft_is_not_found_even_by_its_writer(indexer: Indexer, make_article: MakeArticle, alice: User) -> None:
    make_article("Secret plan", publish=False)
    indexer.run_once()
    assert found(alice, "plan") == []


def test_charlie_never_finds_a_private_article_even_with_a_stale_index(
    indexer: Indexer, make_article: MakeArticle, alice: User, bob: User
) -> None:
    make_article("Permit for balconies")
    private = make_article("Permit for xylophones")
    indexer.run_once()
    assert len(found(bob, "permit")) == 2
    set_article_roles(alice, private.pk, ["writers"])
    assert indexer.lag(), "the index is stale"
    assert found(bob, "permit") == ["Permit for balconies"]
    assert found(bob, "xylophones") == []
    assert suggest_titles(bob, "xylo") == []
    misspelt = search_articles(bob, "xylofones")
    assert (misspelt.corrected, misspelt.suggestions, misspelt.total) == (None, (), 0)


def test_a_stale_index_hides_what_was_archived_or_moved_out_of_sight(
    indexer: Indexer, make_article: MakeArticle, alice: User, bob: User, admin: User
) -> None:
    elsewhere = create_category(admin, "Secret", grants={"writers": ["publish"]})
    archived, moved = make_article("Permit one"), make_article("Permit two")
    make_article("Permit three")
    indexer.run_once()
    archive_article(alice, archived.pk)
    move_article(alice, moved.pk, elsewhere)
    assert found(bob, "permit") == ["Permit three"]
    assert [article.title for article in suggest_titles(bob, "permit")] == ["Permit three"]


def test_a_stale_index_hides_a_category_that_was_given_grants_of_its_own(
    indexer: Indexer, make_article: MakeArticle, category: Category, bob: User, admin: User
) -> None:
    below = create_category(admin, "Balconies", category)
    make_article("Permit for balconies", category=below)
    make_article("Permit for houses")
    indexer.run_once()
    set_category_grants(admin, below.pk, {"writers": ["publish"]})
    assert found(bob, "permit") == ["Permit for houses"]
    indexer.run_once()
    assert found(bob, "permit") == ["Permit for houses"]


def test_other_grants_at_the_same_root_hold_at_once_and_nothing_is_indexed_anew(
    indexer: Indexer, make_article: MakeArticle, category: Category, bob: User, charlie: User, admin: User
) -> None:
    make_article("Building permit")
    indexer.run_once()
    set_category_grants(admin, category.pk, {"writers": ["publish"], "csr": ["view"]})
    assert found(charlie, "permit") == ["Building permit"]
    set_category_grants(admin, category.pk, {"writers": ["publish"]})
    assert found(bob, "permit") == []


def test_a_passage_is_found_by_those_whom_it_is_for(
    indexer: Indexer, make_article: MakeArticle, alice: User, bob: User, mary: User, admin: User
) -> None:
    make_article("Building permit", "A permit costs 745 kr.\n\n::: roles manager\nThe xylophone discount.\n:::\n")
    indexer.run_once()
    for person in (mary, alice, admin):
        answer = search_articles(person, "xylophone")
        assert [hit.article.title for hit in answer.hits] == ["Building permit"], person
        assert "<mark>xylophone</mark>" in answer.hits[0].snippet_html
    assert found(bob, "xylophone") == []
    assert "xylophone" not in search_articles(bob, "permit").hits[0].snippet_html
    assert search_articles(bob, "xylofone").corrected is None
    assert search_articles(mary, "permit").total == 1, "an article with two texts is one article"


def test_a_passage_that_was_marked_since_is_not_shown_from_the_stale_index(
    indexer: Indexer, make_article: MakeArticle, alice: User, bob: User
) -> None:
    from articles import documents
    from articles.actions.draft import replace_draft

    article = make_article("Building permit", "The xylophone discount.")
    indexer.run_once()
    assert found(bob, "xylophone") == ["Building permit"]
    marked = documents.from_markdown("::: roles manager\nThe xylophone discount.\n:::\n").document
    replace_draft(alice, article.pk, marked)
    publish_article(alice, article.pk)
    assert found(bob, "xylophone") == []
    indexer.run_once()
    assert found(bob, "xylophone") == []
    assert found(bob, "permit") == ["Building permit"]


@pytest.mark.parametrize("stale", [False, True])
def test_a_search_takes_the_same_few_queries_however_many_articles_there_are(
    indexer: Indexer, make_article: MakeArticle, bob: User, alice: User, stale: bool
) -> None:
    counts = []
    for number in (3, 9):
        articles = [make_article(f"Permit {number} {letter}") for letter in "abcdefghi"[:number]]
        indexer.run_once()
        if stale:
            archive_article(alice, articles[0].pk)
        search_articles(bob, "permit")
        kept.forget_all()
        with CaptureQueriesContext(connection) as first, epoch.remembered():  # as in a request
            search_articles(bob, "permit", limit=20)
        with CaptureQueriesContext(connection) as again, epoch.remembered():
            search_articles(bob, "permit", limit=20)
        kept.forget_all()
        with CaptureQueriesContext(connection) as suggesting, epoch.remembered():
            suggest_titles(bob, "perm")
        counts.append((len(first), len(again), len(suggesting)))
    assert counts[0] == counts[1]
    # Pinned answers, what lifts an answer and open flags are asked for beside the rows; all but one are then kept.
    assert counts[0] <= ((13, 8, 9) if stale else (9, 4, 5))
