"""The head of a file: read without trusting it."""

from __future__ import annotations

from datetime import date

import pytest

from articles.transfer import front_matter
from articles.transfer.facts import Facts, from_fields
from articles.transfer.problems import FileFailed, FileSkipped


def facts(head: str) -> Facts:
    fields, _body = front_matter.split(f"---\n{head}\n---\nText")
    assert fields is not None
    return from_fields(fields)


def test_the_head_is_taken_off_the_text() -> None:
    assert front_matter.split("---\ntitle: A\n---\n\nText\n") == ({"title": "A"}, "\nText\n")


def test_an_empty_head_is_a_head() -> None:
    assert front_matter.split("---\n---\nText") == ({}, "Text")


@pytest.mark.parametrize("text", ["Text", "---\n\nTwo rules\n\n---\n\nText", "--- \nno end", "# A\n---\na: b\n---\n"])
def test_horizontal_rules_are_no_head(text: str) -> None:
    assert front_matter.split(text) == (None, text)


def test_everything_is_text_also_what_yaml_takes_for_something_else() -> None:
    found = facts("title: 2026\nlanguage: no\ntags: [yes, 1.0, 2026-01-01]")
    assert found.title == "2026"
    assert found.language == ""
    assert found.tags == ["yes", "1.0", "2026-01-01"]


def test_broken_yaml_fails_with_its_line_because_it_may_say_who_may_read() -> None:
    with pytest.raises(FileFailed, match="line 4"):
        front_matter.split("---\ntitle: A\nroles: [secret\nb: c: d\n---\nText")


@pytest.mark.parametrize("head", ["a: b\n- c", "a: [", "a: b: c", "{a: b, c", "a: &x\n\tb: c", "? [a]\n: b"])
def test_what_is_not_names_and_values_fails(head: str) -> None:
    with pytest.raises(FileFailed, match="YAML"):
        front_matter.split(f"---\nx: 1\n{head}\n---\n")


def test_no_tag_makes_an_object() -> None:
    fields, _body = front_matter.split("---\na: !!python/object/apply:os.system [touch /tmp/owned]\n---\n")
    assert fields == {"a": ["touch /tmp/owned"]}


def test_aliases_that_would_fill_the_memory_are_refused() -> None:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    lines += [f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]" for n in range(8)]
    with pytest.raises(FileFailed, match="aliases"):
        front_matter.split("---\n" + "\n".join(lines) + "\n---\n")


def test_a_head_that_is_a_program_is_no_article() -> None:
    with pytest.raises(FileSkipped, match="program"):
        front_matter.split("---js\n{\n  pagination: { before: function (data) { return data; } },\n}\n---\n<p>x</p>")


def test_a_head_that_is_a_plain_javascript_object_is_read() -> None:
    fields, body = front_matter.split('---js\n{\n  title: "A",\n  tags: ["b"],\n}\n---\nText')
    assert (fields, body) == ({"title": "A", "tags": ["b"]}, "Text")


def test_toml_is_told_apart() -> None:
    with pytest.raises(FileFailed, match="TOML"):
        front_matter.split('+++\ntitle = "A"\n+++\nText')


def test_tags_and_keywords_come_together_once_each() -> None:
    assert facts("tags: [Travel, card]\nkeywords: travel, cards & more,  ").tags == ["travel", "card", "cards & more"]


def test_tags_that_cannot_be_tags_are_told() -> None:
    found = facts(f"tags: [ok, {'x' * 61}]")
    assert found.tags == ["ok"]
    assert "Tags" in found.losses[0]


def test_a_tag_of_a_list_may_hold_a_comma() -> None:
    assert facts('tags: ["cats, dogs"]').tags == ["cats, dogs"]


@pytest.mark.parametrize(
    ("written", "meant"), [("sv-SE", "sv"), ("en_US", "en"), ("Svenska", "sv"), ("de", ""), ("", "")]
)
def test_languages_are_ours_or_none(written: str, meant: str) -> None:
    assert facts(f"language: {written}\nx: y").language == meant


def test_how_often_it_is_reviewed_or_never_is_read_or_told() -> None:
    assert facts("review_months: 18").review_months == 18
    wrong = facts("review_months: often")
    assert wrong.review_months is None
    assert "“often” is no number of months" in wrong.losses[0]
    assert facts("evergreen: true").evergreen
    both = facts("evergreen: true\nreview_date: 2027-03-01")
    assert (both.evergreen, both.review_date) == (False, date(2027, 3, 1))
    assert both.losses


def test_a_review_date_is_a_date_or_told() -> None:
    assert facts("review_date: 2027-03-01").review_date == date(2027, 3, 1)
    wrong = facts("review_date: soon")
    assert wrong.review_date is None
    assert "soon" in wrong.losses[0]


@pytest.mark.parametrize("head", ["draft: true", "published: false", "status: draft"])
def test_drafts_of_other_programs_are_drafts(head: str) -> None:
    assert facts(head).status == "draft"


def test_roles_that_cannot_be_understood_fail() -> None:
    assert facts("roles: [waste, permits]").roles == ["waste", "permits"]
    assert facts("roles: waste, permits").roles == ["waste", "permits"]
    assert facts("title: A").roles is None
    with pytest.raises(FileFailed, match="roles"):
        facts("roles: {waste: view}")


def test_whom_to_ask_is_read_in_three_forms() -> None:
    found = facts("questions:\n  - a@b.se\n  - tools\n  - text: Book\n    url: https://x.se/book")
    assert found.questions == [("a@b.se", "mailto:a@b.se"), ("#tools", ""), ("Book", "https://x.se/book")]


def test_what_has_no_place_is_told_and_instructions_to_tools_are_not() -> None:
    found = facts("cSpell: ignore x\nlayout: wide\nsidebar:\n  navigation: a\nhero: b")
    assert found.losses == ["Front matter that has no place in an article: hero, sidebar."]
