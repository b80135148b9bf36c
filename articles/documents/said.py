"""The words of a document in the order in which its page shows them, with what it takes to see each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .audience import roles_of
from .labels import label
from .schema import Document, Node


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text. `roles`: for each marked passage around it the roles of which a reader needs one."""

    text: str
    roles: tuple[frozenset[str], ...] = ()


def said(document: Document, *, language: str = "en") -> Iterator[Piece]:
    """The pieces of a valid document that stand as text on its page, labels among them; not what is marked for nobody.

    The texts, joined, are but for white space the text content of `render(document).html`.
    """
    yield from _said(document, language, ())


def _said(node: Node, language: str, roles: tuple[frozenset[str], ...]) -> Iterator[Piece]:
    for child in node.get("content", ()):
        name = child["type"]
        if name == "text":
            yield Piece(child["text"], roles)
        elif name == "passage":
            if found := frozenset(roles_of(child)):
                yield from _said(child, language, (*roles, found))
        else:
            if shown := label_of(name, child.get("attrs", {}), language):
                yield Piece(shown, roles)
            yield from _said(child, language, roles)


def label_of(name: str, attributes: Node, language: str) -> str:
    """The words that the page puts before the content of a node; empty for most."""
    if name == "contactField":
        return label(language, attributes.get("kind", "note"))
    return str(attributes.get("label") or "") if name == "fact" else ""
