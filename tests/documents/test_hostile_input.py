"""Whatever comes in, what comes out is a valid document or a DocumentError with a sentence; and it comes soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.documents import (
    Converted,
    DocumentError,
    check_document,
    from_html,
    from_markdown,
    render,
    to_markdown,
)

from .strategies import examples

_TAGS = [
    "a", "abbr", "aside", "b", "blockquote", "body", "br", "button", "caption", "code", "col", "colgroup", "dd",
    "details", "div", "dl", "dt", "em", "fieldset", "figcaption", "figure", "font", "form", "frameset", "h1",
    "h2", "h6", "head", "hr", "html", "i", "iframe", "image", "img", "input", "li", "mark", "math", "mi", "ul",
    "ol", "noscript", "object", "option", "p", "plaintext", "pre", "q", "rt", "ruby", "s", "script", "section",
    "select", "span", "style", "sub", "summary", "svg", "table", "tbody", "td", "template", "textarea", "tfoot",
    "th", "thead", "title", "tr", "u", "video", "xmp", "o:p", "my-el", "foreignObject", "desc",
]  # fmt: skip
_ATTRIBUTES = [
    'class="callout"', "class=steps", 'class="contact"', "class=facts", "data-kind=phone", 'data-roles="m"', "data-roles",
    'href="/x"', 'href="javascript:1"', 'href=" java\nscript:1"', 'src="/i.png"', "src=data:x", "colspan=99999",
    "rowspan=-1", "start=-5", "start=99999999999", 'style="color:red;font-weight:bold"', 'style="display:none"', "hidden",
    'colwidth="1,2"', "width=10px", "height=99999999", 'alt="<x>"', 'title="a\tb"', "data-space", "data-empty",
    "data-level=3", "data-auto", "type=checkbox", '"', "<", "=", "\x00", "/", "é=å", "onclick=x",
]  # fmt: skip
_WORDS = [
    "x", " ", "\n", "&nbsp;", "&amp;", "&#0;", "&#xd800;", "&#x1F600;", "å", "😀", "\ud800", "\x00", "\x0b", "\ufeff", "<",
    "</", "<!", "<!--", "-->", "<?x", "]]>", "<![CDATA[", "\u2028", "a" * 200, ":::", "# ", "- ", "1. ", "> ", "```\n",
    "\n\n", "    ", "| a |\n| - |\n", "**", "_", "[x](", "](y)", "::: warning\n", "::: roles m\n", "::: steps\n",
    "::: contact\n", "&#32;", "\\", "[x]: /y\n", "===\n",
]  # fmt: skip
_OPENING = st.builds(
    lambda tag, attributes, end: f"<{tag}{''.join(attributes)}{end}",
    st.sampled_from(_TAGS),
    st.lists(st.sampled_from(_ATTRIBUTES).map(" {}".format), max_size=3),
    st.sampled_from([">", ">", ">", "/>", ""]),
)
_PIECES = st.one_of(
    _OPENING, _OPENING, st.sampled_from(_TAGS).map("</{}>".format), st.sampled_from(_WORDS), st.text(max_size=3)
)
SOURCES = st.lists(_PIECES, max_size=20).map("".join)
CONVERTERS = [from_html, from_markdown]


def converted(convert: Callable[[str], Converted], source: str) -> Converted | None:
    """The conversion, or None when it was refused."""
    with suppress(DocumentError):
        return convert(source)
    return None


@given(SOURCES, st.sampled_from(CONVERTERS))
@examples(200)
@example("<p>\ud800\x00</p>", from_html)
@example("<table><tr><td><table><caption><section data-roles=a>", from_html)
def test_any_text_becomes_a_valid_document_that_survives_all_its_forms(
    source: str, convert: Callable[[str], Converted]
) -> None:
    result = converted(convert, source)
    if result is None:
        assert "roles" in source  # nothing else is refused in a text as short as this
        return

    check_document(result.document)
    page = render(result.document)
    page.html.encode()
    assert from_html(page.html).document == result.document
    assert from_markdown(to_markdown(result.document)).document == result.document
    assert all(sentence.endswith(".") for sentence in result.losses)


@pytest.mark.parametrize("convert", CONVERTERS)
@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 100_000,
        "<ul><li>" * 40_000,
        "<b>" * 100_000,
        "<b><p>" * 20_000,
        "<table><tr><td>" * 20_000,
        "<font><div>" * 20_000,
        "<blockquote>" * 150 + "x",
        "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">x",
        "<" * 500_000,
        "<a href='" * 50_000,
        "<!--" * 200_000,
        "&" * 500_000,
        "<p>" * 200_000,
        "<section data-roles=a>" * 3_000,
        "<i data-roles=a></section>" * 20_000,
        "<title>" * 100_000,
        "<svg>" * 100_000,
        "> " * 50_000 + "x",
        "- " * 20_000 + "x",
        "::: warning\n" * 20_000,
        "*" * 200_000,
        "[" * 100_000,
        "![" * 50_000,
        "`" * 100_001,
        "|" * 100_000 + "\n" + "|-" * 50_000,
        "**a " * 20_000,
        "[a](" * 20_000,
        "\n" * 1_000_000,
        "<x" * 100_000,
    ],
    ids=lambda source: f"{source[:12]!r}… {len(source)}",
)
def test_what_is_made_to_be_slow_is_refused_or_done_soon(source: str, convert: Callable[[str], Converted]) -> None:
    started = time.process_time()

    converted(convert, source)

    assert time.process_time() - started < 5


@pytest.mark.parametrize("convert", CONVERTERS)
def test_more_than_two_megabytes_are_refused(convert: Callable[[str], Converted]) -> None:
    with pytest.raises(DocumentError, match="2 MB"):
        convert("x" * 2_000_001)
    with pytest.raises(DocumentError, match="2 MB"):
        convert("å" * 1_000_001)


@pytest.mark.parametrize("convert", CONVERTERS)
def test_nearly_two_megabytes_of_plain_text_are_taken(convert: Callable[[str], Converted]) -> None:
    result = convert("word " * 390_000)

    assert len(result.document["content"]) == 1


def test_a_huge_table_is_taken_or_refused_with_a_sentence() -> None:
    rows = "<tr>" + "<td>x</td>" * 10 + "</tr>"

    assert from_html(f"<table>{rows * 1_000}</table>").document["content"][0]["type"] == "table"
    with pytest.raises(DocumentError, match="too large"):
        from_html(f"<table>{rows * 10_000}</table>")
    with pytest.raises(DocumentError, match="columns"):
        from_html(f"<table><tr>{'<td>x</td>' * 501}</tr></table>")


def test_blocks_that_are_nested_as_deep_as_a_document_may_be_survive_all_forms() -> None:
    block: dict[str, Any] = {"type": "paragraph", "content": [{"type": "text", "text": "x"}]}
    for level in range(55):
        name = ("callout", "blockquote")[level % 2]
        block = {"type": name, "attrs": {"kind": "info"}, "content": [block]} if level % 2 == 0 else {
            "type": name, "content": [block],
        }  # fmt: skip
    document = {"type": "doc", "content": [block]}

    assert from_html(render(document).html).document == document
    assert from_markdown(to_markdown(document)).document == document


def test_deep_nesting_says_so() -> None:
    with pytest.raises(DocumentError, match="nested too deeply"):
        from_markdown("> " * 100 + "x")
    with pytest.raises(DocumentError, match="nested too deeply"):
        from_markdown("::: info\n" * 20)
    with pytest.raises(DocumentError, match="nested too deeply"):
        from_html("<blockquote>" * 150 + "x" + "</blockquote>" * 150)
    with pytest.raises(DocumentError, match="nested too deeply"):
        from_html("<ul><li>x" * 40)
    assert from_html("<div>" * 90 + "x" + "</div>" * 90).document["content"][0]["type"] == "paragraph"


@pytest.mark.parametrize("convert", CONVERTERS)
@pytest.mark.parametrize("value", [None, 5, b"<p>x</p>", ["x"]])
def test_what_is_not_text_is_refused(convert: Callable[[str], Converted], value: object) -> None:
    with pytest.raises(DocumentError, match="must be a string"):
        convert(value)  # type: ignore[arg-type]
