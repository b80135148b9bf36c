"""Nothing is lost on the way through HTML, Markdown or a draft: for every valid document."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from pycrdt import Doc

from articles.documents import (
    check_document,
    from_html,
    from_markdown,
    read_draft,
    render,
    to_markdown,
    write_draft,
)

from .strategies import DOCUMENTS, examples

Document = dict[str, Any]


@given(DOCUMENTS)
@examples(120)
def test_a_document_comes_back_from_its_page_as_it_was(document: Document) -> None:
    check_document(document)

    converted = from_html(render(document, language="sv").html)

    assert converted.document == document
    assert converted.losses == []


@given(DOCUMENTS)
@examples(120)
def test_a_document_comes_back_from_its_markdown_as_it_was(document: Document) -> None:
    converted = from_markdown(to_markdown(document))

    assert converted.document == document
    assert converted.losses == []


@given(DOCUMENTS, DOCUMENTS)
@examples(60)
def test_a_draft_holds_what_was_written_into_it_whatever_it_held_before(first: Document, second: Document) -> None:
    doc: Doc[Any] = Doc()

    write_draft(doc, first)
    assert read_draft(doc) == first
    write_draft(doc, second)
    assert read_draft(doc) == second
