"""Markdown as people write it, and as we write it."""

from __future__ import annotations

import pytest

from articles.documents import from_markdown, to_markdown

from .builders import doc, node, only, p, passage, text


def test_the_containers_of_the_house_become_their_blocks() -> None:
    markdown = """\
::: warning
Text with **marks**.
:::

::: steps
1. First
2. Second
:::

::: contact
phone: 019-21 10 00
email: a@b.se
hours: Mon–Fri 8–16
:::

::: facts
Fee 2026: 745 kr
Season: 1 Apr – 15 Nov
:::

::: details Summary *text*
Blocks
:::

::: roles manager waste
Blocks
:::
"""
    document = doc(
        node("callout", p("Text with ", text("marks", "bold"), "."), kind="warning"),
        node("steps", node("step", p("First")), node("step", p("Second"))),
        node(
            "contact",
            node("contactField", "019-21 10 00", kind="phone"),
            node("contactField", "a@b.se", kind="email"),
            node("contactField", "Mon–Fri 8–16", kind="hours"),
        ),
        node("facts", node("fact", "745 kr", label="Fee 2026"), node("fact", "1 Apr – 15 Nov", label="Season")),
        node(
            "details", node("detailsSummary", "Summary ", text("text", "italic")), node("detailsContent", p("Blocks"))
        ),
        passage(p("Blocks"), roles=["manager", "waste"]),
    )

    assert from_markdown(markdown).document == document
    assert to_markdown(document) == markdown


def test_plain_things_are_written_plainly() -> None:
    markdown = """\
## Order or *cancel*

Ask for the **number** on the ~~bill~~ invoice, `as is`, or see [the form](https://www.orebro.se/form "Form").\\
Then wait. It costs 745 kr & more; <https://www.orebro.se/>

- One
- Two
  - Inner
    1. Deep

1. Many

   paragraphs

2. Here

> Quoted

| Day | Hours |
| --- | --: |
| Mon | 8–16 |

```python
x = 1
```

***

![Map](/articles/1/images/2/map.png)
"""

    assert to_markdown(from_markdown(markdown).document) == markdown


def test_what_markdown_cannot_say_is_embedded_as_html_on_one_line() -> None:
    document = from_markdown(
        "<table><tr><td colspan=2>\n<ul><li>x</li></ul>\n</td></tr></table>\n\nH<sub>2</sub>O"
    ).document

    assert to_markdown(document) == (
        '<table><tbody><tr><td colspan="2"><ul><li>x</li></ul></td></tr></tbody></table>\n\nH<sub>2</sub>O\n'
    )


@pytest.mark.parametrize(
    "value",
    ["# no heading", "1. no list", "- no list", "> no quotation", "::: warning", "*no* _mark_ `code`", "[no](link)", "<b>no</b>",
     "a | b", "&amp;", "\\*", "~~no~~", "![no](image)", "---", "===", "+ no", "    no code", "trailing ", "www.a.se", "snake_case_word"],
)  # fmt: skip
def test_text_that_looks_like_markdown_stays_text(value: str) -> None:
    document = doc(p(value), node("heading", value, level=2))

    assert from_markdown(to_markdown(document)).document == document


def test_words_with_underscores_are_not_full_of_backslashes() -> None:
    assert (
        to_markdown(doc(p("snake_case & co, 5 * 3 < 20 (a) 1.5 e.g. x-y")))
        == "snake_case & co, 5 \\* 3 \\< 20 (a) 1.5 e.g. x-y\n"
    )


def test_an_exclamation_mark_before_a_link_does_not_make_an_image_of_it() -> None:
    document = doc(p("Look!", text("here", href="/x")))

    assert from_markdown(to_markdown(document)).document == document


def test_lists_that_follow_each_other_stay_apart() -> None:
    lists = [node("bulletList", node("listItem", p(str(i)))) for i in range(3)]

    assert to_markdown(doc(*lists)) == "- 0\n\n* 1\n\n- 2\n"
    assert from_markdown(to_markdown(doc(*lists))).document == doc(*lists)


def test_containers_nest_with_longer_colons_and_also_when_written_with_equal_ones() -> None:
    document = doc(passage(node("callout", p("a"), kind="info"), p("b"), roles=["x"]))

    assert to_markdown(document) == ":::: roles x\n::: info\na\n:::\n\nb\n::::\n"
    assert from_markdown("::: roles x\n::: info\na\n:::\n\nb\n:::").document == document


def test_html_in_markdown_is_read_like_html() -> None:
    converted = from_markdown(
        '<details>\n<summary>Sum</summary>\n\n**bold**\n\n</details>\n\n<img src="/a.png">\n\n<img src="/b.png">'
    )

    names = [block["type"] for block in converted.document["content"]]
    assert names == ["details", "paragraph", "paragraph"]


def test_common_names_for_boxes_are_understood() -> None:
    assert only(from_markdown("::: tip Title\nx\n:::"))["attrs"] == {"kind": "info"}
    assert only(from_markdown("::: DANGER\nx\n:::"))["attrs"] == {"kind": "warning"}


def test_unknown_containers_stay_text() -> None:
    assert only(from_markdown("::: spoiler\nx\n:::"))["type"] == "paragraph"


def test_a_tight_and_a_loose_list_are_the_same_list() -> None:
    assert from_markdown("- a\n- b").document == from_markdown("- a\n\n- b").document


def test_an_empty_document_is_an_empty_text_that_comes_back() -> None:
    empty = from_markdown("").document

    assert from_markdown(to_markdown(empty)).document == empty
