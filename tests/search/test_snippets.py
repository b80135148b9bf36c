"""The extract of a text that is shown with a hit."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search import SearchDocument
from articles.search.analysis import question_of
from articles.search.snippets import WIDTH, Marker, Text, tidy
from tests.search.asking import Asker

MakeDocument = Callable[..., SearchDocument]
LONG = "Nothing of interest stands in this sentence at all. " * 20


def snippet(question: str, text: str, code: str = "en") -> str:
    asked = question_of(question, [code])
    return Marker(asked, [1.0] * len(asked.wanted)).snippet(Text.of(tidy(text)), code)


@pytest.mark.parametrize(
    ("question", "text", "code", "marked"),
    [
        ("permit", "All permits cost.", "en", ["permits"]),
        ("förskola", "Förskolans avgift.", "sv", ["Förskolans"]),
        ("forskola", "Förskolans avgift.", "sv", ["Förskolans"]),
        ("ansökan", "Din bygglovsansökan tas emot.", "sv", ["bygglovsansökan"]),
        ("bygglov", "Bygglovsansökan och bygglov.", "sv", ["Bygglovsansökan", "bygglov"]),
        ("park", "Parkour in the parks.", "en", ["parks"]),
        ("019211000", "Ring 019-21 10 00 nu.", "sv", ["019-21 10 00"]),
        ("W-2", "The W2 and the W-2.", "en", ["W2", "W-2"]),
        ("§ 12", "Enligt 12 § lagen", "sv", ["12 §"]),
        ("how do I pay", "How do I pay? I pay so.", "en", ["pay", "pay"]),
        ("é", "Café", "en", []),
    ],
)
def test_the_words_that_match_are_marked_and_no_others(question: str, text: str, code: str, marked: list[str]) -> None:
    assert re.findall(r"<mark>(.*?)</mark>", snippet(question, text, code)) == marked


def test_html_in_a_text_is_escaped() -> None:
    html = snippet("permit", '<script>alert("permit")</script> & <b onclick=x>permits</b>')
    assert html == (
        "&lt;script&gt;alert(&quot;<mark>permit</mark>&quot;)&lt;/script&gt; &amp;"
        " &lt;b onclick=x&gt;<mark>permits</mark>&lt;/b&gt;"
    )


@given(
    st.text(alphabet="<>&\"'/ aåäöpermit\n\u2028İſ🙂\u0301", max_size=400), st.sampled_from(["permit", "p e r", "å ä"])
)
def test_a_snippet_of_any_text_is_safe_html(text: str, question: str) -> None:
    html = snippet(question, text, "sv")
    without = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in without
    assert ">" not in without
    assert html.count("<mark>") == html.count("</mark>")


def test_the_window_holds_the_most_different_words() -> None:
    text = f"A permit is needed. {LONG} Fees for a permit of gardens. {LONG} gardens"
    assert "Fees for a <mark>permit</mark> of <mark>gardens</mark>" in snippet("permit gardens", text)


def test_a_snippet_is_short_of_whole_words_and_tells_that_it_was_cut() -> None:
    html = snippet("xylophone", LONG + "xylophone " + LONG)
    text = re.sub("</?mark>", "", html)
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert len(text) <= WIDTH + 10
    assert set(text.strip("… ").split()) <= set((LONG + "xylophone").split())


def test_without_a_match_the_text_begins() -> None:
    assert snippet("xylophone", "Some text.\n\nMore   of it.") == "Some text. More of it."
    assert snippet("xylophone", "") == ""


def test_a_heading_does_not_run_on_into_what_it_stands_over() -> None:
    text = "Anybody may.\n\nWhere\n\nAt the depot:\n– here\n– there"
    assert snippet("where", text) == "Anybody may. <mark>Where</mark> · At the depot: – here – there"


def test_an_article_without_text_shows_its_headings(ask: Asker, make_document: MakeDocument) -> None:
    ask.about(make_document("Permit", "", headings="How long it takes"))
    assert ask.result("long").hits[0].snippet_html == "How <mark>long</mark> it takes"
