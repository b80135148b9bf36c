"""What is marked for certain roles is understood, or left out; it is never shown to everybody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.documents import (
    Converted,
    DocumentError,
    check_document,
    for_audience,
    from_html,
    from_markdown,
    passage_roles,
    render,
    search_fields,
    to_markdown,
    to_text,
)

from .builders import blocks, doc, names, node, p, passage, text, texts
from .strategies import examples

NOBODY: frozenset[str] = frozenset()


def shown_to(document: dict[str, Any], *roles: str) -> str:
    """All text that readers with these roles get, in whatever form."""
    visible = for_audience(document, frozenset(roles))
    check_document(visible)
    rendered = render(visible)
    return "".join([
        json.dumps(visible), rendered.html, rendered.text, to_markdown(visible), to_text(visible), *search_fields(visible),
    ])  # fmt: skip


def test_a_section_in_html_and_a_container_in_markdown_are_the_same_passage() -> None:
    expected = [p("a"), passage(p("b"), roles=["manager", "waste"]), p("c")]

    assert blocks('a<section data-roles="manager waste">b</section>c') == expected
    assert from_markdown("a\n\n::: roles manager waste\nb\n:::\n\nc").document["content"] == expected


def test_a_reader_gets_the_passages_of_each_role_that_the_reader_has() -> None:
    document = doc(p("all"), passage(p("ONE"), roles=["a", "b"]), passage(p("TWO"), roles=["c"]))

    assert passage_roles(document) == {"a", "b", "c"}
    assert "ONE" not in shown_to(document)
    assert "ONE" in shown_to(document, "b")
    assert "TWO" not in shown_to(document, "b")
    assert "TWO" in shown_to(document, "c", "x")


def test_boxes_that_held_nothing_else_go_with_the_passage_and_cells_stay() -> None:
    secret = passage(p("SECRET"), roles=["a"])
    cell = node("tableCell", secret, colspan=1, rowspan=1, colwidth=None, align=None)
    document = doc(
        node("callout", secret, kind="info"),
        node("blockquote", node("blockquote", secret)),
        node("details", node("detailsSummary", "Sum"), node("detailsContent", secret)),
        node("table", node("tableRow", cell)),
        node("bulletList", node("listItem", p("item"), secret)),
    )

    visible = for_audience(document, NOBODY)

    check_document(visible)
    assert names(visible) == ["details", "table", "bulletList"]
    assert texts(visible) == "Sumitem"


def test_a_document_of_hidden_passages_only_is_an_empty_one_for_others() -> None:
    assert for_audience(doc(passage(p("SECRET"), roles=["a"])), NOBODY)["content"] == [{"type": "paragraph"}]


@pytest.mark.parametrize("roles", [None, [], "manager", [""], ["Manager"], [5], {"a": 1}])
def test_a_passage_without_valid_roles_is_for_nobody(roles: Any) -> None:
    broken = {
        "type": "doc",
        "content": [p("x"), {"type": "passage", "attrs": {"roles": roles}, "content": [p("SECRET")]}],
    }

    assert texts(for_audience(broken, frozenset({"manager", "Manager", "", "a"}))) == "x"


@pytest.mark.parametrize(
    "roles", ["", "Manager", "manager,waste", "man ager!", "*", "é", " ", " ".join(f"r{i}" for i in range(101))]
)
def test_a_section_whose_roles_cannot_be_understood_is_left_out_and_told(roles: str) -> None:
    for converted in (
        from_html(f'a<section data-roles="{roles}"><p>SECRET</p></section>b'),
        from_markdown(f"a\n\n::: roles {roles}\nSECRET\n:::\n\nb"),
    ):
        assert texts(converted.document) == "ab" or roles == "man ager!"
        assert "SECRET" not in json.dumps(converted.document)
        assert any("roles" in sentence for sentence in converted.losses)


# A marked text at every place that HTML has. It may become a passage, be left out, or be refused.
PLACES = [
    "<section data-roles=m>SECRET", "<SECTION DATA-ROLES=m>SECRET</SECTION>", "<div data-roles=m>SECRET</div>",
    "<section/data-roles=m>SECRET</section>", "<section x='>' data-roles=m>SECRET</section>",
    "<section data-roles=m data-roles=n>SECRET</section>", "<p data-roles=m>SECRET</p>", "<span data-roles=m>SECRET</span>",
    "<o:p data-roles=m>SECRET</o:p>", "<my-el data-roles=m>SECRET</my-el>", "<h2 data-roles=m>SECRET</h2>",
    "<h2><section data-roles=m>SECRET</section></h2>", "<pre><section data-roles=m>SECRET</section></pre>",
    "<ul data-roles=m><li>SECRET</ul>", "<ul><li data-roles=m>SECRET</ul>", "<ul><section data-roles=m>SECRET</section></ul>",
    "<table data-roles=m><tr><td>SECRET</table>", "<table><tr data-roles=m><td>SECRET</table>",
    "<table><tr><td data-roles=m>SECRET</table>", "<table><tbody data-roles=m><tr><td>SECRET</table>",
    "<table><caption data-roles=m>SECRET</caption><tr><td>x</table>", "<table><section data-roles=m>SECRET</section></table>",
    "<dl><dt data-roles=m>SECRET<dd data-roles=m>SECRET</dl>", "<dl class=facts data-roles=m><dt>SECRET<dd>SECRET</dl>",
    "<dl class=facts><div data-roles=m><dt>SECRET<dd>SECRET</div></dl>",
    "<dl class=contact><div><dt>Phone<dd><section data-roles=m>SECRET</section></div></dl>",
    "<details><summary data-roles=m>SECRET</summary>x</details>", "<details data-roles=m><summary>SECRET</summary></details>",
    "<aside class=callout data-roles=m>SECRET</aside>", "<blockquote data-roles=m>SECRET</blockquote>",
    "<a href=/x data-roles=m>SECRET</a>", "<a href=/x><section data-roles=m>SECRET</section></a>",
    "<b data-roles=m>SECRET</b>", "<q data-roles=m>SECRET</q>", "<button data-roles=m>SECRET</button>",
    "<form data-roles=m>SECRET</form>", "<select data-roles=m><option>SECRET</select>", "<img src=/a.png alt=SECRET data-roles=m>",
    "<figure data-roles=m><figcaption>SECRET</figure>", "<svg><section data-roles=m>SECRET</section></svg>",
    "<template><section data-roles=m>SECRET</section></template>", "<body data-roles=m>SECRET</body>",
    "<html data-roles=m>SECRET</html>", "<caption data-roles=m>SECRET</caption>", "<td data-roles=m>SECRET</td>",
    "<frameset data-roles=m>SECRET", "<section\x00data-roles=m>SECRET</section>",
]  # fmt: skip


@pytest.mark.parametrize("html", PLACES)
def test_a_marked_text_is_shown_to_nobody_else_wherever_it_stands(html: str) -> None:
    assert_hidden(lambda: from_html(f"<p>before</p>{html}"))
    assert_hidden(lambda: from_html(html))
    assert_hidden(lambda: from_markdown(html))


# Tags that a parser repairs by ending the section before the text that its author put into it.
MISNESTED = [
    "<ul><li><section data-roles=m>SECRET</li></ul>SECRET</section>",
    "<div><section data-roles=m>SECRET</div>SECRET</section>",
    "<table><tr><td><section data-roles=m>SECRET<td>SECRET</table>",
    "<table><tr><td><section data-roles=m>SECRET<td>SECRET</section></table>",
    "<table><tr><td><section data-roles=m>SECRET</table>SECRET</section>",
    "<li><my-el data-roles=m>SECRET</li>SECRET</my-el>",
    "<section data-roles=m><iframe></section></iframe>SECRET</section>",
    "<section data-roles=m><!-- </section> -->SECRET</section>",
    "<section data-roles=m><textarea></section></textarea>SECRET</section>",
    "<section data-roles=m><xmp></section></xmp>SECRET</section>",
    "<section data-roles=m><title></section></title>SECRET</section>",
    "<section data-roles=m><svg><title></section></title></svg>SECRET</section>",
    "<section data-roles=m><b>SECRET</section>",
    "<p>a<section data-roles=m>SECRET</p>SECRET</section>",
    "<section data-roles=m>SECRET<section data-roles=m>SECRET</section>SECRET</section>",
]


@pytest.mark.parametrize("html", MISNESTED)
def test_a_section_that_a_parser_would_end_too_early_hides_all_that_its_author_put_into_it(html: str) -> None:
    assert_hidden(lambda: from_html(html))


MARKDOWN = [
    "::: roles m\n::: warning\nSECRET\n:::\nSECRET\n:::",
    "::: roles m\n::: details x\n::: info\nSECRET\n:::\nSECRET\n:::\nSECRET\n:::",
    ":::: roles m\n::: roles m\nSECRET\n:::\nSECRET\n::::",
    "::: Roles m\nSECRET\n:::",
    "::: role m\nSECRET\n:::",
    "::: roles: m\nSECRET\n:::",
    ":::roles m\nSECRET\n:::",
    "::: roles m :::\nSECRET\n:::",
    "    ::: roles m\n    SECRET\n    :::",
    "::: roles\nSECRET\n:::",
    "::: roles m\nSECRET",
    "- ::: roles m\n  SECRET\n  :::",
    "- x\n  ::: roles m\n  SECRET\n\nSECRET\n:::",
    "> ::: roles m\n> SECRET\n\nSECRET\n:::",
    "> ::: roles m\n> SECRET\n> :::",
    "::: roles m\n```\n:::\n```\nSECRET\n:::",
    "::: roles m\n~~~~\n:::\n~~~\n~~~~\nSECRET\n:::",
    "::: roles m\n~~~\n:::\nSECRET",
    "a\n::: roles m\nSECRET\n:::",
    "| a |\n| - |\n| b |\n::: roles m\nSECRET\n:::",
    "::: contact\n::: roles m\nphone: SECRET\n:::\n:::",
    "<section data-roles=m>\n\nSECRET\n\n</section>",
    "- <section data-roles=m>\n\nSECRET\n\n</section>",
    "text <section data-roles=m>SECRET</section>",
]


@pytest.mark.parametrize("markdown", MARKDOWN)
def test_a_passage_in_markdown_ends_where_its_author_ended_it(markdown: str) -> None:
    assert_hidden(lambda: from_markdown(markdown))


def assert_hidden(convert: Any) -> None:
    """What is converted shows the secret to nobody without the role, or is refused with a sentence about it."""
    try:
        converted: Converted | None = convert()
        refusal = ""
    except DocumentError as error:
        converted, refusal = None, str(error)
    if converted is None:
        assert "passage for certain roles" in refusal
    else:
        assert "SECRET" not in shown_to(converted.document)


_TAGS = [
    "section",
    "div",
    "p",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "b",
    "a",
    "h2",
    "dl",
    "dd",
    "details",
    "summary",
    "my-el",
]


@given(st.lists(st.sampled_from([*(f"<{t}>" for t in _TAGS), *(f"</{t}>" for t in _TAGS), "x"]), max_size=8), st.data())
@examples(400)
def test_whatever_surrounds_a_well_closed_section_it_stays_hidden(around: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(around)))
    section = "<section data-roles='m'><p>SECRET</p></section>"

    assert_hidden(lambda: from_html("".join([*around[:at], section, *around[at:]])))


def test_a_passage_inside_another_is_shown_to_those_who_may_read_both() -> None:
    html = (
        '<section data-roles="a b">ONE<section data-roles="a">TWO</section>THREE'
        '<section data-roles="b c">FOUR</section><section data-roles="c">FIVE</section>'
        '<section data-roles="a b c">SIX</section></section>'
    )
    converted = from_html(html)

    assert [(block["attrs"]["roles"], texts(block)) for block in converted.document["content"]] == [
        (["a", "b"], "ONE"), (["a"], "TWO"), (["a", "b"], "THREE"), (["b"], "FOUR"), (["a", "b"], "SIX"),
    ]  # fmt: skip
    assert any("may read both" in sentence for sentence in converted.losses)
    assert any("left out" in sentence for sentence in converted.losses)


def test_marks_around_a_section_reach_the_text_in_it() -> None:
    (block,) = blocks("<b><section data-roles='a'>x</section></b>")

    assert block == passage(p(text("x", "bold")), roles=["a"])
