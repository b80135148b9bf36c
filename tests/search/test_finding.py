"""What comes first, what is filtered out, and how many there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from articles.search import Reader, SearchDocument
from tests.search.asking import Asker

MakeDocument = Callable[..., SearchDocument]


def test_any_word_will_do_and_more_words_come_first(ask: Asker) -> None:
    ask.about("Garden waste", "Garden waste in winter", "Opening hours", "Waste")
    assert ask("garden waste in winter")[0] == "Garden waste in winter"
    assert set(ask("garden snow waste")) == {"Garden waste in winter", "Garden waste", "Waste"}


def test_a_title_counts_for_more_than_the_text(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(
        make_document("Opening hours", "The recycling centre takes batteries too."),
        make_document("Batteries", "Hand them in at the recycling centre."),
    )
    assert ask("batteries") == ["Batteries", "Opening hours"]


def test_of_two_that_fit_alike_the_newer_comes_first(ask: Asker, make_document: MakeDocument) -> None:
    new = make_document("Parking permit", "same", updated=datetime(2026, 1, 1, tzinfo=UTC))
    old = make_document("Parking permit", "same", updated=datetime(2020, 1, 1, tzinfo=UTC))
    ask.about(old, new)
    assert [hit.id for hit in ask.result("parking").hits] == [new.id, old.id]


def test_headings_and_tags_are_found(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(make_document("Permit", "text", headings="How long it takes", tags=("Construction",)))
    assert ask("construction") == ask("long") == ["Permit"]


def test_filters_by_category_tag_and_language(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(
        make_document("Waste one", category_id=1, tags=("Fees", "New")),
        make_document("Waste two", category_id=2, tags=("fees",)),
        make_document("Waste tre", category_id=3, language="sv"),
    )
    assert set(ask("waste", categories=frozenset({1, 3}))) == {"Waste one", "Waste tre"}
    assert set(ask("waste", tags=("FEES",))) == {"Waste one", "Waste two"}
    assert ask("waste", tags=("fees", "new")) == ["Waste one"]
    assert ask("waste", language="sv") == ["Waste tre"]
    assert ask.result("waste", language="en").total == 2


def test_pages_of_hits_do_not_overlap_and_the_total_is_exact(ask: Asker) -> None:
    ask.about(*(f"Permit number {number}" for number in range(57)))
    seen = []
    for offset in range(0, 60, 10):
        result = ask.result("permit", offset=offset, limit=10)
        assert result.total == 57
        seen += [hit.id for hit in result.hits]
    assert sorted(seen) == list(range(1, 58))


@pytest.mark.parametrize("number", ["019-21 10 00", "019211000", "+46 19 21 10 00", "211000"])
def test_a_phone_number_is_found_in_every_shape(ask: Asker, make_document: MakeDocument, number: str) -> None:
    ask.about(make_document("Contact centre", "Call 019-21 10 00."), make_document("Other", "Call 019-30 10 00."))
    assert ask(number)[0] == "Contact centre"


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("W-2", "Your W2 form"),
        ("§ 12", "Enligt 12 § bygglagen"),
        ("a.berg@example.org", "Write to A.Berg@example.org"),
        ("berg", "Write to a.berg@example.org"),
        ("e-mail", "by email"),
        ("745 kr", "costs 745 kr."),
        ("10.30", "from 10.30 to 12"),
    ],
)
def test_what_is_not_a_word_is_found(ask: Asker, make_document: MakeDocument, asked: str, text: str) -> None:
    ask.about(make_document("Right", text), make_document("Wrong", "Nothing of it 99"))
    assert ask(asked) == ["Right"]


def test_each_language_is_searched_by_its_own_rules(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(
        make_document("Parks and playgrounds", "The parks of the city."),
        make_document("Parkering i centrum", "Parkeringen kostar.", language="sv"),
        make_document("Waste", "Waste and more."),
    )
    assert ask("parkeringar") == ["Parkering i centrum"]
    assert ask("park")[0] == "Parks and playgrounds"


def test_a_language_that_few_texts_have_does_not_push_the_others_aside(ask: Asker, make_document: MakeDocument) -> None:
    english = [make_document(f"Information {n}", "information for residents") for n in range(30)]
    ask.about(make_document("Information", "information på svenska", language="sv"), *english)
    result = ask.result("information", limit=40)
    assert result.total == 31


def test_stop_words_break_ties_between_titles(ask: Asker) -> None:
    ask.about("Moving a grave", "When you are moving", "Moving")
    assert ask("when are you moving")[0] == "When you are moving"


def test_only_stop_words_find_titles_of_stop_words(ask: Asker) -> None:
    ask.about("What is this", "Permit")
    assert ask("what is this") == ["What is this"]


@pytest.mark.parametrize("text", ["", " ", "—", "!!!", "\x00", "*", '"', "(", "AND", "title:permit", "a" * 5000, "🙂"])
def test_no_question_is_an_error(ask: Asker, text: str) -> None:
    ask.about("Permit")
    assert ask.result(text).total in (0, 1)


def test_an_empty_index_finds_nothing(ask: Asker) -> None:
    ask.about()
    assert ask.result("permit").total == 0
    assert ask.suggest("perm") == []


def test_an_offset_beyond_the_end_is_an_empty_page(ask: Asker) -> None:
    ask.about("Permit")
    result = ask.result("permit", offset=50)
    assert (result.total, result.hits) == (1, ())


def test_what_was_searched_for_is_told(ask: Asker) -> None:
    ask.about("Garden waste")
    assert ask.result("the garden waste", Reader(None)).terms == ("garden", "waste")


def test_whoever_asks_for_a_code_gets_that_code(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(make_document("Form W-2"), make_document("Form 2"), make_document("W", "2026-01-15"))
    assert ask("W-2") == ["Form W-2"]
    assert ask("2026-01-15") == ["W"]


def test_an_address_that_is_nowhere_is_found_by_its_parts(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(make_document("Anna Berg", "at the desk"), make_document("Others"))
    assert ask("anna.berg@example.org") == ["Anna Berg"]
