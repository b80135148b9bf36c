"""Misspelt words, unfinished ones, and what is offered when nothing is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from articles.search import SearchDocument
from tests.search.asking import Asker

MakeDocument = Callable[..., SearchDocument]


@pytest.fixture
def swedish(ask: Asker) -> Asker:
    ask.about(
        "Bygglov för altan", "Parkeringstillstånd för boende", "Förskola och fritidshem", "Sophämtning i villor",
        "Färdtjänst och riksfärdtjänst", "Bibliotekets öppettider", language="sv",
    )  # fmt: skip
    return ask


@pytest.mark.parametrize(
    ("typed", "meant", "title"),
    [
        ("bygglvo", "bygglov", "Bygglov för altan"),
        ("byglov", "bygglov", "Bygglov för altan"),
        ("parkeringstilstånd", "parkeringstillstånd", "Parkeringstillstånd för boende"),
        ("föskola", "förskola", "Förskola och fritidshem"),
        ("sophämtnign", "sophämtning", "Sophämtning i villor"),
        ("bibloteket öppettider", "bibliotekets öppettider", "Bibliotekets öppettider"),
        ("färdtjenst", "färdtjänst", "Färdtjänst och riksfärdtjänst"),
        ("vygglov", "bygglov", "Bygglov för altan"),
        ("Byglov för altan", "bygglov för altan", "Bygglov för altan"),
        ("bibliot", "bibliotekets", "Bibliotekets öppettider"),
    ],
)
def test_a_slip_is_corrected_and_the_correction_told(swedish: Asker, typed: str, meant: str, title: str) -> None:
    result = swedish.result(typed)
    assert (result.corrected or "").lower() == meant
    assert result.hits[0].title == title


def test_as_typed_nothing_is_corrected_but_words_are_offered(swedish: Asker) -> None:
    result = swedish.result("byglov", correct=False)
    assert (result.total, result.corrected) == (0, None)
    assert result.suggestions[0] == "bygglov"


def test_a_known_word_is_never_corrected(swedish: Asker) -> None:
    for word in ("bygglov", "förskolor", "forskola", "altaner", "tillstånd", "parkering", "bygglovet"):
        assert swedish.result(word).corrected is None, word


def test_a_word_left_without_its_dots_is_no_slip(swedish: Asker) -> None:
    result = swedish.result("fardtjanst")
    assert (result.corrected, result.total) == (None, 1)


def test_only_the_wrong_word_of_a_question_is_corrected(swedish: Asker) -> None:
    assert swedish.result("boende parkerignstillstånd").corrected == "boende parkeringstillstånd"


def test_numbers_codes_and_short_words_are_left_as_they_are(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(make_document("Form W2 of 2026", "Call 019-21 10 00, bin, fee"))
    for text in ("W3", "2027", "019-21 10 01", "bix", "fe"):
        assert ask.result(text).corrected is None, text


def test_a_compound_whose_parts_exist_is_no_slip(ask: Asker) -> None:
    ask.about("Parkering och boende", "Boendeparkerings", language="sv")
    result = ask.result("boendeparkering")
    assert result.corrected is None
    assert "Parkering och boende" in [hit.title for hit in result.hits]


def test_where_nothing_is_found_the_nearest_words_are_offered(swedish: Asker) -> None:
    result = swedish.result("byglåven")
    assert result.total == 0 or result.corrected
    assert swedish.result("qqqqqqqq").suggestions == ()
    assert swedish.result("parkringstilstan", correct=False).suggestions == ("parkeringstillstånd",)


def test_filters_do_not_turn_a_word_into_a_slip(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(make_document("Permit", category_id=1), make_document("Permits of the past", category_id=2))
    result = ask.result("permit", categories=frozenset({3}))
    assert (result.total, result.corrected, result.suggestions) == (0, None, ())


def test_what_everybody_knows_is_no_slip_even_where_no_text_holds_it(ask: Asker) -> None:
    ask.about("Maturity of leaves", "Noise")
    for word in ("maternity", "noisy", "maternity leave"):
        assert ask.result(word).corrected is None, word
    assert ask.result("maternoty").corrected in (None, "maturity")


def test_a_word_with_a_hyphen_is_no_slip(ask: Asker) -> None:
    ask.about("A plot of land")
    assert ask.result("p-lot").corrected is None


def test_one_misspelt_word_among_others_finds_what_was_meant(ask: Asker) -> None:
    ask.about("Parental leave", "Leave of absence", "Parental advice")
    assert ask.result("parentla leave").hits[0].title == "Parental leave"
