"""What is a valid document, and what is said about one that is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from articles.documents import SCHEMA_VERSION, DocumentError, check_document, empty_document
from articles.documents import schema as documents_schema
from articles.documents.attributes import MARK_CHECKS, NODE_CHECKS
from articles.documents.schema import MARK_DEFAULTS, NODE_DEFAULTS, canonical

from .builders import doc, node, p, passage, text

IMAGE = {"src": "/articles/1/images/2/a.png", "alt": None, "title": None, "width": None, "height": None, "href": None}


def test_the_empty_document_is_valid_and_made_anew_each_time() -> None:
    check_document(empty_document())
    assert empty_document() is not empty_document()


def test_the_schema_file_names_its_version_and_lists_nodes_and_marks_in_order() -> None:
    stored = json.loads(Path(documents_schema.__file__).with_name("schema.json").read_text(encoding="utf-8"))

    assert stored["version"] == SCHEMA_VERSION == 1
    assert stored["topNode"] == "doc"
    assert stored["nodes"][0][0] == "paragraph"  # what ProseMirror makes where a block must be
    assert stored["marks"][0][0] == "link"


def test_every_attribute_of_the_schema_has_a_rule_for_its_values() -> None:
    for name, defaults in NODE_DEFAULTS.items():
        assert defaults.keys() == NODE_CHECKS.get(name, {}).keys(), name
    for name, defaults in MARK_DEFAULTS.items():
        assert defaults.keys() == MARK_CHECKS.get(name, {}).keys(), name


def test_attributes_may_be_left_out_where_they_have_a_default() -> None:
    check_document({"type": "doc", "content": [{"type": "heading"}, {"type": "callout", "content": [p("x")]}]})


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "text",
        {},
        {"type": "paragraph"},
        {"type": "doc"},
        {"type": "doc", "content": []},
        {"type": "doc", "content": "x"},
        {"type": "doc", "content": [None]},
        {"type": "doc", "content": [{"type": ["paragraph"]}]},
        {"type": "doc", "content": [text("directly in the document")]},
        {"type": "doc", "content": [{"type": "script"}]},
        {"type": "doc", "content": [{"type": "paragraph", "onclick": "x"}]},
        {"type": "doc", "content": [{"type": "paragraph", "attrs": {"class": "x"}}]},
        {"type": "doc", "content": [{"type": "paragraph", "attrs": []}]},
        {"type": "doc", "content": [node("heading", "x", level=7)]},
        {"type": "doc", "content": [node("heading", "x", level=2.0)]},
        {"type": "doc", "content": [node("heading", "x", level=True)]},
        {"type": "doc", "content": [node("bulletList")]},
        {"type": "doc", "content": [node("bulletList", p("x"))]},
        {"type": "doc", "content": [node("bulletList", node("listItem", node("heading", "x", level=2)))]},
        {"type": "doc", "content": [node("details", node("detailsSummary", "x"))]},
        {"type": "doc", "content": [node("callout", p("x"), kind="danger")]},
        {"type": "doc", "content": [node("facts", node("fact", "x", label="two\nlines"))]},
        {"type": "doc", "content": [node("codeBlock", text("x", "bold"), language=None)]},
        {"type": "doc", "content": [node("codeBlock", "x", language="a b")]},
        {"type": "doc", "content": [p(text("x", href="javascript:alert(1)"))]},
        {"type": "doc", "content": [p(text("x", href="data:text/html,x"))]},
        {"type": "doc", "content": [p(text("x", "bold", "bold"))]},
        {"type": "doc", "content": [p({"type": "text", "text": ""})]},
        {"type": "doc", "content": [p({"type": "text", "text": 5})]},
        {"type": "doc", "content": [p("a\x00b")]},
        {"type": "doc", "content": [p("a\ud800b")]},
        {"type": "doc", "content": [p({"type": "image", "attrs": {**IMAGE, "src": None}})]},
        {"type": "doc", "content": [p({"type": "image", "attrs": {**IMAGE, "src": "data:image/png;base64,x"}})]},
        {"type": "doc", "content": [p({"type": "image", "attrs": {**IMAGE, "href": "javascript:x"}})]},
        {"type": "doc", "content": [p({"type": "image", "attrs": IMAGE, "marks": [{"type": "bold"}]})]},
        {"type": "doc", "content": [passage(p("x"), roles=[])]},
        {"type": "doc", "content": [passage(p("x"), roles=["Not A Slug"])]},
        {"type": "doc", "content": [passage(p("x"), roles=["a", "a"])]},
    ],
)
def test_what_is_not_a_document_is_refused_with_a_sentence(document: Any) -> None:
    with pytest.raises(DocumentError, match=r"\w+ .*\.$"):
        check_document(document)


def test_a_passage_cannot_stand_inside_another_however_deep() -> None:
    inner = passage(p("x"), roles=["a"])
    item = node("bulletList", node("listItem", p("x"), inner))

    check_document({"type": "doc", "content": [item]})
    with pytest.raises(DocumentError, match="inside another"):
        check_document({"type": "doc", "content": [passage(item, roles=["b"])]})
    with pytest.raises(DocumentError):
        check_document({"type": "doc", "content": [passage(inner, roles=["b"])]})


def test_a_document_that_is_too_deep_is_refused_before_python_gives_up() -> None:
    block = p("x")
    for _level in range(5_000):
        block = {"type": "blockquote", "content": [block]}

    with pytest.raises(DocumentError, match="nested too deeply"):
        check_document({"type": "doc", "content": [block]})


def test_a_document_with_too_much_text_or_too_many_nodes_is_refused() -> None:
    with pytest.raises(DocumentError, match="too large"):
        check_document({"type": "doc", "content": [p("x" * 2_000_001)]})
    with pytest.raises(DocumentError, match="too large"):
        check_document({"type": "doc", "content": [{"type": "paragraph"}] * 100_001})


def test_a_table_too_wide_for_any_browser_is_refused() -> None:
    cell = {"type": "tableCell", "attrs": {"colspan": 100}, "content": [{"type": "paragraph"}]}

    with pytest.raises(DocumentError, match="columns"):
        check_document({"type": "doc", "content": [node("table", node("tableRow", *[cell] * 6))]})


def test_the_canonical_form_joins_text_orders_marks_and_fills_in_attributes() -> None:
    given = {"type": "doc", "content": [
        {"type": "heading", "content": [
            {"type": "text", "text": "a", "marks": [{"type": "italic"}, {"type": "bold"}]},
            {"type": "text", "text": "b", "marks": [{"type": "bold"}, {"type": "italic"}]},
        ]},
    ]}  # fmt: skip

    assert canonical(given)["content"] == [
        {
            "type": "heading",
            "attrs": {"level": 1},
            "content": [{"type": "text", "text": "ab", "marks": [{"type": "bold"}, {"type": "italic"}]}],
        }
    ]


def test_a_line_end_of_windows_becomes_one_line_end() -> None:
    assert doc(p("a\r\nb"))["content"][0]["content"][0]["text"] == "a\nb"
