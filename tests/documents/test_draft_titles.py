"""The title of an article while it is edited: a text in the draft, changed by as few characters as possible."""

from __future__ import annotations

import pytest
from pycrdt import Doc, Text

from articles.documents import read_title, write_title


def test_a_draft_in_which_nobody_changed_the_title_has_none() -> None:
    assert read_title(Doc()) == ""


@pytest.mark.parametrize("title", ["Bygglov", "Åka buss – så gör du 🚌", "a"])
def test_a_title_comes_back_as_it_was_written(title: str) -> None:
    doc: Doc = Doc()
    write_title(doc, "Something else, earlier")
    write_title(doc, title)
    assert read_title(doc) == title
    write_title(doc, "")
    assert read_title(doc) == ""


def test_a_title_has_one_line_and_no_control_characters() -> None:
    doc: Doc = Doc()
    doc.get("title", type=Text).insert(0, "  Two\nlines\x00 and\ta tab ")
    assert "\n" not in read_title(doc)
    assert "\x00" not in read_title(doc)
    assert read_title(doc).startswith("Two lines")


def test_what_two_people_do_to_a_title_at_once_is_all_kept() -> None:
    here: Doc = Doc()
    write_title(here, "Parking för boende")
    there: Doc = Doc()
    there.apply_update(here.get_update())
    write_title(here, "Parking för boende 2026")
    write_title(there, "Parkering för boende")
    here.apply_update(there.get_update())
    there.apply_update(here.get_update())
    assert read_title(here) == read_title(there) == "Parkering för boende 2026"
