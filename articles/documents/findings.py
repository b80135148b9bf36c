"""What an author should mend before readers get a text: empty, or harder to use than it need be.

The rules are those of WCAG 2.2 that an author can break: 1.1.1 (alternative texts), 1.3.1 (headings and tables), 2.4.4
(texts of links). Only what makes no sense at all to publish is an error; all else is advice, because only a person can
tell whether a picture is decoration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from .addresses import image_of
from .plain_text import line_text
from .schema import Document, Node

Level = Literal["error", "warning"]
_SAYS_NOTHING = frozenset({
    "here", "click here", "this", "this link", "this page", "link", "the link", "read more", "more", "see here",
    "här", "klicka här", "denna", "denna länk", "denna sida", "länk", "länken", "läs mer", "mer", "se här", "hit",
})  # fmt: skip
_EXCERPT = 60


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `kind` is a word for programs, `message` a sentence, `where` the words of the text there."""

    kind: str
    level: Level
    message: str
    where: str = ""


def findings(document: Document) -> list[Finding]:
    """What is found in a valid document, errors first, else in the order of the text."""
    found = [*_emptiness(document), *_headings(document), *_within(document)]
    return sorted(found, key=lambda one: one.level != "error")


def _emptiness(document: Document) -> Iterator[Finding]:
    if not _has_content(document):
        yield Finding("empty", "error", _("The text is empty."))


def _has_content(node: Node) -> bool:
    """Whether there is anything to read or to see."""
    if node["type"] == "text":
        return bool(node["text"].strip())
    return node["type"] == "image" or any(_has_content(child) for child in node.get("content", ()))


def _headings(document: Document) -> Iterator[Finding]:
    """Headings without words, and those that leave out a level below the one before them."""
    last = 1  # the title of the article
    for heading in _nodes(document, "heading"):
        level = int(heading["attrs"]["level"])
        text = line_text(heading.get("content", ()))
        if not text.strip():
            yield Finding("empty-heading", "warning", _("A heading without words. Write it, or make it a paragraph."))
            continue
        if level > last + 1:
            message = _("A heading of level %(level)d follows one of level %(last)d: a level is left out.")
            yield Finding("heading-order", "warning", message % {"level": level, "last": last}, _excerpt(text))
        last = level


def _within(node: Node) -> Iterator[Finding]:
    for child in node.get("content", ()):
        if check := _CHECKS.get(child["type"]):
            yield from check(child)
        yield from _links(child)
        yield from _within(child)


def _image(node: Node) -> Iterator[Finding]:
    source = str(node["attrs"].get("src") or "")
    if image_of(source) is None:
        message = _("Readers do not see a picture that is not stored here. Upload it, or take it out.")
        yield Finding("absent-image", "warning", message, _excerpt(source))
    if not (node["attrs"].get("alt") or "").strip():
        message = _("A picture without an alternative text. Say what it shows, unless it is decoration.")
        yield Finding("missing-alt", "warning", message, _excerpt(source.rpartition("/")[2]))


def _table(node: Node) -> Iterator[Finding]:
    """A table must say what its columns or its rows are: a first row of headers, or a header in every row."""
    rows: list[list[Node]] = [row.get("content", []) for row in node.get("content", ())]
    top = bool(rows and rows[0]) and all(cell["type"] == "tableHeader" for cell in rows[0])
    side = all(row and row[0]["type"] == "tableHeader" for row in rows)
    if not top and not side:
        first = next((text for row in rows for cell in row if (text := _words(cell))), "")
        yield Finding("table-header", "warning", _("A table without a row of headers."), _excerpt(first))


def _links(node: Node) -> Iterator[Finding]:
    """Links of a text block whose words say nothing of where they lead; a link may go over several runs of text."""
    for href, text in _link_texts(node.get("content", ())):
        if not text.strip():
            continue
        if text.strip().strip(".:»>→ ").casefold() in _SAYS_NOTHING:
            message = _("The words of a link say nothing of where it leads.")
            yield Finding("link-text", "warning", message, _excerpt(f"{text.strip()} ({href})"))


def _link_texts(nodes: list[Node]) -> Iterator[tuple[str, str]]:
    href, text = "", ""
    for node in nodes:
        here = next((m["attrs"]["href"] or "" for m in node.get("marks", ()) if m["type"] == "link"), "")
        if here != href:
            if href:
                yield href, text
            href, text = here, ""
        text += node.get("text", "")
    if href:
        yield href, text


def _nodes(node: Node, name: str) -> Iterator[Node]:
    for child in node.get("content", ()):
        if child["type"] == name:
            yield child
        yield from _nodes(child, name)


def _words(node: Node) -> str:
    """All words in a node, whatever blocks they stand in."""
    if "text" in node:
        return str(node["text"])
    children = node.get("content", ())
    between = "" if any("text" in child for child in children) else " "
    return between.join(map(_words, children)).strip()


def _excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1].rstrip() + "…"


_CHECKS: dict[str, Callable[[Node], Iterator[Finding]]] = {"image": _image, "table": _table}
