"""Two changes of one text brought together."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from articles import documents
from articles.documents.schema import canonical
from tests.documents.strategies import DOCUMENTS, examples

Document = dict[str, Any]


def doc(markdown: str) -> Document:
    return documents.from_markdown(markdown).document


def merged(base: str, ours: str, theirs: str) -> str:
    """The result as Markdown, of a merge without clashes."""
    made = documents.merge(doc(base), doc(ours), doc(theirs))
    assert made.clashes == []
    return documents.to_markdown(made.document())


@given(DOCUMENTS, DOCUMENTS)
@examples(25)
def test_what_only_one_side_changed_is_taken_as_it_is(base: Document, other: Document) -> None:
    for ours, theirs in ((other, base), (base, other), (other, other)):
        made = documents.merge(base, ours, theirs)
        assert made.clashes == []
        assert made.document() == canonical(other)


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
@examples(25)
def test_whatever_is_chosen_gives_a_document(base: Document, ours: Document, theirs: Document) -> None:
    made = documents.merge(base, ours, theirs)
    assert [clash.number for clash in made.clashes] == list(range(len(made.clashes)))
    for choice in ("ours", "theirs"):
        documents.check_document(made.document(dict.fromkeys(range(len(made.clashes)), choice)))


def test_changes_in_different_places_are_both_kept() -> None:
    base = "# Fees\n\nA costs 1 kr.\n\nB costs 2 kr.\n\nC costs 3 kr."
    ours = "# Fees\n\nA costs 10 kr.\n\nB costs 2 kr.\n\nC costs 3 kr.\n\nD is new."
    theirs = "# Fees 2027\n\nA costs 1 kr.\n\nC costs 30 kr."
    assert merged(base, ours, theirs) == doc_text("# Fees 2027\n\nA costs 10 kr.\n\nC costs 30 kr.\n\nD is new.")


def doc_text(markdown: str) -> str:
    return documents.to_markdown(doc(markdown))


def test_items_rows_and_boxes_are_merged_part_by_part() -> None:
    base = "- one\n- two\n- three\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\n::: warning\nFirst.\n\nSecond.\n:::"
    ours = base.replace("one", "ONE").replace("| 1 |", "| 10 |").replace("First.", "First, ours.")
    theirs = base.replace("three", "THREE").replace("| 4 |", "| 40 |").replace("Second.", "Second, theirs.")
    expected = (
        ours.replace("three", "THREE").replace("| 4 |", "| 40 |").replace("Second.", "Second, theirs.")
    )  # fmt: skip
    assert merged(base, ours, theirs) == doc_text(expected)


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("It costs 745 kr.", "It costs 795 kr.", "It costs 845 kr."),
        ("Alpha beta gamma.", "Something wholly different.", "Nothing like what was said."),
        ("It costs 745 kr.\n\nEnd.", "It costs 795 kr.\n\nEnd.", "End."),
        ("It costs 745 kr.\n\nEnd.", "End.", "It costs 795 kr.\n\nEnd."),
    ],
)
def test_who_rewrote_the_same_part_is_asked(base: str, ours: str, theirs: str) -> None:
    made = documents.merge(doc(base), doc(ours), doc(theirs))
    assert len(made.clashes) == 1
    assert documents.to_markdown(made.document()) == doc_text(ours)
    assert documents.to_markdown(made.document({0: "theirs"})) == doc_text(theirs)
    both = documents.to_text(made.document({0: "both"}))
    assert all(line in both for line in (ours + "\n\n" + theirs).split("\n\n"))


@pytest.mark.parametrize(
    "text",
    [
        "Before.\n\n::: roles manager\nSecret.\n:::\n\nAfter.",
        "- Before.\n\n  ::: roles manager\n  Secret.\n  :::\n- After.",
        "::: warning\nBefore.\n\n::: roles manager\nSecret.\n:::\n\nAfter.\n:::",
        "::: roles manager\nSecret.\n:::\n\nBefore.\n\nAfter.",
    ],
)
def test_a_passage_that_the_other_side_could_not_see_survives(text: str) -> None:
    full = doc(text)
    assert documents.passage_roles(full) == {"manager"}
    seen = documents.for_audience(full, frozenset())
    said = documents.to_markdown(seen).replace("Before", "Long before").replace("After", "Soon after")
    made = documents.merge(seen, full, doc(said))
    assert made.clashes == []
    expected = documents.to_markdown(full).replace("Before", "Long before").replace("After", "Soon after")
    assert documents.to_markdown(made.document()) == expected


def test_a_box_with_something_hidden_in_it_is_never_taken_out_without_asking() -> None:
    full = doc("Start.\n\n::: warning\nKnown.\n\n::: roles manager\nSecret.\n:::\n:::\n\nEnd.")
    seen = documents.for_audience(full, frozenset())
    made = documents.merge(seen, full, doc("Start.\n\nEnd."))
    assert len(made.clashes) == 1
    assert "Secret." in documents.to_text(made.document())
