"""What a page and an import may cost.

In time of the processor, and beside what it takes the same process to read 10,000 words of Markdown: some 80 ms on an
idle machine, so that "a second" is twelve readings. A slow or busy machine is slow at both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from markdown_it import MarkdownIt
from pycrdt import Doc

from articles.documents import (
    check_document,
    diff_inline,
    diff_rows,
    from_html,
    from_markdown,
    read_draft,
    render,
    to_markdown,
    write_draft,
)
from tests.effort import cpu

_SENTENCE = (
    "Households in **detached houses** can order a [370-litre bin](/articles/5/) that is emptied every week {0}. "
)
_TABLE = "| Day | Hours | Place |\n| --- | --- | --- |\n| Monday | 8–16 | Centre {0} |\n| Sunday | closed | – |"


def article(words: int) -> str:
    """An article of so many words in Markdown: headings, paragraphs, lists, tables."""
    parts: list[str] = []
    count = 0
    while count < words:
        number = len(parts)
        section = f"## Section {number}\n\n{_SENTENCE.format(number) * 4}\n\n- {_SENTENCE.format('a')}\n- second\n\n"
        section += _TABLE.format(number)
        parts.append(section)
        count += len(section.split())
    return "\n\n".join(parts)


def seconds(function: Callable[[], Any]) -> float:
    """What a call takes, in seconds of a machine that reads 10,000 words of Markdown in a twelfth of a second."""
    parser, text = MarkdownIt("commonmark"), article(10_000)
    return cpu(function) / cpu(lambda: parser.parse(text)) / 12


def test_an_article_of_3000_words_is_rendered_in_30_milliseconds() -> None:
    document = from_markdown(article(3_000)).document

    assert seconds(lambda: render(document)) < 0.030


def test_10000_words_are_converted_checked_and_written_in_a_second() -> None:
    markdown = article(10_000)
    document = from_markdown(markdown).document
    html = render(document).html

    assert seconds(lambda: from_markdown(markdown)) < 1
    assert seconds(lambda: from_html(html)) < 1
    assert seconds(lambda: to_markdown(document)) < 1
    assert seconds(lambda: check_document(document)) < 0.1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text, id="nothing"),
        pytest.param(lambda text: text.replace("Section 7", "Part 7"), id="a heading"),
        pytest.param(
            lambda text: text.replace("can order", "may order").replace("closed", "open"), id="every paragraph"
        ),
        pytest.param(lambda text: text.replace(" e", " xe").replace("a", "å"), id="nearly every word"),
        pytest.param(lambda text: "\n\n".join(reversed(text.split("\n\n"))), id="the order of all blocks"),
        pytest.param(lambda text: "", id="everything is gone"),
    ],
)
def test_versions_of_10000_words_are_compared_in_a_second(change: Callable[[str], str]) -> None:
    old = render(from_markdown(article(10_000)).document).html
    new = render(from_markdown(change(article(10_000))).document).html

    assert seconds(lambda: diff_rows(old, new)) < 1
    assert seconds(lambda: diff_inline(old, new)) < 1


def test_one_paragraph_of_10000_words_is_compared_in_a_second() -> None:
    words = [f"word{number * 7919 % 997}" for number in range(10_000)]
    shuffled = sorted(words, key=hash)

    assert seconds(lambda: diff_rows(f"<p>{' '.join(words)}</p>", f"<p>{' '.join(shuffled)}</p>")) < 1


def test_a_draft_of_10000_words_is_read_and_changed_in_a_second() -> None:
    markdown = article(10_000)
    first = from_markdown(markdown).document
    second = from_markdown(markdown.replace("can order", "may order")).document
    drafts = list(drafts_of(first, 3))
    changed = iter(drafts)

    assert seconds(lambda: read_draft(drafts[0])) < 1
    assert seconds(lambda: write_draft(next(changed), second)) < 1
    assert all(read_draft(draft) == second for draft in drafts)


def drafts_of(document: Any, count: int) -> Iterator[Doc[Any]]:
    """So many drafts with this text."""
    for _ in range(count):
        draft: Doc[Any] = Doc()
        write_draft(draft, document)
        yield draft
