"""What is one thing in a text, and in which other shapes it is asked for."""

from __future__ import annotations

import pytest

from articles.search.tokens import Token, fold, normalise, surface_words, tokenise


def texts(text: str) -> list[str]:
    return [token.text for token in tokenise(text)]


def shapes(text: str) -> set[str]:
    """Every shape in which the first token is found as a whole."""
    token = next(iter(tokenise(text)))
    return {token.text, *token.aliases}


def test_words_are_in_lower_case_without_punctuation() -> None:
    assert texts("Hur ANSÖKER jag? (Se nedan.)") == ["hur", "ansöker", "jag", "se", "nedan"]


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("019-21 10 00", "019-211000"),
        ("019211000", "019-21 10 00"),
        ("211000", "019-21 10 00"),
        ("019211000", "+46 19 21 10 00"),
        ("555-123-4567", "(555) 123-4567"),
        ("§ 12", "12 §"),
        ("§12", "§ 12"),
        ("5 a §", "§ 5a"),
        ("W-2", "w2"),
        ("e-post", "epost"),
        ("wi-fi", "WiFi"),
        ("covid-19", "Covid19"),
        ("12000", "12 000"),
        ("1200", "1,200"),
        ("2026-01-15", "20260115"),
        ("a.berg@orebro.se", "A.Berg@Orebro.se"),
        ("orebro.se", "www.orebro.se"),
        ("EU", "EU:s"),
    ],
)
def test_one_thing_in_two_shapes_is_found(asked: str, written: str) -> None:
    assert shapes(asked) & shapes(written), f"{shapes(asked)} and {shapes(written)} have nothing in common"


def test_parts_of_a_joined_word_are_tokens_of_their_own() -> None:
    assert next(iter(tokenise("e-post"))) == Token("epost", parts=("e", "post"))
    assert "berg" in next(iter(tokenise("anna.berg@orebro.se"))).parts


def test_an_apostrophe_belongs_to_its_word() -> None:
    assert texts("the driver’s licence") == ["the", "driver", "licence"]


def test_a_row_of_numbers_in_a_table_is_not_one_number() -> None:
    assert texts("745 800 900 1200 1300 1400 1500") == ["745", "800", "900", "1200", "1300", "1400", "1500"]


def test_what_no_person_types_is_left_out() -> None:
    assert texts("x" * 61) == []
    assert texts("") == texts("—…!") == []


def test_letters_are_the_same_however_they_are_coded() -> None:
    assert normalise("A\u030a") == "å"
    assert texts("för\u00adskola") == ["förskola"]
    assert fold("förskola åäö é ł ø") == "forskola aao e l o"


def test_surface_words_are_words_as_they_are_written() -> None:
    assert surface_words(tokenise("E-posten till Anna, 019-21 10 00, W-2")) == {"posten", "till", "anna"}


def test_a_hostile_text_takes_no_longer_than_its_length() -> None:
    """A regular expression that looks back and forth would take hours for these."""
    for text in (
        "a." * 50_000,
        "1 " * 50_000,
        "-" * 100_000,
        "a@" * 50_000,
        "§ " * 50_000,
        "(1)" * 30_000,
        "a-" * 50_000,
    ):
        list(tokenise(text))
