"""What changed between two versions, word by word.

Compares the HTML that `render` made. Blocks, list items and table rows are aligned first, and only those that differ
are compared by their words. lxml.html.diff is not used: it makes one version of two and cannot show them side by side,
adds spaces next to its marks (also in code), and takes several times as long when little has changed.

The marks are put around words inside of the elements of the version that is shown; no element is opened or closed by
the comparison, so the result is as balanced as what it is made from. Both sides go through nh3 before they are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .alignment import MAX_PAIRS, Pair, common_words, operations, pairs, pairs_in_order
from .diff_words import Comparison, all_marked, bag_of_words, compare_words
from .markup import Element, write_markup
from .sanitise import shown

Kind = Literal["same", "changed", "added", "removed"]

_LEAST_LIKENESS = 0.3  # below, an old and a new block are two blocks and not one that changed
_CONTAINERS = frozenset({
    "aside", "blockquote", "details", "div", "dl", "li", "ol", "section", "table", "tbody", "td", "th", "thead", "tr",
    "ul",
})  # fmt: skip
_BLOCKS = _CONTAINERS | {"dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "pre", "summary", "colgroup"}
_ALWAYS_PAIRED = frozenset({"table", "thead", "tbody", "summary", "td", "th", "dt", "dd", "colgroup"})


@dataclass
class DiffRow:
    """A block of two versions side by side: HTML, or None where a version has no such block."""

    kind: Kind
    left: str | None
    right: str | None


def diff_rows(old_html: str, new_html: str) -> list[DiffRow]:
    """Two versions side by side, a row for each top-level block.

    Takes what `render` gave for both. In changed blocks the words that went are in <del> on the left, and the words
    that came are in <ins> on the right.
    """
    rows = []
    for old, new in _aligned(_blocks(old_html), _blocks(new_html)):
        if old is None and new is not None:
            rows.append(DiffRow("added", None, write_markup(all_marked(new, "ins"))))
        elif new is None and old is not None:
            rows.append(DiffRow("removed", write_markup(all_marked(old, "del")), None))
        elif old is not None and new is not None:
            rows.append(_row(old, new))
    return rows


def _row(old: Element, new: Element) -> DiffRow:
    left, right = write_markup(old), write_markup(new)
    if left == right:
        return DiffRow("same", left, right)
    compared = _compare(old, new)
    return DiffRow("changed", write_markup(compared.left), write_markup(compared.right))


def diff_inline(old_html: str, new_html: str) -> str:
    """The new version, with <ins> around what came and <del> around what went, where it stood."""
    return "\n".join(write_markup(child) for child in _compare_children(_blocks(old_html), _blocks(new_html))[2])


def _blocks(html: str) -> list[Element]:
    """The top-level blocks, without ids: a page shows them twice. Text between them becomes a paragraph."""
    blocks = []
    for child in shown(html).children:
        if isinstance(child, Element):
            blocks.append(child)
        elif child.strip():
            paragraph = Element("p")
            paragraph.children.append(child)
            blocks.append(paragraph)
    return blocks


def _compare(old: Element, new: Element) -> Comparison:
    """Compare two elements of one kind, part by part where they have parts."""
    if not (_has_parts(old) and _has_parts(new)):
        return compare_words(old, new)
    made = [Element(element.tag, dict(element.attributes)) for element in (old, new, new)]
    for copy, children in zip(made, _compare_children(old.elements(), new.elements()), strict=True):
        copy.children += children
    return Comparison(*made)


def _has_parts(element: Element) -> bool:
    if element.tag not in _CONTAINERS or not element.children:
        return False
    return all(child.tag in _BLOCKS if isinstance(child, Element) else not child.strip() for child in element.children)


def _compare_children(old: Sequence[Element], new: Sequence[Element]) -> tuple[list[Element], ...]:
    """The children as they were, as they are, and both in one."""
    left: list[Element] = []
    right: list[Element] = []
    both: list[Element] = []
    for was, now in _aligned(old, new):
        if was is not None and now is not None:
            same = write_markup(was) == write_markup(now)
            compared = Comparison(was, now, now) if same else _compare(was, now)
            left.append(compared.left)
            right.append(compared.right)
            both.append(compared.both)
        elif was is not None:
            marked = all_marked(was, "del")
            left.append(marked)
            both.append(marked)
        elif now is not None:
            marked = all_marked(now, "ins")
            right.append(marked)
            both.append(marked)
    return left, right, both


def _aligned(old: Sequence[Element], new: Sequence[Element]) -> list[tuple[Element | None, Element | None]]:
    made: list[tuple[Element | None, Element | None]] = []
    for is_equal, i1, i2, j1, j2 in operations([*map(write_markup, old)], [*map(write_markup, new)]):
        if is_equal:
            made += zip(old[i1:i2], new[j1:j2], strict=True)
            continue
        part_old, part_new = old[i1:i2], new[j1:j2]
        made += [
            (None if i is None else part_old[i], None if j is None else part_new[j])
            for i, j in _pairs(part_old, part_new)
        ]
    return made


def _pairs(old: Sequence[Element], new: Sequence[Element]) -> list[Pair]:
    if len(old) * len(new) > MAX_PAIRS:
        return pairs_in_order([element.tag for element in old], [element.tag for element in new])
    words_old, words_new = [*map(bag_of_words, old)], [*map(bag_of_words, new)]
    likeness = []
    for i, was in enumerate(old):
        row = []
        for j, now in enumerate(new):
            value = common_words(words_old[i], words_new[j]) if was.tag == now.tag else 0.0
            if was.tag == now.tag and was.tag in _ALWAYS_PAIRED:
                value += _LEAST_LIKENESS
            row.append(value if value >= _LEAST_LIKENESS else 0.0)
        likeness.append(row)
    return pairs(likeness, len(new))
