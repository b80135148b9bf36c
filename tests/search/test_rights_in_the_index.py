"""The filter by access roots fails closed.

Whoosh's own filters have three traps: `filter=set()`, `Or([])` and an empty bit set each let *every* document through.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from articles.search import NO_ROOT, Reader, SearchDocument, SearchQuery
from articles.search.whoosh_engine import WhooshEngine
from tests.search.asking import Asker

MakeDocument = Callable[..., SearchDocument]
NOBODY, ADMINISTRATOR = Reader(frozenset()), Reader(None)


@pytest.fixture
def filled(ask: Asker, make_document: MakeDocument) -> Asker:
    """Three permits below roots 1 and 2 and below none."""
    ask.about(
        make_document("Permit for a balcony", root_id=1),
        make_document("Permit for a fence", root_id=2),
        make_document("Permit for a tower", root_id=NO_ROOT),
    )
    return ask


def test_no_roots_means_no_hits_no_total_no_titles_no_words(filled: Asker) -> None:
    for text in ("permit", "permti", "tower", "towr", ""):
        result = filled.result(text, NOBODY)
        assert (result.total, result.hits, result.corrected, result.suggestions) == (0, (), None, ())
    assert filled.suggest("perm", NOBODY) == []


def test_roots_that_no_document_has_mean_no_hits(filled: Asker) -> None:
    assert filled("permit", Reader(frozenset({99}))) == []


def test_readers_find_what_is_below_their_roots_and_nothing_else(filled: Asker) -> None:
    assert filled("permit", Reader(frozenset({1}))) == ["Permit for a balcony"]
    assert set(filled("permit", Reader(frozenset({1, 2})))) == {"Permit for a balcony", "Permit for a fence"}
    assert filled.result("permit", Reader(frozenset({2}))).total == 1


def test_what_has_no_root_is_for_administrators_even_if_zero_is_among_the_roots(filled: Asker) -> None:
    assert len(filled("permit", ADMINISTRATOR)) == 3
    assert filled("tower", Reader(frozenset({NO_ROOT, 1}))) == []


def test_an_empty_set_of_categories_lets_nothing_through(filled: Asker) -> None:
    assert filled("permit", ADMINISTRATOR, categories=frozenset()) == []
    assert filled.result("permit", ADMINISTRATOR, categories=frozenset()).total == 0


def test_a_tag_or_language_that_does_not_exist_lets_nothing_through(filled: Asker) -> None:
    assert filled("permit", ADMINISTRATOR, tags=("no such tag",)) == []
    assert filled("permit", ADMINISTRATOR, language="fi") == []


def test_an_excluded_article_is_neither_shown_nor_counted_nor_suggested(filled: Asker) -> None:
    result = filled.result("permit", ADMINISTRATOR, exclude=frozenset({1}))
    assert result.total == 2
    assert 1 not in [hit.id for hit in result.hits]
    left = filled.engine.suggest("perm", ADMINISTRATOR, exclude=frozenset({1, 2})).titles
    assert [suggestion.id for suggestion in left] == [3]
    assert filled.result("towr", ADMINISTRATOR, exclude=frozenset({3})).corrected is None


def test_a_filter_made_for_one_reader_is_not_used_for_another(filled: Asker) -> None:
    for _ in range(2):
        assert filled("permit", Reader(frozenset({1}))) == ["Permit for a balcony"]
        assert filled("permit", Reader(frozenset({2}))) == ["Permit for a fence"]
        assert filled("permit", NOBODY) == []


def test_a_word_that_only_others_may_read_is_not_offered(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(
        make_document("Permit", "about balconies", root_id=1),
        make_document("Reorganisation", "of the xylophone department", root_id=2),
    )
    mine, theirs = Reader(frozenset({1})), Reader(frozenset({2}))
    assert ask.result("xylofone", theirs).corrected == "xylophone"
    for text in ("xylofone", "xylophon", "reorganisaton", "xylo"):
        result = ask.result(text, mine)
        assert (result.corrected, result.suggestions) == (None, ()), text


def test_whether_a_hidden_word_exists_cannot_be_told_from_a_correction(ask: Asker, make_document: MakeDocument) -> None:
    """A word that stands in hidden texts only must be corrected exactly as if it stood nowhere."""
    ask.about(
        make_document("Permit", "about balconies", root_id=1), make_document("Secret", "of the permif", root_id=2)
    )
    assert ask.result("permif", Reader(frozenset({1}))).corrected == "permit"
    assert ask.result("permif", Reader(frozenset({2}))).corrected is None


def _texts(make_document: MakeDocument) -> list[SearchDocument]:
    common = {"id": 7, "root_id": 1, "passage_roles": frozenset({"manager", "waste"})}
    return [
        make_document("Fees", "fee", audience=frozenset(), **common),
        make_document("Fees", "fee discount", audience=frozenset({"manager"}), **common),
        make_document("Fees", "fee dumping", audience=frozenset({"waste"}), **common),
        make_document("Fees", "fee discount dumping", audience=frozenset({"manager", "waste"}), **common),
    ]


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        (Reader(frozenset({1})), {"fee"}),
        (Reader(frozenset({1}), roles=frozenset({"csr"})), {"fee"}),
        (Reader(frozenset({1}), roles=frozenset({"manager", "csr"})), {"fee", "discount"}),
        (Reader(frozenset({1}), roles=frozenset({"waste"})), {"fee", "dumping"}),
        (Reader(frozenset({1}), roles=frozenset({"waste", "manager"})), {"fee", "discount", "dumping"}),
        (Reader(frozenset({1}), edit_roots=frozenset({1})), {"fee", "discount", "dumping"}),
        (Reader(frozenset({1}), edit_roots=frozenset({2})), {"fee"}),
        (Reader(frozenset({2}), roles=frozenset({"waste", "manager"})), set()),
        (Reader(None), {"fee", "discount", "dumping"}),
        (Reader(frozenset()), set()),
    ],
)
def test_each_reader_has_one_text_of_an_article_with_passages(
    engine: WhooshEngine, make_document: MakeDocument, reader: Reader, words: set[str]
) -> None:
    engine.rebuild([*_texts(make_document), make_document("Other", "text")], cursor=1)
    found = {
        word for word in ("fee", "discount", "dumping") if engine.search(SearchQuery(word, reader, correct=False)).total
    }
    assert found == words
    assert engine.search(SearchQuery("fees", reader)).total == (1 if words else 0)
    assert len(engine.suggest("fee", reader).titles) == (1 if words else 0)


def test_an_article_whose_passages_are_unmarked_is_one_text_again(
    engine: WhooshEngine, make_document: MakeDocument
) -> None:
    engine.rebuild(_texts(make_document), cursor=1)
    engine.update([make_document("Fees", "fee", id=7)], [], cursor=2)
    assert engine.search(SearchQuery("fee", Reader(None))).total == 1
    assert engine.search(SearchQuery("dumping", Reader(None), correct=False)).total == 0
