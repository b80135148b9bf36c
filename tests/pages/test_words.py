"""Small things that every page says: times, beginnings, what is kept."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation

from articles.kept import Kept
from articles.templatetags.kb import at, icon, on_day, said, said_day, said_in_full, span, when
from articles.views.listing import SNIPPET, snippet

NOW = datetime(2026, 11, 12, 10, 32, tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW - timedelta(hours=2), "08:32"),
        (NOW - timedelta(days=1), "yesterday 10:32"),
        (NOW - timedelta(days=3), "Monday 10:32"),
        (NOW - timedelta(days=30), "13 Oct"),
        (NOW - timedelta(days=400), "8 Oct 2025"),
        (NOW + timedelta(days=1), "13 Nov"),
    ],
)
def test_a_moment_is_said_as_people_say_it(moment: datetime, words: str) -> None:
    assert said(moment, NOW) == words


def test_a_moment_is_exact_on_hover_and_for_programs() -> None:
    made = when(NOW)
    assert 'datetime="2026-11-12T10:32:00+01:00"' in made
    assert 'title="12 November 2026 10:32"' in made
    assert when(None) == on_day(None) == ""


def test_a_span_says_its_day_once_and_each_moment_is_exact_on_hover() -> None:
    today = timezone.localtime().replace(hour=17, minute=7, second=0, microsecond=0)
    made = span(today, today + timedelta(hours=5))
    assert re.sub("<.*?>", "", made) == "today 17:07 – 22:07"
    assert made.count(" title=") == 2
    assert re.sub("<.*?>", "", span(today - timedelta(days=1), today)) == "yesterday 17:07 – today 17:07"
    far = timezone.localtime(NOW).replace(year=2020)
    with translation.override("sv"):
        assert re.sub("<.*?>", "", span(far, far + timedelta(hours=1))) == "12 nov 2020 10:32 – 11:32"


def test_what_is_still_to_come_is_exact_on_hover_too() -> None:
    assert 'title="12 November 2026 10:32"' in at(NOW)


def test_days_are_said_in_the_language_of_the_page() -> None:
    today = timezone.localdate()
    assert said_day(today) == "today"
    assert said_day(today + timedelta(days=1)) == "tomorrow"
    with translation.override("sv"):
        assert said(NOW - timedelta(days=400), NOW) == "8 okt 2025"
        assert said(NOW - timedelta(days=3), NOW) == "måndag 10:32", "it stands in sentences"
        assert said_in_full(NOW) == "torsdag 12 november 2026, 10:32"


def test_a_beginning_is_cut_between_words_and_on_one_line() -> None:
    assert snippet("Fee: 745 kr\nSeason: April\n\nText.") == "Fee: 745 kr · Season: April · Text."
    assert (
        snippet("Anybody may borrow one.\n\nWhere\n\nAt the depot.") == "Anybody may borrow one. Where · At the depot."
    )
    cut = snippet("word " * 100)
    assert len(cut) <= SNIPPET + 2
    assert cut.endswith("word …")
    assert snippet("") == ""


def test_an_icon_is_hidden_from_those_who_listen() -> None:
    assert 'aria-hidden="true"' in icon("search")
    assert "#search" in icon("search")


def test_what_is_kept_is_made_once_for_each_mark_and_the_oldest_is_forgotten() -> None:
    made: list[str] = []
    kept: Kept[str] = Kept(2)

    def make(name: str) -> str:
        made.append(name)
        return name

    for name, mark in (("a", 1), ("a", 1), ("a", 2), ("b", 2), ("a", 2), ("c", 2), ("b", 2)):
        assert kept.get(name, mark, lambda name=name: make(name)) == name  # type: ignore[misc]
    assert made == ["a", "a", "b", "c", "b"]


def test_what_cannot_be_made_is_not_kept() -> None:
    kept: Kept[str] = Kept(2)

    def fail() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        kept.get("a", 1, fail)
    assert kept.get("a", 1, lambda: "made") == "made"
