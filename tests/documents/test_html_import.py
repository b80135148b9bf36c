"""Foreign HTML becomes a document that says the same."""

from __future__ import annotations

import pytest

from articles.documents import check_document, from_html

from .builders import blocks, names, node, only, p, text, texts


def paragraph_of(html: str) -> list[dict[str, object]]:
    """The inline content of the one paragraph that some HTML becomes."""
    block = only(from_html(html))
    assert block["type"] == "paragraph"
    return list(block["content"])


def test_marks_of_every_spelling_are_understood() -> None:
    html = "<b>a</b><i>b</i><del>c</del><ins>d</ins><kbd>e</kbd><sub>f</sub><sup>g</sup>"

    assert [inline["marks"] for inline in paragraph_of(f"<p>{html}</p>")] == [
        [{"type": name}] for name in ("bold", "italic", "strike", "underline", "code", "subscript", "superscript")
    ]


def test_styles_that_say_bold_or_italic_are_marks_and_those_that_unsay_it_take_it_away() -> None:
    assert paragraph_of('<p><span style="font-weight:700;font-style:italic">a</span></p>') == [
        text("a", "bold", "italic")
    ]
    assert paragraph_of('<b style="font-weight:normal"><p>from Google Docs</p></b>') == [text("from Google Docs")]


def test_white_space_collapses_as_in_a_browser() -> None:
    assert paragraph_of("<p>\n  a <b> b\t</b>\n c <br>  d \n</p>") == [
        text("a "), text("b ", "bold"), text("c"), {"type": "hardBreak"}, text("d"),
    ]  # fmt: skip


def test_a_no_break_space_is_kept_but_a_paragraph_of_nothing_else_is_not() -> None:
    assert paragraph_of("<p>745&nbsp;kr</p><p>&nbsp;</p><p></p><p> <br> </p>") == [text("745\u00a0kr")]


def test_text_outside_of_all_blocks_becomes_paragraphs_and_two_line_breaks_separate_them() -> None:
    html = "one <b>bold</b><br>still one<br><br>two<h2>Head</h2>three"

    assert [texts(block) for block in blocks(html)] == ["one boldstill one", "two", "Head", "three"]
    assert names({"content": blocks(html)}) == ["paragraph", "paragraph", "heading", "paragraph"]


def test_divisions_separate_paragraphs_and_leave_no_trace() -> None:
    html = "<article><div>a</div><div><span>b</span></div><address>c</address></article>d"

    assert [texts(block) for block in blocks(html)] == ["a", "b", "c", "d"]


def test_a_link_around_blocks_marks_the_text_in_them() -> None:
    assert blocks('<a href="/x"><h2>Head</h2><p>Text</p></a>') == [
        node("heading", text("Head", href="/x"), level=2),
        p(text("Text", href="/x")),
    ]


def test_a_linked_image_carries_its_link_itself() -> None:
    (image,) = paragraph_of('<a href="/articles/5/"><img src="/a b.png" alt="Map" width="20px" height="auto"></a>')

    assert image == {
        "type": "image",
        "attrs": {
            "src": "/a%20b.png", "alt": "Map", "title": None, "width": 20, "height": None, "href": "/articles/5/",
        },
    }  # fmt: skip


@pytest.mark.parametrize("level", range(1, 7))
def test_headings_of_all_levels_are_kept(level: int) -> None:
    assert only(from_html(f"<h{level}>Head</h{level}>"))["attrs"] == {"level": level}


def test_blocks_in_a_heading_become_one_line() -> None:
    converted = from_html("<h2><div>One</div><p>Two</p></h2>")

    assert only(converted)["content"] == [text("One"), {"type": "hardBreak"}, text("Two")]
    assert converted.losses == []


def test_lists_nest_also_when_written_wrongly() -> None:
    right = blocks("<ul><li>a<ul><li>b</li></ul></li></ul>")
    wrong = blocks("<ul><li>a</li><ul><li>b</li></ul></ul>")

    assert right == wrong
    assert right == [node("bulletList", node("listItem", p("a"), node("bulletList", node("listItem", p("b")))))]


def test_an_item_that_begins_with_a_list_or_with_code_gets_an_empty_paragraph_first() -> None:
    (block,) = blocks("<ol start=4><li><pre>x</pre></li><li></li></ol>")

    assert block == node(
        "orderedList",
        node("listItem", p(), node("codeBlock", "x", language=None)),
        node("listItem", p()),
        start=4,
    )


def test_a_heading_at_the_start_of_an_item_becomes_bold_text_also_where_it_was_bold() -> None:
    (block,) = blocks("<ul><li><h3>a <b>b</b> <i>c</i></h3>d</ul>")

    assert block["content"][0]["content"] == [
        p(text("a b ", "bold"), text("c", "bold", "italic")),
        p("d"),
    ]


def test_a_table_keeps_spans_headers_alignment_and_blocks_in_cells() -> None:
    (table,) = blocks(
        "<table><thead><tr><th>A<th align=right>B</thead><tr><td colspan=2 style='text-align: center'>x<p>y</p></table>"
    )
    head, row = table["content"]

    assert names(head) == ["tableHeader", "tableHeader"]
    assert head["content"][1]["attrs"]["align"] == "right"
    assert row["content"][0]["attrs"] == {"colspan": 2, "rowspan": 1, "colwidth": None, "align": "center"}
    assert names(row["content"][0]) == ["paragraph", "paragraph"]


def test_the_foot_of_a_table_comes_last_wherever_it_is_written() -> None:
    (table,) = blocks("<table><tfoot><tr><td>sum</tfoot><tbody><tr><td>1</tbody></table>")

    assert [texts(row) for row in table["content"]] == ["1", "sum"]


def test_a_table_in_a_table_stays_in_its_cell() -> None:
    (table,) = blocks("<table><tr><td><table><tr><td>inner</table></table>")

    assert names(table["content"][0]["content"][0]) == ["table"]


def test_a_caption_stands_before_its_table_and_under_its_image() -> None:
    assert blocks("<table><caption>Fees</caption><tr><td>1</table>")[0] == p(text("Fees", "bold"))
    assert blocks("<figure><img src=/a.png><figcaption>A <b>map</b></figcaption></figure>")[1] == p(
        text("A ", "italic"), text("map", "bold", "italic")
    )


def test_definitions_become_a_list_with_bold_terms() -> None:
    (block,) = blocks("<dl><dt>Term<dd>One<dd>Two<dt>Other<dd><ul><li>x</ul></dl>")

    assert block == node(
        "bulletList",
        node("listItem", p(text("Term", "bold")), p("One"), p("Two")),
        node("listItem", p(text("Other", "bold")), node("bulletList", node("listItem", p("x")))),
    )


def test_details_without_a_summary_get_one() -> None:
    (block,) = blocks("<details open><p>Text</p></details>")

    assert names(block) == ["detailsSummary", "detailsContent"]
    assert texts(block) == "DetailsText"


def test_code_keeps_its_lines_and_its_language() -> None:
    (block,) = blocks('<pre><code class="hljs language-python">if x:\n    <b>y</b><br>z\n</code></pre>')

    assert block == node("codeBlock", "if x:\n    y\nz", language="python")


def test_a_task_list_keeps_its_ticks() -> None:
    (block,) = blocks("<ul><li><input type=checkbox checked> done<li><input type=checkbox> open</ul>")

    assert [texts(item) for item in block["content"]] == ["☑ done", "☐ open"]


def test_a_quotation_in_a_line_gets_its_marks() -> None:
    assert paragraph_of("<p><q>Yes</q></p>") == [text("“Yes”")]


def test_our_own_boxes_are_recognised_also_when_written_by_hand() -> None:
    callout, contact, facts, steps = blocks(
        '<aside class="callout" data-kind="warning"><p>w</p></aside>'
        '<dl class="contact"><dt>Telefon</dt><dd>019</dd><dt>Besöksadress</dt><dd>Gatan 1<br>Orten</dd>'
        "<dt>Fax</dt><dd>1</dd></dl>"
        '<dl class="facts"><dt>Fee <b>2026</b></dt><dd>745 kr</dd></dl>'
        '<ol class="steps"><li>First</ol>'
    )

    assert callout["attrs"] == {"kind": "warning"}
    assert [field["attrs"]["kind"] for field in contact["content"]] == ["phone", "address", "note"]
    assert texts(contact["content"][2]) == "Fax: 1"
    assert facts["content"][0] == node("fact", "745 kr", label="Fee 2026")
    assert steps == node("steps", node("step", p("First")))


@pytest.mark.parametrize("kind", ["note", "tip", "danger", "caution"])
def test_boxes_of_other_systems_are_information_or_warning(kind: str) -> None:
    converted = from_html(f'<div class="callout" data-kind="{kind}">x</div>')

    assert only(converted)["attrs"]["kind"] == ("info" if kind in ("note", "tip") else "warning")
    assert converted.losses == []


@pytest.mark.parametrize(
    "html",
    [
        "",
        " \n ",
        "<!-- only a comment -->",
        "<?php x ?>",
        "<div></div>",
        "<ul></ul>",
        "<table></table>",
        "\ufeff",
        "<dl></dl>",
    ],
)
def test_html_without_content_is_the_empty_document(html: str) -> None:
    assert from_html(html).document == {"type": "doc", "content": [{"type": "paragraph"}]}


def test_a_whole_page_with_head_and_comments_gives_its_body() -> None:
    html = (
        "<!DOCTYPE html><html><head><title>T</title><meta charset=utf-8><link rel=x></head>"
        "<body><!-- c --><p>Te<!-- c -->xt<?pi x?></p></body></html>"
    )

    assert blocks(html) == [p("Text")]


def test_every_result_is_valid_also_of_elements_in_the_wrong_places() -> None:
    html = "<tr><td>x</td></tr><li>y</li><dd>z</dd><summary>s</summary><option>o</option><caption>c</caption>"

    converted = from_html(html)

    check_document(converted.document)
    assert texts(converted.document) == "xyzsoc"
