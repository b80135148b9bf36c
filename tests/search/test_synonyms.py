"""Words that find each other by a hand-kept table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from articles.actions.synonym import delete_synonyms, save_synonyms
from articles.models import Article, User
from articles.search import (
    Indexer,
    Reader,
    SearchDocument,
    SearchEngine,
    SearchQuery,
    managed_synonyms,
    search_articles,
)
from articles.search.synonyms import built_in, table_of
from articles.search.whoosh_engine import WhooshEngine
from tests.search.asking import Asker

MakeDocument = Callable[..., SearchDocument]


@pytest.mark.parametrize(
    ("asked", "title", "language"),
    [
        ("dagis", "Förskola", "sv"),
        ("dagisplats", "Plats i förskolan", "sv"),
        ("sopor", "Hämtning av avfall", "sv"),
        ("soptunna", "Avfallskärl", "sv"),
        ("socialbidrag", "Ekonomiskt bistånd", "sv"),
        ("ekonomiskt bistånd", "Försörjningsstöd", "sv"),
        ("tippen", "Återvinningscentral", "sv"),
        ("p-bot", "Felparkeringsavgift", "sv"),
        ("rubbish", "Waste", "en"),
        ("trash can", "Wheelie bin", "en"),
        ("daycare", "Preschool", "en"),
        ("planning permission", "Building permit", "en"),
    ],
)
def test_what_the_public_says_finds_what_we_call_it(ask: Asker, asked: str, title: str, language: str) -> None:
    ask.about(title, "Öppettider" if language == "sv" else "Opening hours", language=language)
    assert ask(asked) == [title]


def test_the_word_itself_comes_before_its_synonym(ask: Asker) -> None:
    ask.about("Förskola", "Dagis", language="sv")
    assert ask("dagis") == ["Dagis", "Förskola"]


def test_a_phrase_finds_only_texts_that_hold_all_of_it(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(make_document("Wheelie fun"), make_document("Bin day"), make_document("Wheelie bin"))
    assert ask("garbage can") == ["Wheelie bin", "Bin day"] or ask("garbage can")[0] == "Wheelie bin"
    assert "Wheelie fun" not in ask("garbage can")


def test_a_synonym_is_marked_in_the_snippet(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(make_document("Plats", "Så söker du plats i förskolan.", language="sv"))
    (hit,) = ask.result("dagis").hits
    assert "<mark>förskolan</mark>" in hit.snippet_html


def test_a_word_found_by_its_synonym_is_no_slip(ask: Asker) -> None:
    ask.about("Förskola", "Dagarna", language="sv")
    assert ask.result("dagis").corrected is None


def test_the_provider_is_asked_at_every_question(tmp_path: Path, make_document: MakeDocument) -> None:
    table = table_of([("gnome", "statue")])
    engine = WholeTable(tmp_path, lambda: table)
    engine.rebuild([make_document("Statue"), make_document("Fountain")], cursor=1)
    assert engine.titles("gnome") == ["Statue"]
    table = table_of([("gnome", "fountain")])
    assert engine.titles("gnome") == ["Fountain"]


class WholeTable(WhooshEngine):
    """An engine with a table of its own."""

    def titles(self, text: str) -> list[str]:
        return [hit.title for hit in self.search(SearchQuery(text, Reader(None), correct=False)).hits]


def test_groups_that_share_a_word_are_not_run_together() -> None:
    table = table_of([("a", "b"), ("b", "c"), ("d", " D ", "")])
    assert table == {"a": ("b",), "b": ("a", "c"), "c": ("b",), "d": ()}


def test_the_built_in_table_has_no_word_alone() -> None:
    assert all(others for others in built_in().values())
    assert "förskola" in built_in()["dagis"]


def test_what_managers_add_holds_beside_the_built_in_table(
    indexer: Indexer, make_article: Callable[..., Article], mary: User, bob: User, site_engine: SearchEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(managed_synonyms, "MANAGED_SECONDS", 0.0)
    make_article("Building permit")
    indexer.run_once()
    assert search_articles(bob, "gubbdagis", correct=False).total == 0
    group = save_synonyms(mary, "en", "gubbdagis, permit")
    assert search_articles(bob, "gubbdagis", correct=False).total == 1
    assert search_articles(bob, "planning permission", correct=False).total == 1, "the built-in table still holds"
    delete_synonyms(mary, group.pk)
    assert search_articles(bob, "gubbdagis", correct=False).total == 0
