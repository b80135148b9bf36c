"""A whole answer as text, for a chat or a mail; and what search reads."""

from __future__ import annotations

from articles.documents import from_html, from_markdown, render, search_fields, to_text

from .builders import doc, node, p, passage


def plain(markdown: str, language: str = "en") -> str:
    """The text that some Markdown becomes."""
    return to_text(from_markdown(markdown).document, language=language)


def test_blocks_are_separated_by_empty_lines_and_marks_are_gone() -> None:
    assert plain("## Head\n\nSome **bold** `text`\\\nsecond line\n\n***\n\n> quoted\n>\n> twice") == (
        "Head\n\nSome bold text\nsecond line\n\n–––\n\n> quoted\n>\n> twice"
    )


def test_lists_are_numbers_and_dashes_with_what_belongs_to_them_indented() -> None:
    markdown = "3. First\n4. Second\n   - inner\n\n     more\n\n::: steps\n1. Do\n2. Then\n:::"

    assert plain(markdown) == "3. First\n4. Second\n   – inner\n      more\n\n1. Do\n2. Then"


def test_tables_are_lines() -> None:
    assert plain("| Day | Hours |\n| --- | --- |\n| Mon | 8–16 |\n| Sun | |") == "Day · Hours\nMon · 8–16\nSun ·"


def test_facts_and_contacts_are_labelled_lines() -> None:
    markdown = "::: facts\nFee 2026: 745 kr\n:::\n\n::: contact\nphone: 019-21 10 00\naddress: Gatan 1<br>Orten\n:::"

    assert plain(markdown, "sv") == "Fee 2026: 745 kr\n\nTelefon: 019-21 10 00\nAdress: Gatan 1, Orten"


def test_a_passage_for_certain_roles_says_where_it_begins_and_ends() -> None:
    markdown = "For all.\n\n::: roles waste manager\nCode K3.\n\nAsk first.\n:::\n\nFor all again."

    assert plain(markdown) == (
        "For all.\n\n[Only for waste, managers · not for callers]\n\nCode K3.\n\nAsk first.\n\n"
        "[End of what is only for waste, managers]\n\nFor all again."
    )
    assert plain("::: roles everyone\nx\n:::", "sv").startswith("[Endast för alla · inte för den som ringer]\n\nx")


def test_links_are_followed_by_their_addresses_unless_the_text_says_it_or_nobody_outside_can_follow() -> None:
    assert plain("[form](https://a.se/f) and [more](https://b.se)") == "form (https://a.se/f) and more (https://b.se)"
    assert plain("<https://a.se/x> [a.se/x](https://a.se/x) [a@b.se](mailto:a@b.se)") == "https://a.se/x a.se/x a@b.se"
    assert plain("[**a** b](https://a.se) [mail](mailto:a@b.se)") == "a b (https://a.se) mail (a@b.se)"
    assert plain("[other article](/articles/5/)") == "other article"


def test_the_text_of_a_cell_with_several_blocks_is_one_line() -> None:
    html = "<table><tr><td><p>One.</p><p>Two</p><ul><li>a<li>b</ul></td></tr></table>"

    assert to_text(from_html(html).document) == "One. Two, – a, – b"


def test_images_are_their_alternative_texts() -> None:
    assert plain("![Map of the site](/a.png) ![](/b.png)") == "Map of the site"


def test_the_text_of_a_rendering_is_that_text() -> None:
    document = from_markdown("::: contact\nphone: 1\n:::").document

    assert render(document, language="sv").text == to_text(document, language="sv") == "Telefon: 1"


def test_search_reads_headings_apart_and_all_other_text_without_addresses() -> None:
    document = from_markdown(
        "## Fees\n\nSee [form](https://a.se/f).\n\n::: facts\nFee: 745 kr\n:::\n\n::: details More\n- item\n:::\n\n"
        "| a | b |\n| --- | --- |\n| c | ![Map](/a.png) |\n\n```\ncode\n```"
    ).document

    headings, body = search_fields(document)

    assert headings == "Fees\nMore"
    assert body == "See form.\nFee\n745 kr\nitem\na\nb\nc\nMap\ncode"


def test_search_reads_what_it_is_given_so_passages_are_left_out_before() -> None:
    assert search_fields(doc(passage(p("x"), roles=["a"]))) == ("", "x")


def test_words_on_both_sides_of_a_line_break_stay_apart() -> None:
    assert search_fields(doc(p("one", {"type": "hardBreak"}, "two"))) == ("", "one\ntwo")


def test_an_empty_document_has_no_text() -> None:
    empty = doc(p(), node("heading", level=2), node("codeBlock", language=None))

    assert to_text(empty) == ""
    assert search_fields(empty) == ("", "")
