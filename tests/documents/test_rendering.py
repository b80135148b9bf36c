"""The page of an article: safe, readable with any device, and the same each time."""

from __future__ import annotations

import re

import pytest

from articles.documents import Heading, from_html, from_markdown, render

from .builders import doc, node, p, text


def page(html: str, language: str = "en") -> str:
    """The page that some HTML becomes."""
    return render(from_html(html).document, language=language).html


def test_text_and_attributes_are_escaped() -> None:
    image = {"src": "/a.png", "alt": '"<b>', "title": "&lt;", "width": None, "height": None, "href": None}
    html = render(doc(p("<script>&amp;'\""), p({"type": "image", "attrs": image}))).html

    assert "<p>&lt;script&gt;&amp;amp;'&quot;</p>" in html
    assert 'alt="&quot;&lt;b&gt;" title="&amp;lt;"' in html


def test_an_address_that_must_not_be_followed_is_not_written_even_if_a_draft_holds_it() -> None:
    bad = {"type": "doc", "content": [
        p(text("x", href="javascript:alert(1)")),
        p({"type": "image", "attrs": {"src": "data:image/svg+xml,x", "href": "vbscript:x"}}),
    ]}  # fmt: skip

    html = render(bad).html

    assert "javascript:" not in html
    assert "data:image" not in html
    assert "vbscript:" not in html


def test_headings_have_ids_of_their_own_that_say_what_they_are() -> None:
    rendered = render(
        from_html("<h2>Öppettider & avgifter</h2><h3>Fees</h3><h3>Fees</h3><h2>Fees 2</h2><h2>漢字</h2>").document
    )

    assert rendered.headings == (
        Heading(2, "oppettider-avgifter", "Öppettider & avgifter"),
        Heading(3, "fees", "Fees"),
        Heading(3, "fees-2", "Fees"),
        Heading(2, "fees-2-2", "Fees 2"),
        Heading(2, "漢字", "漢字"),
    )
    assert all(f'id="{heading.id}"' in rendered.html for heading in rendered.headings)


def test_the_id_of_a_heading_stays_when_others_are_added_around_it() -> None:
    before = render(from_html("<h2>Fees</h2>").document).headings[0]
    after = render(from_html("<h2>New</h2><h2>Fees</h2><h2>Fees</h2>").document).headings[1]

    assert before == after


def test_a_heading_without_letters_or_without_text_still_has_an_id_but_is_not_listed_when_empty() -> None:
    rendered = render(doc(node("heading", "!!!", level=2), node("heading", level=2)))

    assert re.findall(r'id="([^"]+)"', rendered.html) == ["section", "section-2"]
    assert rendered.headings == (Heading(2, "section", "!!!"),)


def test_headings_go_down_one_level_when_the_text_has_one_of_the_titles_level() -> None:
    html = page("<h1>A</h1><h2>B</h2><h6>C</h6>")

    assert re.findall(r"<(h\d) id", html) == ["h2", "h3", "h6"]
    assert "<h1" not in html
    assert re.findall(r"<(h\d) id", page("<h2>B</h2><h6>C</h6>")) == ["h2", "h6"]


def test_a_table_scrolls_in_a_named_region_that_the_keyboard_reaches_and_has_a_head() -> None:
    html = page("<table><tr><th>Day<th>Hours<tr><th>Mon<td>8–16</table>", "sv")

    assert html.startswith(
        '<div class="table-scroll" role="group" tabindex="0" aria-label="Tabell: Day, Hours"><table>'
    )
    assert '<thead><tr><th scope="col">Day</th><th scope="col">Hours</th></tr></thead>' in html
    assert '<tbody><tr><th scope="row">Mon</th><td>8–16</td></tr></tbody>' in html


def test_a_header_cell_that_reaches_into_the_body_leaves_the_table_without_a_head() -> None:
    html = page("<table><tr><th rowspan=2>A<th>B<tr><td>1</table>")

    assert "<thead>" not in html
    assert '<th scope="col" rowspan="2">A</th>' in html


def test_column_widths_are_written_without_styles() -> None:
    html = page('<table><tr><td colwidth="120">a<td>b</table>')

    assert '<colgroup><col width="120"><col></colgroup>' in html
    assert "style=" not in html


def test_images_load_late_and_keep_their_place() -> None:
    html = page('<p><img src="/a.png" alt="Map" width=200 height=100></p>')

    assert html == '<p><img src="/a.png" alt="Map" width="200" height="100" loading="lazy" decoding="async"></p>'


def test_an_image_without_an_alternative_text_is_decoration() -> None:
    assert 'alt=""' in page('<img src="/a.png">')


@pytest.mark.parametrize(
    ("address", "leaves"),
    [
        ("https://www.orebro.se/", True), ("HTTP://a.se", True), ("//a.se/x", True), ("/\\a.se", True),
        ("/articles/5/", False), ("#fees", False), ("mailto:a@b.se", False), ("page.md", False),
    ],
)  # fmt: skip
def test_links_that_leave_the_installation_tell_nothing_about_it(address: str, leaves: bool) -> None:
    assert ('rel="noopener noreferrer"' in page(f'<a href="{address}">x</a>')) is leaves


def test_contacts_are_labelled_in_the_language_of_the_article() -> None:
    document = from_markdown("::: contact\nphone: 1\nhours: Mon\n:::").document

    assert re.findall("<dt>(.*?)</dt>", render(document, language="en").html) == ["Phone", "Hours"]
    assert re.findall("<dt>(.*?)</dt>", render(document, language="sv").html) == ["Telefon", "Öppettider"]
    assert re.findall("<dt>(.*?)</dt>", render(document, language="fi").html) == ["Phone", "Hours"]


@pytest.mark.parametrize(
    ("line", "addresses"),
    [
        ("phone: 019-21 10 00", ["tel:019211000"]),
        ("phone: +46 (0)19-21 10 00 (växel)", ["tel:+4619211000"]),
        ("phone: 019-21 10 00 or 019-21 20 00", ["tel:019211000", "tel:019212000"]),
        ("phone: ext. 123", []),
        ("phone: **112**", []),
        ("email: waste@orebro.se, b.c+d@e.example.org", ["mailto:waste@orebro.se", "mailto:b.c+d@e.example.org"]),
        ("email: not an address", []),
        ("web: www.orebro.se/waste.", ["https://www.orebro.se/waste"]),
        ("web: see http://a.se/?b=1&c=2", ["http://a.se/?b=1&amp;c=2"]),
        ("note: call 019-21 10 00", []),
        ("phone: [019-21 10 00](tel:+4619)", ["tel:+4619"]),
    ],
)
def test_numbers_and_addresses_in_contacts_can_be_pressed(line: str, addresses: list[str]) -> None:
    html = render(from_markdown(f"::: contact\n{line}\n:::").document).html

    assert re.findall('href="([^"]+)"', html) == addresses


def test_a_callout_has_a_name_besides_its_colour() -> None:
    assert 'data-kind="warning" aria-label="Varning"' in page(
        '<aside class="callout" data-kind="warning">x</aside>', "sv"
    )


def test_a_passage_for_certain_roles_is_named_after_them_in_the_language_of_the_article() -> None:
    html = '<section data-roles="waste everyone">x</section>'

    assert 'role="group" aria-label="Only for waste, everyone · not for callers"' in page(html)
    assert 'aria-label="Endast för waste, alla · inte för den som ringer"' in page(html, "sv")
    assert from_html(page(html)).document == from_html(html).document


def test_a_page_has_no_styles_no_scripts_and_no_handlers() -> None:
    everything = (
        '<table><tr><td align="right" colwidth="5">x</table><section data-roles="a">x</section><details>x</details>'
        '<dl class="contact"><div data-kind="phone"><dd>019-21 10 00</div></dl><ol class="steps"><li>x</ol><pre>x</pre>'
    )

    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page(everything))


def test_rendering_twice_gives_the_same() -> None:
    document = from_html("<h2>A</h2><h2>A</h2><table><tr><th>x</table>").document

    assert render(document) == render(document)
