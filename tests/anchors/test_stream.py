"""A document without white space: the same for the page, the draft and each reader."""

from __future__ import annotations

import lxml.html
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc

from articles import documents
from articles.anchors import Stream, squeezed
from articles.anchors.draft_ids import DraftStream
from tests.documents.strategies import DOCUMENTS, Node, examples

LANGUAGES = st.sampled_from(["en", "sv"])


def on_the_page(document: Node, language: str) -> str:
    html = documents.render(document, language=language).html
    return squeezed("".join(map(str, lxml.html.fromstring(f"<div>{html}</div>").itertext())))


@examples(150)
@given(DOCUMENTS, LANGUAGES, st.data())
def test_every_reader_has_the_characters_of_their_own_page(document: Node, language: str, data: st.DataObject) -> None:
    stream = Stream.of(document, language)
    roles = sorted(documents.passage_roles(document))
    mine = frozenset(data.draw(st.lists(st.sampled_from(roles), unique=True))) if roles else frozenset[str]()
    seen = stream.seen_by(mine)
    assert seen.text == on_the_page(documents.for_audience(document, mine), language)
    if seen.text:
        start = data.draw(st.integers(0, len(seen.text) - 1))
        end = data.draw(st.integers(start + 1, len(seen.text)))
        assert seen.own(*seen.whole(start, end)) == (start, end)


@examples(80)
@given(DOCUMENTS, LANGUAGES)
def test_a_draft_has_the_characters_of_its_document(document: Node, language: str) -> None:
    doc: Doc = Doc()
    documents.write_draft(doc, document)
    everybody = frozenset(documents.passage_roles(document))
    assert DraftStream.of(doc, language).text == Stream.of(document, language).seen_by(everybody).text


def test_a_passage_for_nobody_has_no_characters() -> None:
    inside = [{"type": "paragraph", "content": [{"type": "text", "text": "Secret"}]}]
    document = {"type": "doc", "content": [{"type": "passage", "attrs": {"roles": []}, "content": inside}]}
    assert Stream.of(document, "en").text == ""
