"""What an author should mend before readers get a text."""

from __future__ import annotations

import pytest

from articles import documents


def kinds(markdown: str) -> list[str]:
    return [one.kind for one in documents.findings(documents.from_markdown(markdown).document)]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("A text.", []),
        ("", ["empty"]),
        ("   \n\n- \n", ["empty"]),
        ("![The plan](/articles/1/images/2)", []),
        ("Look: ![](/articles/1/images/2/)", ["missing-alt"]),
        ("![The plan](https://a.se/plan.png)", ["absent-image"]),
        ("![The plan](/a.png)", ["absent-image"]),
        ("## A\n\ntext\n\n### B\n\ntext\n\n## C\n\ntext", []),
        ("## A\n\ntext\n\n#### B\n\ntext", ["heading-order"]),
        ("### A\n\ntext", ["heading-order"]),
        ("See [here](https://a.se).", ["link-text"]),
        ("Läs [Läs mer »](https://a.se).", ["link-text"]),
        ("See [cl**ick** here](https://a.se) or [the fees](/articles/5/).", ["link-text"]),
        ("Write to [a@b.se](mailto:a@b.se).", []),
        ("| Fee | Kr |\n|---|---|\n| A | 1 |", []),
        ("<table><tr><td>A</td><td>1</td></tr></table>", ["table-header"]),
        ("<table><tr><td><ul><li>A <b>b</b></li></ul></td><td>1</td></tr></table>", ["table-header"]),
        ("<table><tr><th>A</th><td>1</td></tr><tr><th>B</th><td>2</td></tr></table>", []),
    ],
)
def test_what_is_found(markdown: str, expected: list[str]) -> None:
    assert kinds(markdown) == expected


def test_only_an_empty_text_is_an_error_and_stands_first() -> None:
    heading = {"type": "heading", "attrs": {"level": 2}}
    picture = documents.from_markdown("![](/articles/1/images/2)").document["content"]

    def found(*content: object) -> list[tuple[str, str]]:
        return [(one.kind, one.level) for one in documents.findings({"type": "doc", "content": list(content)})]

    assert found(heading, *picture) == [("empty-heading", "warning"), ("missing-alt", "warning")]
    assert found(heading) == [("empty", "error"), ("empty-heading", "warning")]


def test_a_finding_says_where() -> None:
    found = documents.findings(documents.from_markdown("See [here](https://a.se/fees).").document)
    assert found[0].where == "here (https://a.se/fees)"
