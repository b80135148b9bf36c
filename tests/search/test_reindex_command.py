"""`manage.py reindex` and `reindex --check`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.actions.article import archive_article, update_article
from articles.models import Article, User
from articles.search import Indexer, SearchEngine, search_articles
from articles.search.storage import IndexFolder

MakeArticle = Callable[..., Article]


def reindex(*arguments: str) -> tuple[str, str]:
    """What the command prints: (results, messages)."""
    out, messages = StringIO(), StringIO()
    call_command("reindex", *arguments, stdout=out, stderr=messages)
    return out.getvalue(), messages.getvalue()


def difference() -> str:
    """What `--check` prints of an index that differs; it must fail."""
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("reindex", "--check", stdout=out, stderr=StringIO())
    return out.getvalue()


def test_reindex_builds_an_index_that_agrees_with_the_database(
    site_engine: SearchEngine, make_article: MakeArticle, bob: User
) -> None:
    make_article("Permit")
    make_article("Passages", "::: roles manager waste\nHidden.\n:::\n")
    assert "5 texts" in reindex()[1]
    assert search_articles(bob, "permit").total == 1
    assert "agrees" in reindex("--check")[1]


def test_check_fails_and_names_what_is_missing_surplus_outdated_or_under_another_root(
    indexer: Indexer, make_article: MakeArticle, alice: User
) -> None:
    outdated, surplus, moved = make_article("Permit one"), make_article("Permit two"), make_article("Permit three")
    indexer.run_once()
    from articles.actions.audience import set_article_roles
    from articles.actions.publishing import publish_article

    publish_article(alice, outdated.pk)
    archive_article(alice, surplus.pk)
    set_article_roles(alice, moved.pk, ["writers"])
    missing = make_article("Permit four")
    assert difference().splitlines() == [
        f"missing: {missing.pk}",
        f"surplus: {surplus.pk}",
        f"outdated: {outdated.pk}",
        f"wrong access root: {moved.pk}",
    ]
    reindex()
    assert "agrees" in reindex("--check")[1]


@pytest.mark.parametrize("missed", [{"title": "Another"}, {"tags": ["fees"]}, {"language": "sv"}])
def test_check_names_what_has_another_title_tag_or_language_by_now(
    indexer: Indexer, make_article: MakeArticle, alice: User, missed: dict[str, Any]
) -> None:
    article = make_article("Permit one")
    Article.objects.update(updated_at=timezone.now() - timedelta(hours=1))
    indexer.rebuild()
    assert "agrees" in reindex("--check")[1]
    update_article(alice, article.pk, **missed)
    assert difference().splitlines() == [f"outdated: {article.pk}"]


def test_check_without_an_index_fails_and_says_what_to_do(site_engine: SearchEngine) -> None:
    with pytest.raises(CommandError, match="reindex"):
        call_command("reindex", "--check")


def test_reindex_gives_way_to_the_process_that_writes(site_engine: SearchEngine) -> None:
    with (
        IndexFolder(Path(settings.DATA_DIR) / "index").writing(),
        pytest.raises(CommandError, match="Another process"),
    ):
        call_command("reindex")
