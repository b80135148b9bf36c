"""Small pieces of documents, in the canonical form that `articles.documents` gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]
INLINE = frozenset({"text", "image", "hardBreak"})


def image_node(source: str, alt: str, marks: list[Node] | None = None) -> Node:
    """An image; a link around it is an attribute of the image."""
    href = next((mark["attrs"]["href"] for mark in marks or () if mark["type"] == "link"), None)
    attributes = {"src": source, "alt": alt or None, "title": None, "width": None, "height": None, "href": href}
    return {"type": "image", "attrs": attributes}


def text_node(text: str, *marks: str) -> Node:
    """Text with simple marks (bold, italic …)."""
    return {"type": "text", "marks": [{"type": mark} for mark in marks], "text": text} if marks else {
        "type": "text", "text": text,
    }  # fmt: skip


def with_link(node: Node, address: str, marks: list[Node] | None = None) -> Node:
    """A text node with a link (the schema's first mark) besides the marks that it has; a link among those wins."""
    kept = marks or []
    if not any(mark["type"] == "link" for mark in kept):
        kept = [{"type": "link", "attrs": {"href": address, "title": None}}, *kept]
    return {"type": "text", "marks": kept, "text": node["text"]}


def paragraph(*content: Node) -> Node:
    """A paragraph."""
    return {"type": "paragraph", "content": list(content)}


def plain_text(node: Node) -> str:
    """The text of a node without anything else, its parts run together; a line break is a space."""
    if node["type"] == "text":
        return str(node["text"])
    if node["type"] == "hardBreak":
        return " "
    return "".join(plain_text(child) for child in node.get("content", ()))


def addresses(node: Node) -> Iterator[str]:
    """Where the links in a node lead, in order."""
    for child in node.get("content", ()):
        if child["type"] == "text":
            yield from (mark["attrs"]["href"] for mark in child.get("marks", ()) if mark["type"] == "link")
        else:
            yield from addresses(child)


def is_blank_paragraph(node: Node) -> bool:
    """Whether this is a paragraph that shows nothing."""
    if node["type"] != "paragraph":
        return False
    return all(child["type"] == "hardBreak" or not child.get("text", "x").strip() for child in node.get("content", ()))


def drop_emptied(before: Node, after: Node) -> Node:
    """`after` (the same blocks as `before`, with other inline content) without the paragraphs that became empty,
    where the box, item or cell that they stand in can do without them."""
    if "content" not in after or after["content"][0]["type"] in INLINE:
        return after
    content: list[Node] = []
    for old, new in zip(before["content"], after["content"], strict=True):
        emptied = is_blank_paragraph(new) and not is_blank_paragraph(old)
        if not emptied or (not content and after["type"] in ("listItem", "step")):
            content.append(drop_emptied(old, new))
    return {**after, "content": content or [{"type": "paragraph"}]}


def joined(content: list[Node]) -> list[Node]:
    """Inline nodes after some were taken out: equal neighbours as one, no doubled spaces, none at the edges."""
    made: list[Node] = []
    for node in content:
        if node["type"] != "text":
            made.append(node)
            continue
        text = node["text"]
        before = made[-1] if made else None
        if (
            before is None
            or before["type"] == "hardBreak"
            or (before["type"] == "text" and before["text"].endswith(" "))
        ):
            text = text.lstrip(" ")
        if not text:
            continue
        if before is not None and before["type"] == "text" and before.get("marks", []) == node.get("marks", []):
            made[-1] = {**before, "text": before["text"] + text}
        else:
            made.append({**node, "text": text})
    while made and made[-1]["type"] == "text" and not made[-1]["text"].rstrip(" "):
        made.pop()
    if made and made[-1]["type"] == "text":
        made[-1] = {**made[-1], "text": made[-1]["text"].rstrip(" ")}
    return made
