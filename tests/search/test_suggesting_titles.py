"""Titles as somebody types."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from articles.search import Reader, SearchDocument
from tests.search.asking import Asker

MakeDocument = Callable[..., SearchDocument]


@pytest.fixture
def titles(ask: Asker) -> Asker:
    ask.about(
        "Bygglov", "Bygglov för altan", "Ansökan om bygglov", "Färdtjänst", "Återvinningscentralens öppettider",
        "W-2-blankett", "Kontakt: 019-21 10 00", language="sv",
    )  # fmt: skip
    return ask


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("b", "Bygglov"),
        ("bygg", "Bygglov"),
        ("BYGG", "Bygglov"),
        ("bygglov f", "Bygglov för altan"),
        ("alt", "Bygglov för altan"),
        ("altan bygg", "Bygglov för altan"),
        ("ans bygg", "Ansökan om bygglov"),
        ("om b", "Ansökan om bygglov"),
        ("färd", "Färdtjänst"),
        ("fard", "Färdtjänst"),
        ("ater", "Återvinningscentralens öppettider"),
        ("oppet", "Återvinningscentralens öppettider"),
        ("w-2", "W-2-blankett"),
        ("w2", "W-2-blankett"),
        ("blank", "W-2-blankett"),
        ("019-21", "Kontakt: 019-21 10 00"),
    ],
)
def test_a_title_is_found_by_what_is_typed_so_far(titles: Asker, typed: str, first: str) -> None:
    assert titles.suggest(typed)[:1] == [first]


@pytest.mark.parametrize("typed", ["", " ", "—", "x", "bygglov x", "ygglov", "\x00", "*"])
def test_what_fits_no_title_suggests_nothing(titles: Asker, typed: str) -> None:
    assert titles.suggest(typed) == []


def test_at_most_ten_are_suggested_and_each_once(ask: Asker) -> None:
    ask.about(*(f"Permit {number} for a permit" for number in range(30)))
    found = ask.engine.suggest("permit", Reader(None)).titles
    assert len(found) == 10
    assert len({one.id for one in found}) == 10


def test_the_title_that_begins_so_comes_before_one_that_holds_it(ask: Asker) -> None:
    ask.about("All about waste", "Waste", "Waste in the forest", "Wasteland")
    assert ask.suggest("waste") == ["Waste", "Waste in the forest", "Wasteland", "All about waste"]


def test_an_updated_title_is_suggested_under_its_new_words_only(ask: Asker, make_document: MakeDocument) -> None:
    ask.about("Garden waste", "Fences")
    ask.engine.update([make_document("Compost", id=1)], [], cursor=2)
    assert (ask.suggest("garden"), ask.suggest("comp")) == ([], ["Compost"])
    ask.engine.update([], [1], cursor=3)
    assert ask.suggest("comp") == []


def test_dots_that_are_typed_are_meant(ask: Asker) -> None:
    ask.about("Permit for dogs", "Avgift för hund")
    assert ask.suggest("för") == ["Avgift för hund", "Permit for dogs"]
