"""A document in a live draft: what others type at the same moment survives what is written into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from articles.documents import (
    DocumentError,
    check_document,
    empty_document,
    from_html,
    from_markdown,
    read_draft,
    write_draft,
)

from .builders import doc, names, node, p, text, texts
from .strategies import DOCUMENTS, examples

Document = dict[str, Any]


def draft_of(document: Document) -> Doc[Any]:
    """A draft that holds a document."""
    made: Doc[Any] = Doc()
    write_draft(made, document)
    return made


def copy_of(original: Doc[Any]) -> Doc[Any]:
    """The same draft in another place."""
    made: Doc[Any] = Doc()
    made.apply_update(original.get_update())
    return made


def fragment(draft: Doc[Any]) -> XmlFragment:
    """The tree of a draft."""
    return draft.get("default", type=XmlFragment)


def text_at(draft: Doc[Any], *path: int) -> XmlText:
    """The run of text at a path of child indexes."""
    found: Any = fragment(draft)
    for index in path:
        found = found.children[index]
    assert isinstance(found, XmlText)
    return found


def merged(draft: Doc[Any], write: Document, typing: Callable[[Doc[Any]], None]) -> Document:
    """What both have, after one wrote a document while another was typing, whoever hears of the other first."""
    here, there = copy_of(draft), copy_of(draft)
    write_draft(here, write)
    typing(there)
    ours, theirs = here.get_update(), there.get_update()
    here.apply_update(theirs)
    there.apply_update(ours)
    assert read_draft(here) == read_draft(there)
    check_document(read_draft(here))
    return read_draft(here)


def test_an_empty_draft_is_the_empty_document() -> None:
    assert read_draft(Doc()) == empty_document()


def test_a_draft_holds_what_was_written_into_it() -> None:
    document = from_markdown(
        '## Head\n\nText **bold** [link](/articles/5/ "t") ![a](/b.png)\\\nline\n\n3. x\n\n| a |\n| :-: |\n| b |\n\n'
        "::: roles waste\n::: contact\nphone: 1\n:::\n:::\n\n```py\ncode\n```"
    ).document

    assert read_draft(draft_of(document)) == document


def test_numbers_arrive_as_floats_and_are_read_as_integers() -> None:
    draft = draft_of(doc(node("heading", "x", level=3)))
    element = fragment(draft).children[0]
    assert isinstance(element, XmlElement)

    assert element.attributes.get("level") == 3.0
    level = read_draft(draft)["content"][0]["attrs"]["level"]
    assert isinstance(level, int)


def test_writing_what_is_already_there_changes_nothing() -> None:
    draft = draft_of(from_html("<h2>A</h2><p>b <b>c</b></p><table><tr><td colwidth=5>x</table>").document)
    before = draft.get_state()

    write_draft(draft, read_draft(draft))

    assert draft.get_state() == before


def test_a_small_change_is_a_small_update() -> None:
    document = doc(*(p(f"Paragraph {i} of a long article about waste") for i in range(300)))
    draft = draft_of(document)
    state = draft.get_state()
    document["content"][150]["content"][0]["text"] += " and recycling"

    write_draft(draft, document)

    assert len(draft.get_update(state)) < 60


def test_a_write_is_one_transaction() -> None:
    draft = draft_of(doc(p("a"), p("b"), node("bulletList", node("listItem", p("c")))))
    events: list[Any] = []
    draft.observe(events.append)

    write_draft(draft, doc(p("x"), node("heading", "y", level=2), p("b")))

    assert len(events) == 1


EDITS = [
    ("at its end", "The fee is 745 kr per season.", 29, " Call the office."),
    ("at its start", "The fee is 745 kr per season.", 0, "Note: "),
    ("between two changes", "The fee is 745 kr per season.", 14, " (with tax)"),
    ("after an emoji", "Fee 😀 is 745 kr per season.", 8, "!"),
    ("after combining characters", "Avgiften a\u0308r 745 kr per season.", 12, "?"),
]


@pytest.mark.parametrize(("where", "before", "at", "typed"), EDITS, ids=[edit[0] for edit in EDITS])
def test_typing_in_the_paragraph_that_is_changed_survives(where: str, before: str, at: int, typed: str) -> None:
    after = before.replace("745", "760").replace("season", "year 🎉")

    document = merged(draft_of(doc(p(before))), doc(p(after)), lambda there: text_at(there, 0, 0).insert(at, typed))

    assert typed in texts(document)
    assert texts(document).replace(typed, "") == after


def test_typing_in_another_paragraph_survives() -> None:
    document = merged(
        draft_of(doc(p("one"), p("two"), p("three"))),
        doc(p("ONE"), p("two"), p("four"), p("three")),
        lambda there: text_at(there, 1, 0).insert(3, " and a half"),
    )

    assert [texts(block) for block in document["content"]] == ["ONE", "two and a half", "four", "three"]


def test_typing_in_another_list_item_and_cell_survives() -> None:
    table = "<table><tr><td>a<td>b<tr><td>c<td>d</table>"
    draft = draft_of(from_html(f"<ul><li>one<li>two<li>three</ul>{table}").document)

    def typing(there: Doc[Any]) -> None:
        text_at(there, 0, 1, 0, 0).insert(3, " typed")
        text_at(there, 1, 1, 0, 0, 0).insert(1, " typed")

    new = from_html(f"<ul><li>zero<li>one!<li>two<li>three</ul>{table.replace('b<', 'B<')}<p>end</p>").document
    document = merged(draft, new, typing)

    assert [texts(item) for item in document["content"][0]["content"]] == ["zero", "one!", "two typed", "three"]
    assert texts(document["content"][1]) == "aBc typedd"


def test_typing_survives_when_new_blocks_are_put_before_it_and_its_own_text_changes() -> None:
    draft = draft_of(doc(p("Garden waste is collected every second week."), p("It costs 745 kr.")))
    new = doc(
        p("News first."), p("More news."), p("Garden waste is collected every third week."), p("It costs 760 kr.")
    )

    document = merged(draft, new, lambda there: text_at(there, 0, 0).insert(44, " Not in winter."))

    assert [texts(block) for block in document["content"]] == [
        "News first.", "More news.", "Garden waste is collected every third week. Not in winter.", "It costs 760 kr.",
    ]  # fmt: skip


def test_typing_survives_when_only_marks_change_around_it() -> None:
    document = merged(
        draft_of(doc(p("all of this"))),
        doc(p("all ", text("of", "bold"), " this", text("!", "italic"))),
        lambda there: text_at(there, 0, 0).insert(6, "f"),
    )

    assert texts(document) == "all off this!"


def test_a_mark_is_set_on_the_text_that_is_there() -> None:
    draft = draft_of(doc(p("å😀 bold")))
    run = text_at(draft, 0, 0)

    write_draft(draft, doc(p(text("å", href="/x"), "😀 ", text("bold", "bold", "italic"))))

    assert text_at(draft, 0, 0) == run  # the same run of text, only formatted
    assert read_draft(draft) == doc(p(text("å", href="/x"), "😀 ", text("bold", "bold", "italic")))


def test_two_writers_at_once_agree_afterwards() -> None:
    draft = draft_of(doc(p("a b c"), p("d e f")))

    document = merged(draft, doc(p("a X c"), p("d e f")), lambda there: write_draft(there, doc(p("a b c"), p("d Y f"))))

    assert [texts(block) for block in document["content"]] == ["a X c", "d Y f"]


@given(DOCUMENTS, DOCUMENTS, st.data())
@examples(40)
def test_whatever_is_written_both_sides_agree_and_the_result_can_be_read(
    first: Document, second: Document, data: st.DataObject
) -> None:
    draft = draft_of(first)

    def typing(there: Doc[Any]) -> None:
        runs = [run for child in fragment(there).children for run in _runs(child)]
        if runs:
            run = data.draw(st.sampled_from(runs))
            run.insert(data.draw(st.sampled_from([0, len(run)])), "TYPED")

    here, there = copy_of(draft), copy_of(draft)
    write_draft(here, second)
    typing(there)
    update = here.get_update()
    here.apply_update(there.get_update())
    there.apply_update(update)

    assert read_draft(here) == read_draft(there)


def _runs(element: Any) -> list[XmlText]:
    if isinstance(element, XmlText):
        return [element]
    return [run for child in element.children for run in _runs(child)]


def put(draft: Doc[Any], *elements: XmlElement | XmlText) -> None:
    """Put anything into a draft, as any client can."""
    for element in elements:
        fragment(draft).children.append(element)


def test_what_the_schema_does_not_know_is_left_out_and_text_is_kept_where_it_can_be() -> None:
    draft: Doc[Any] = Doc()
    put(
        draft,
        XmlText("text without a paragraph"),
        XmlElement("script", {"src": "x"}, [XmlText("alert(1)")]),
        XmlElement("paragraph", {"onclick": "x", "class": "y"}, [XmlText("kept")]),
        XmlElement("bulletList", {}, [XmlElement("listItem", {}, [XmlElement("codeBlock", {}, [XmlText("code")])])]),
        XmlElement("bulletList"),
        XmlElement("blockquote"),
        XmlElement("details"),
        XmlElement("heading", [("level", "99")], [XmlText("head")]),
        XmlElement(
            "paragraph", {}, [XmlElement("image", {"src": "javascript:x"}), XmlElement("image", {"src": "/a.png"})]
        ),
        XmlElement("doc"),
    )

    document = read_draft(draft)

    check_document(document)
    assert names(document) == ["paragraph", "bulletList", "blockquote", "details", "heading", "paragraph"]
    assert texts(document) == "keptcodehead"
    assert document["content"][4]["attrs"] == {"level": 1}
    assert names(document["content"][5]) == ["image"]


def test_marks_that_nobody_may_have_are_left_out() -> None:
    draft: Doc[Any] = Doc()
    run = XmlText("")
    put(draft, XmlElement("paragraph", {}, [run]))
    run = text_at(draft, 0, 0)
    run.insert(0, "a", {"link": {"href": "javascript:x"}, "bold": {}, "blink": {}})
    run.insert(1, "b", {"link": {"href": "/x", "title": "", "target": "_blank"}, "italic": True})

    assert read_draft(draft) == doc(p(text("a", "bold"), text("b", "italic", href="/x")))


@pytest.mark.parametrize("roles", [None, "manager", [], ["Not a slug"], 5.0])
def test_a_passage_without_valid_roles_stays_in_the_draft_but_cannot_be_published(roles: Any) -> None:
    draft: Doc[Any] = Doc()
    attributes = {} if roles is None else {"roles": roles}
    put(draft, XmlElement("passage", attributes, [XmlElement("paragraph", {}, [XmlText("SECRET")])]))

    document = read_draft(draft)

    assert document["content"][0]["attrs"] == {"roles": []}
    with pytest.raises(DocumentError, match="names no valid role"):
        check_document(document)


def test_control_characters_that_a_client_sends_are_not_read() -> None:
    draft: Doc[Any] = Doc()
    put(draft, XmlElement("paragraph", {}, [XmlText("a\x00b\x07\r\nc")]), XmlElement("fact"))

    assert read_draft(draft) == doc(p("ab\nc"))


def test_a_draft_that_is_nested_too_deeply_is_refused() -> None:
    draft: Doc[Any] = Doc()
    parent: Any = fragment(draft)
    for _level in range(80):
        parent = parent.children.append(XmlElement("blockquote"))

    with pytest.raises(DocumentError, match="nested too deeply"):
        read_draft(draft)


def test_two_runs_of_text_that_two_clients_began_are_one_line() -> None:
    draft: Doc[Any] = Doc()
    put(draft, XmlElement("paragraph", {}, [XmlText("a"), XmlText("b")]))

    assert read_draft(draft) == doc(p("ab"))
    write_draft(draft, doc(p("abc")))
    assert read_draft(draft) == doc(p("abc"))
