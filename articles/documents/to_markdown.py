"""A document as Markdown that `from_markdown` reads back as the same document.

What Markdown cannot say (blocks in table cells, cells that span, blank paragraphs…) is embedded as HTML, each block on
one line, because an empty line would end it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .attributes import MAX_NUMBER
from .html_writer import HtmlWriter
from .inline import is_blank
from .markdown_inline import write_line
from .markdown_rules import MAX_CONTAINERS
from .schema import Document, Node, canonical

_COLONS = re.compile(r"^[ \t>]*(:{3,})", re.MULTILINE)
_CLOSING_HASHES = re.compile(r"#(?=#*\Z)")
_BACKTICKS = re.compile(r"`{3,}")


def to_markdown(document: Document) -> str:
    """The valid document as Markdown. Nothing is lost: `from_markdown` makes the same document of it."""
    text = _blocks(canonical(document)["content"])
    return f"{text}\n" if text else ""


def _html(node: Node) -> str:
    return HtmlWriter(for_reading=False).block(node)


def _blocks(nodes: Sequence[Node]) -> str:
    """Blocks with an empty line between. Lists that follow each other need different markers to stay apart."""
    made = []
    before = ""
    alternate = False
    for node in nodes:
        alternate = node["type"] == before and not alternate
        before = node["type"]
        made.append(_block(node, alternate))
    return "\n\n".join(made)


def _block(node: Node, alternate: bool = False) -> str:
    if node["type"] == "bulletList":
        return _items(node, lambda _index: "* " if alternate else "- ")
    if node["type"] == "orderedList":
        return _ordered(node, ")" if alternate else ".")
    return _WRITERS[node["type"]](node)


def _paragraph(node: Node) -> str:
    content = node.get("content", [])
    text = "" if is_blank(content) else write_line(content)
    is_html = text.startswith("<") and len(content) == 1 and content[0]["type"] == "image"
    return _html(node) if not text or is_html else text


def _heading(node: Node) -> str:
    content = node.get("content", [])
    if is_blank(content):
        return _html(node)
    text = write_line(content, one_line=True)
    text = _CLOSING_HASHES.sub(r"\\#", text)  # or they would be taken for the end of the heading
    return f"{'#' * node['attrs']['level']} {text}"


def _ordered(node: Node, delimiter: str) -> str:
    start = node["attrs"]["start"]
    if start < 0 or start + len(node["content"]) > MAX_NUMBER:
        return _html(node)
    return _items(node, lambda index: f"{start + index}{delimiter} ")


def _items(node: Node, marker: Callable[[int], str]) -> str:
    items = []
    is_tight = all(_is_tight(item) for item in node["content"])
    for index, item in enumerate(node["content"]):
        sign = marker(index)
        items.append(sign.rstrip() + _item(item, len(sign), is_tight))
    return ("\n" if is_tight else "\n\n").join(items)


def _is_tight(item: Node) -> bool:
    """Whether an item needs no empty line inside: one paragraph, or one with a list that may follow it directly."""
    content = item["content"]
    first = content[0].get("content", [])
    if len(content) == 1:
        return True
    is_lone_image = len(first) == 1 and first[0]["type"] == "image"  # perhaps HTML, which nothing may follow directly
    if len(content) > 2 or is_blank(first) or is_lone_image:
        return False
    inner = content[1]
    may_follow = inner["type"] == "bulletList" or (inner["type"] == "orderedList" and inner["attrs"]["start"] == 1)
    if not may_follow or not all(_is_tight(child) for child in inner["content"]):
        return False
    return not is_blank(inner["content"][0]["content"][0].get("content", []))


def _item(item: Node, indent: int, is_tight: bool) -> str:
    """An item after its marker; everything but the first line is indented."""
    content = item["content"]
    first = content[0].get("content", [])
    if not first and len(content) == 1:
        return ""
    if not first and content[1]["type"] not in ("paragraph", "heading"):
        text = "\n" + _blocks(content[1:])  # the block begins on the line after the marker
    elif is_tight and len(content) == 2:
        text = f"{_paragraph(content[0])}\n{_block(content[1])}"
    else:
        text = _blocks(content)
    lines = text.split("\n")
    indented = [lines[0], *(" " * indent + line if line else "" for line in lines[1:])]
    return (" " if lines[0] else "") + "\n".join(indented)


def _quotation(node: Node) -> str:
    return "\n".join(
        f"> {line}".rstrip(" ") if not line else f"> {line}" for line in _blocks(node["content"]).split("\n")
    )


def _code(node: Node) -> str:
    text = "".join(child["text"] for child in node.get("content", ()))
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{node['attrs']['language'] or ''}\n{text + chr(10) if text else ''}{fence}"


def _container(node: Node, opening: str, inside: str) -> str:
    """A container whose colons are more than those of any container, or of any text, inside."""
    longest = max((len(run) for run in _COLONS.findall(inside)), default=2)
    if longest > MAX_CONTAINERS:
        return _html(node)
    colons = ":" * (longest + 1)
    return f"{colons} {opening}".rstrip() + f"\n{inside}\n{colons}"


def _callout(node: Node) -> str:
    return _container(node, node["attrs"]["kind"], _blocks(node["content"]))


def _steps(node: Node) -> str:
    return _container(node, "steps", _items(node, lambda index: f"{index + 1}. "))


def _details(node: Node) -> str:
    summary, content = node["content"]
    return _container(
        node, f"details {write_line(summary.get('content', ()), one_line=True)}", _blocks(content["content"])
    )


def _passage(node: Node) -> str:
    return _container(node, f"roles {' '.join(node['attrs']['roles'])}", _blocks(node["content"]))


def _labelled(node: Node, lines: Sequence[tuple[str, Node]]) -> str:
    written = [f"{label}: {write_line(node.get('content', ()), one_line=True)}".rstrip(" ") for label, node in lines]
    return _container(node, node["type"], "\n".join(written))


def _contact(node: Node) -> str:
    return _labelled(node, [(field["attrs"]["kind"], field) for field in node["content"]])


def _facts(node: Node) -> str:
    return _labelled(node, [(_fact_label(fact["attrs"]["label"]), fact) for fact in node["content"]])


def _fact_label(text: str) -> str:
    if not text:
        return ""
    return write_line([{"type": "text", "text": text}], one_line=True).replace(":", "\\:")


def _table(node: Node) -> str:
    """A table, when it has one row of headers at the top and lines in its cells."""
    rows = node["content"]
    aligned = [cell["attrs"]["align"] for cell in rows[0].get("content", ())]
    if not aligned or not all(_is_simple(row, index, aligned) for index, row in enumerate(rows)):
        return _html(node)
    lines = [[write_line(cell["content"][0].get("content", ()), one_line=True, in_table=True)
              for cell in row["content"]] for row in rows]  # fmt: skip
    rule = [{None: "---", "left": ":--", "center": ":-:", "right": "--:"}[align] for align in aligned]
    return "\n".join(f"| {' | '.join(line)} |" for line in (lines[0], rule, *lines[1:]))


def _is_simple(row: Node, index: int, aligned: Sequence[str | None]) -> bool:
    cells = row.get("content", ())
    if len(cells) != len(aligned):
        return False
    for cell, align in zip(cells, aligned, strict=True):
        attributes = cell["attrs"]
        if cell["type"] != ("tableCell" if index else "tableHeader") or attributes["align"] != align:
            return False
        if attributes["colspan"] != 1 or attributes["rowspan"] != 1 or attributes["colwidth"]:
            return False
        blocks = cell["content"]
        if len(blocks) != 1 or blocks[0]["type"] != "paragraph" or not _is_cell_line(blocks[0].get("content", [])):
            return False
    return True


def _is_cell_line(content: list[Node]) -> bool:
    """A line that a cell can hold: no line breaks, and no bars in addresses, where they cannot be escaped."""
    if not content:
        return True
    return not is_blank(content) and all(node["type"] != "hardBreak" and not _has_bar(node) for node in content)


def _has_bar(node: Node) -> bool:
    values = [*node.get("attrs", {}).values()]
    values += [value for mark in node.get("marks", ()) for value in mark.get("attrs", {}).values()]
    return any("|" in value for value in values if isinstance(value, str))


_WRITERS: dict[str, Callable[[Node], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "blockquote": _quotation,
    "codeBlock": _code,
    "horizontalRule": lambda _node: "***",
    "table": _table,
    "callout": _callout,
    "steps": _steps,
    "contact": _contact,
    "facts": _facts,
    "details": _details,
    "passage": _passage,
}
