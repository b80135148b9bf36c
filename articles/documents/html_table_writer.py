"""A table as HTML: header rows in a `thead`, in a region that scrolls on a narrow page, also by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .escaping import escape
from .labels import label
from .schema import Node

if TYPE_CHECKING:
    from .html_writer import HtmlWriter

_LABEL_LENGTH = 80


def write_table(writer: HtmlWriter, node: Node) -> str:
    """The element of a table."""
    rows: list[Node] = node.get("content", [])
    count = _header_rows(rows)
    head = "".join(_row(writer, row) for row in rows[:count])
    body = "".join(_row(writer, row) for row in rows[count:])
    columns = _columns(rows) if writer.for_reading else ""
    table = (
        f"<table>{columns}{f'<thead>{head}</thead>' if head else ''}{f'<tbody>{body}</tbody>' if body else ''}</table>"
    )
    if not writer.for_reading:
        return table
    name = escape(_name(rows[:1], label(writer.language, "table")))
    return f'<div class="table-scroll" role="group" tabindex="0" aria-label="{name}">{table}</div>'


def _header_rows(rows: Sequence[Node]) -> int:
    """How many rows at the top are headers. A cell cannot reach from the head of a table into its body, so where one
    would, there is no head."""
    count = 0
    while count < len(rows) and _is_header(rows[count]):
        count += 1
    for index, row in enumerate(rows[:count]):
        for cell in row["content"]:
            if index + cell.get("attrs", {}).get("rowspan", 1) > count:
                return 0
    return count


def _is_header(row: Node) -> bool:
    cells = row.get("content", [])
    return bool(cells) and all(cell["type"] == "tableHeader" for cell in cells)


def _row(writer: HtmlWriter, row: Node) -> str:
    scope = "col" if _is_header(row) else ""
    cells = [
        _cell(writer, cell, scope or ("" if index else "row")) for index, cell in enumerate(row.get("content", ()))
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _cell(writer: HtmlWriter, cell: Node, scope: str) -> str:
    attributes = cell.get("attrs", {})
    tag = "th" if cell["type"] == "tableHeader" else "td"
    parts = [tag]
    if tag == "th" and scope and writer.for_reading:
        parts.append(f'scope="{scope}"')
    spans = ("colspan", "rowspan")
    parts += [f'{name}="{int(attributes[name])}"' for name in spans if attributes.get(name, 1) != 1]
    if attributes.get("colwidth"):
        parts.append(f'colwidth="{",".join(str(int(width)) for width in attributes["colwidth"])}"')
    if attributes.get("align"):
        parts.append(f'align="{escape(attributes["align"])}"')
    return f"<{' '.join(parts)}>{writer.tight(cell)}</{tag}>"


def _columns(rows: Sequence[Node]) -> str:
    """The widths that an editor has dragged, which the first row carries. No styles: the page allows none inline."""
    widths: list[int] = []
    for cell in rows[0].get("content", []) if rows else []:
        attributes = cell.get("attrs", {})
        span = attributes.get("colspan", 1)
        given = list(attributes.get("colwidth") or ())[:span]
        widths += given + [0] * (span - len(given))
    if not any(widths):
        return ""
    return (
        f"<colgroup>{''.join(f'<col width={chr(34)}{int(w)}{chr(34)}>' if w else '<col>' for w in widths)}</colgroup>"
    )


def _name(rows: Sequence[Node], word: str) -> str:
    """What a screen reader says when the region is reached: the headers of the table."""
    texts = [_text(cell) for row in rows if _is_header(row) for cell in row["content"]]
    name = ", ".join(text for text in texts if text)
    name = name if len(name) <= _LABEL_LENGTH else name[: _LABEL_LENGTH - 1] + "…"
    return f"{word}: {name}" if name else word


def _text(node: Node) -> str:
    if "text" in node:
        return str(node["text"])
    return " ".join(" ".join(_text(child) for child in node.get("content", ())).split())
