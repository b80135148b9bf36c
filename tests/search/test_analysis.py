"""Which words find which, in Swedish and in English."""

from __future__ import annotations

import pytest

from articles.search import languages
from articles.search.analysis import question_of, terms_of
from articles.search.tokens import tokenise


def finds(asked: str, written: str, code: str) -> bool:
    """Whether a question of one word finds a text of one word, as a whole or by a part."""
    terms = terms_of(tokenise(written), code).weights
    return any(term in terms for term in question_of(asked, [code]).terms)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("förskola", "förskolan"),
        ("förskolor", "förskolornas"),
        ("bok", "böckerna"),
        ("barn", "barnen"),
        ("avgift", "avgifterna"),
        ("ansökan", "ansökningar"),
        ("betala", "betalar"),
        ("sopor", "soporna"),
        ("nämnd", "nämnden"),
        ("skolan", "skolor"),
        ("gata", "gatorna"),
        # Compounds: the short word finds the long one, and the long one texts about its parts.
        ("ansökan", "bygglovsansökan"),
        ("bygglov", "bygglovsansökan"),
        ("förskoleplats", "plats"),
        ("sopor", "sophämtning"),
        ("parkering", "parkeringstillstånd"),
        ("skola", "skolskjuts"),
        ("avgift", "barnomsorgsavgiften"),
        ("tömning", "slamtömning"),
        # Typed without dots.
        ("forskola", "förskolan"),
        ("forskolan", "förskola"),
        ("atervinning", "återvinning"),
        ("sophamtning", "sophämtningen"),
        ("forskoleplats", "förskola"),
    ],
)
def test_swedish_words_find_each_other(asked: str, written: str) -> None:
    assert finds(asked, written, "sv")


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("bok", "bo"),
        ("snö", "snusk"),
        ("statlig", "liga"),
        ("sopa", "soppa"),
        ("får", "för"),
        ("fördel", "del"),
        ("anställning", "ställ"),
        ("ringa", "parkering"),
        ("parkering", "ringa"),
        ("ring", "invandring"),
        ("tal", "kvartal"),
    ],
)
def test_swedish_words_that_have_nothing_to_do_with_each_other(asked: str, written: str) -> None:
    assert not finds(asked, written, "sv")


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("permit", "permits"),
        ("apply", "applying"),
        ("child", "children"),
        ("paid", "paying"),
        ("fee", "fees"),
        ("recycling", "recycle"),
        ("licence", "licences"),
        ("resume", "résumé"),
        ("organise", "organization"),
        ("neighbours", "neighbor"),
        ("color", "colours"),
        ("centre", "centers"),
        ("license", "licence"),
    ],
)
def test_english_words_find_each_other(asked: str, written: str) -> None:
    assert finds(asked, written, "en")


@pytest.mark.parametrize(("asked", "written"), [("rise", "rize"), ("hour", "hor"), ("morning", "mourning")])
def test_english_words_that_have_nothing_to_do_with_each_other(asked: str, written: str) -> None:
    assert not finds(asked, written, "en")


def test_a_word_with_dots_does_not_find_the_one_without() -> None:
    assert not finds("får", "far", "sv")
    assert finds("far", "far", "sv")


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("bygglovsansökan", ("bygglov", "ansökan")),
        ("sophämtning", ("sop", "hämtning")),
        ("förskoleplats", ("förskola", "plats")),
        ("gatubelysning", ("gata", "belysning")),
        ("livsmedelskontroll", ("livsmedel", "kontroll")),
        ("handläggningstid", ("handläggning", "tid")),
        ("parkeringstillstånd", ("parkering", "tillstånd")),
        ("serveringstillstånd", ("servering", "tillstånd")),
        ("slamtömning", ("slam", "tömning")),
        ("snöröjning", ("snö", "röjning")),
        ("källsortering", ("käll", "sortering")),
        ("parkeringsplats", ("parkering", "plats")),
        ("kvartalsrapport", ("kvartal", "rapport")),
        ("vigselring", ("vigsel", "ring")),
        ("förlovningsringen", ("förlovning", "ringen")),
        ("ringväg", ("ring", "väg")),
    ],
)
def test_a_swedish_compound_has_these_parts(word: str, parts: tuple[str, ...]) -> None:
    assert languages.get("sv").parts(word) == parts


NO_COMPOUNDS = """
    ansökan information föräldrar betalning handläggare medborgare förskolan möjlighet tillstånd
    bestämmelser universitet stockholm göteborg regeringen undantag organisation ersättning
    tillgänglig förlängning statliga tillsätter finansiella internationella offentliga kontakta
    telefonen parkering parkeringen parkeringar planering hantering rapportering placering uppdatering
    digitalisering värdering investeringar fakturering invandring vandring skildring lindring kvartal kvartalet
    kvartalen
"""


@pytest.mark.parametrize(
    "word",
    NO_COMPOUNDS.split(),
)
def test_a_word_that_is_no_compound_stays_whole(word: str) -> None:
    assert languages.get("sv").parts(word) == ()


def test_stop_words_count_only_where_nothing_else_was_asked() -> None:
    question = question_of("how do I apply", ["en"])
    assert [want.word for want in question.wanted if want.typed] == ["apply"]
    only = question_of("what is this", ["en"])
    assert only.stopped
    assert [want.word for want in only.wanted] == ["what", "is", "this"]


def test_a_stop_word_in_capitals_is_a_name() -> None:
    assert "it" in [want.word for want in question_of("help from IT", ["en"]).wanted if want.typed]
    assert "it" not in [want.word for want in question_of("HELP FROM IT", ["en"]).wanted if want.typed]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("hur ansöker jag om förskoleplats", ["ansöker", "förskoleplats"]),
        ("when is my bin emptied", ["bin", "emptied"]),
        ("shelter for men", ["shelter", "men"]),
        ("men hur gör jag", ["men", "hur", "gör", "jag"]),
        ("bad", ["bad"]),
    ],
)
def test_stop_words_are_those_of_the_language_that_is_asked_in(question: str, asked: list[str]) -> None:
    assert [want.word for want in question_of(question, ["en", "sv"]).wanted if want.typed] == asked


def test_the_parts_of_a_compound_make_a_text_longer_but_less_than_words_do() -> None:
    alone = terms_of(tokenise("slam tömning"), "sv")
    compound = terms_of(tokenise("slamtömning"), "sv")
    assert alone.length == compound.length == 2
    assert 0 < compound.weights["s:slam"] < alone.weights["s:slam"]


def test_a_question_of_a_thousand_words_is_cut() -> None:
    assert len(question_of(" ".join(f"word{n}x" for n in range(1000)), ["en"]).wanted) <= 80


@pytest.mark.parametrize("text", ["", "   ", "—", "\x00", "*", "()", '"', "AND OR NOT", "title:x", "a" * 10_000])
def test_any_text_can_be_asked(text: str) -> None:
    question_of(text, ["en", "sv"])
