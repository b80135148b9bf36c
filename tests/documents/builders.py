"""Short ways to write documents and to look into them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from articles.documents import Converted, from_html
from articles.documents.schema import canonical

Node = dict[str, Any]


def doc(*content: Node) -> Node:
    """A document in canonical form."""
    return canonical({"type": "doc", "content": list(content)})


def text(value: str, *marks: str, href: str | None = None) -> Node:
    """A text node with marks by name."""
    made: list[Node] = [{"type": name} for name in marks]
    if href:
        made.append({"type": "link", "attrs": {"href": href, "title": None}})
    return {"type": "text", "text": value, "marks": made} if made else {"type": "text", "text": value}


def node(name: str, *content: Node | str, **attributes: Any) -> Node:
    """A node; strings become text."""
    made: Node = {"type": name}
    if attributes:
        made["attrs"] = attributes
    if content:
        made["content"] = [text(child) if isinstance(child, str) else child for child in content]
    return made


def p(*content: Node | str) -> Node:
    """A paragraph."""
    return node("paragraph", *content)


def passage(*content: Node, roles: list[str]) -> Node:
    """A passage for roles."""
    return node("passage", *content, roles=roles)


def descendants(parent: Node) -> Iterator[Node]:
    """All nodes in a node, in order."""
    for child in parent.get("content", ()):
        yield child
        yield from descendants(child)


def names(parent: Node) -> list[str]:
    """The types of the direct children."""
    return [child["type"] for child in parent.get("content", ())]


def texts(parent: Node) -> str:
    """All text in a node."""
    return "".join(child.get("text", "") for child in descendants(parent))


def blocks(html: str) -> list[Node]:
    """The blocks that some HTML becomes."""
    return list(from_html(html).document["content"])


def only(converted: Converted) -> Node:
    """The one block of a conversion."""
    (block,) = converted.document["content"]
    return dict(block)
