"""A document as clean text, to be pasted into a chat or a mail; and what the search index reads of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from .addresses import is_external
from .audience import roles_of
from .labels import label, label_of_passage
from .schema import Document, Node

_LINE_END_SPACES = re.compile(r"[ \t]+$", re.MULTILINE)
_INDENT = "   "


def to_text(document: Document, *, language: str = "en") -> str:
    """The text without markup: lists as "1." and "–", links as "text (address)", facts as "Label: value", the cells of
    a table row with " · " between them, an empty line between blocks. A passage for certain roles stands between two
    lines in brackets that say so: whoever sends the text on sees what is not for everybody.

    `language` is that of the article and chooses the words for contact fields and passages.
    """
    text = _Writer(language).blocks(document.get("content", ()))
    return _LINE_END_SPACES.sub("", text).strip("\n")


class _Writer:
    def __init__(self, language: str) -> None:
        self.language = language

    def blocks(self, nodes: Sequence[Node]) -> str:
        return "\n\n".join(text for node in nodes if (text := self.block(node)).strip())

    def block(self, node: Node) -> str:
        name = node["type"]
        content: Sequence[Node] = node.get("content", ())
        if name in ("paragraph", "heading", "detailsSummary"):
            return line_text(content)
        if name == "codeBlock":
            return "".join(child["text"] for child in content)
        if name == "horizontalRule":
            return "–––"
        if (write := _WRITERS.get(name)) is not None:
            return write(self, node)
        return self.blocks(content)

    def items(self, nodes: Sequence[Node], marker: Callable[[int], str]) -> str:
        """List items, one under the other; further blocks of an item are indented under its first line."""
        made = []
        for index, item in enumerate(nodes):
            text = "\n".join(self.block(child) for child in item.get("content", ()))
            made.append(f"{marker(index)} {_indented(text)}")
        return "\n".join(made)

    def ordered(self, node: Node) -> str:
        start = node.get("attrs", {}).get("start", 1)
        return self.items(node["content"], lambda index: f"{start + index}.")

    def bullets(self, node: Node) -> str:
        return self.items(node["content"], lambda _index: "–")

    def table(self, node: Node) -> str:
        rows = []
        for row in node["content"]:
            cells = [_one_line(self.blocks(cell["content"])) for cell in row.get("content", ())]
            rows.append(" · ".join(cells))
        return "\n".join(rows)

    def contact(self, node: Node) -> str:
        return "\n".join(
            f"{label(self.language, field.get('attrs', {}).get('kind', 'note'))}: "
            f"{_one_line(line_text(field.get('content', ())))}"
            for field in node["content"]
        )

    def facts(self, node: Node) -> str:
        return "\n".join(
            f"{fact.get('attrs', {}).get('label', '')}: {_one_line(line_text(fact.get('content', ())))}"
            for fact in node["content"]
        )

    def passage(self, node: Node) -> str:
        roles, text = roles_of(node), self.blocks(node["content"])
        first, last = (label_of_passage(self.language, roles, word) for word in ("only-for", "end-of-only-for"))
        return f"[{first}]\n\n{text}\n\n[{last}]" if text else ""

    def quotation(self, node: Node) -> str:
        text = self.blocks(node["content"])
        return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


_WRITERS: dict[str, Callable[[_Writer, Node], str]] = {
    "orderedList": _Writer.ordered,
    "steps": _Writer.ordered,
    "bulletList": _Writer.bullets,
    "table": _Writer.table,
    "contact": _Writer.contact,
    "facts": _Writer.facts,
    "blockquote": _Writer.quotation,
    "passage": _Writer.passage,
}


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + _INDENT)


def _one_line(text: str) -> str:
    parts = [part for line in text.split("\n") if (part := line.strip())]
    return "".join(part if i == 0 else f"{_between(parts[i - 1])}{part}" for i, part in enumerate(parts))


def _between(text: str) -> str:
    """What joins a text to the next on one line."""
    return " " if text.endswith((".", ",", ":", ";", "!", "?", "–")) else ", "


def line_text(nodes: Sequence[Node], *, addresses: bool = True) -> str:
    """Inline content as text. With `addresses`, a link is followed by where it leads, unless its text says that."""
    out: list[str] = []
    for text, address in _spans(nodes):
        out.append(text)
        if addresses and address and _leads_out(address) and _without_scheme(address) not in text:
            out.append(f" ({_without_mailto(address)})")
    return "".join(out)


def _spans(nodes: Sequence[Node]) -> Iterator[tuple[str, str | None]]:
    """Pieces of a line, where neighbours with the same link are one."""
    text, address = "", None
    for node in nodes:
        here = _address(node)
        if text and here != address:
            yield text, address
            text = ""
        address = here
        text += node.get("text") or ("\n" if node["type"] == "hardBreak" else node["attrs"].get("alt") or "")
    if text:
        yield text, address


def _address(node: Node) -> str | None:
    for mark in node.get("marks", ()):
        if mark["type"] == "link":
            return str(mark["attrs"]["href"])
    return node.get("attrs", {}).get("href") if node["type"] == "image" else None


def _leads_out(address: str) -> bool:
    """A path inside this installation says nothing to the one who gets the text."""
    return is_external(address) or ":" in address.partition("/")[0]


def _without_scheme(address: str) -> str:
    return _without_mailto(address).removeprefix("https://").removeprefix("http://").rstrip("/")


def _without_mailto(address: str) -> str:
    return address.removeprefix("mailto:").removeprefix("tel:")


def search_fields(document: Document) -> tuple[str, str]:
    """What the search index reads: the headings, a line each, and all other text. Addresses are left out of both.

    Gives what is in the document; leave out passages that a reader may not see with `for_audience` before.
    """
    headings: list[str] = []
    body: list[str] = []
    for node in _textblocks(document):
        target = headings if node["type"] in ("heading", "detailsSummary") else body
        if node["type"] == "fact":
            body.append(str(node.get("attrs", {}).get("label", "")))
        text = line_text(node.get("content", ()), addresses=False)
        if text.strip():
            target.append(text)
    return "\n".join(headings), "\n".join(text for text in body if text)


def _textblocks(node: Node) -> Iterator[Node]:
    for child in node.get("content", ()):
        if child["type"] in ("paragraph", "heading", "codeBlock", "detailsSummary", "contactField", "fact"):
            yield child
        else:
            yield from _textblocks(child)
