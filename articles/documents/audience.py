"""Passages that only certain roles may read."""

from __future__ import annotations

from collections.abc import Iterator

from .attributes import is_role_slug
from .schema import Document, Node, empty_document


def passage_roles(document: Document) -> frozenset[str]:
    """All roles that some passage of the document is marked for."""
    return frozenset(role for passage in _passages(document) for role in roles_of(passage))


def for_audience(document: Document, roles: frozenset[str]) -> Document:
    """The document as readers with these roles may have it: passages for none of their roles are gone.

    Fails closed: a passage without valid roles is for nobody. A box that held nothing else goes too, and the result is
    a valid document.
    """
    content = _visible(document, roles)
    return {"type": "doc", "content": content} if content else empty_document()


def _passages(node: Node) -> Iterator[Node]:
    for child in node.get("content", ()):
        if child["type"] == "passage":
            yield child
        yield from _passages(child)


def roles_of(passage: Node) -> list[str]:
    """The valid roles that a passage is marked for."""
    roles = passage.get("attrs", {}).get("roles")
    return [role for role in roles if is_role_slug(role)] if isinstance(roles, list) else []


def _visible(node: Node, roles: frozenset[str]) -> list[Node]:
    """The children that may be read."""
    made = []
    for child in node.get("content", ()):
        if child["type"] == "passage" and roles.isdisjoint(roles_of(child)):
            continue
        if "content" not in child or child["content"][0]["type"] == "text":
            made.append(child)
            continue
        content = _visible(child, roles)
        if content:
            made.append({**child, "content": content})
        elif child["type"] in ("tableCell", "tableHeader", "detailsContent"):
            made.append({**child, "content": [{"type": "paragraph"}]})
        # any other container that is empty now held nothing but what this reader may not see
    return made
