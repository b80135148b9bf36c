"""Tables of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .attributes import ALIGNMENTS, MAX_COLSPAN, MAX_PIXELS, MAX_ROWSPAN
from .html_blocks import Flow, reads
from .inline import Marks
from .markup import Element
from .schema import Node

_WHOLE = re.compile(r"\s*([0-9]{1,9})")
_ALIGN = re.compile(r"text-align\s*:\s*([a-z]+)")


@reads("table")
def _table(flow: Flow, element: Element, marks: Marks) -> None:
    flow.flush()
    heads: list[Node] = []
    rows: list[Node] = []
    feet: list[Node] = []
    for child in element.elements():
        if not flow.reader.admits(child):
            continue
        if child.tag == "caption":
            _caption(flow, child, marks)
        elif child.tag in ("thead", "tbody", "tfoot"):
            part = {"thead": heads, "tbody": rows, "tfoot": feet}[child.tag]
            part += [_row(flow, row, marks) for row in _admitted(flow, child, "tr")]
        elif child.tag == "tr":
            rows.append(_row(flow, child, marks))
        else:
            flow.element(child, marks)
    if content := heads + rows + feet:
        flow.block({"type": "table", "content": content})


def _caption(flow: Flow, caption: Element, marks: Marks) -> None:
    """A caption goes before its table, in bold."""
    flow.losses.add("caption")
    flow.children(caption, (*(mark for mark in marks if mark["type"] != "bold"), {"type": "bold"}))
    flow.flush()


def _admitted(flow: Flow, element: Element, *tags: str) -> Iterator[Element]:
    """The children of these kinds; others, which a parser puts there for a reason of its own, are read as blocks."""
    for child in element.elements():
        if not flow.reader.admits(child):
            continue
        if child.tag in tags:
            yield child
        else:
            flow.element(child, marks=())


def _row(flow: Flow, row: Element, marks: Marks) -> Node:
    cells = [_cell(flow, cell, marks) for cell in _admitted(flow, row, "td", "th")]
    return {"type": "tableRow", "content": cells} if cells else {"type": "tableRow"}


def _cell(flow: Flow, cell: Element, marks: Marks) -> Node:
    return {
        "type": "tableHeader" if cell.tag == "th" else "tableCell",
        "attrs": {
            "colspan": _span(flow, cell.get("colspan"), MAX_COLSPAN),
            "rowspan": _span(flow, cell.get("rowspan"), MAX_ROWSPAN),
            "colwidth": _widths(cell.get("colwidth")),
            "align": _alignment(cell),
        },
        "content": flow.inside(cell, marks) or [{"type": "paragraph"}],
    }


def _span(flow: Flow, value: str, limit: int) -> int:
    found = _WHOLE.match(value)
    span = int(found[1]) if found else 1
    if span > limit:
        flow.losses.add("spans")
    return min(max(span, 1), limit)


def _widths(value: str) -> list[int] | None:
    """Column widths as Tiptap writes them: pixels with commas between."""
    parts = value.split(",")
    if not value or len(parts) > MAX_COLSPAN or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    widths = [int(part[:9]) for part in parts]
    return widths if max(widths) <= MAX_PIXELS else None


def _alignment(cell: Element) -> str | None:
    style = _ALIGN.search(cell.get("style").lower())
    value = style[1] if style else cell.get("align").strip().lower()
    return value if value in ALIGNMENTS else None
