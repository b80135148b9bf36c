"""The links and images of a document: where they lead, and sending them elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .addresses import article_of, clean_image, clean_link, image_of
from .schema import Document, Node, append_text

Change = Callable[[str], str | None]


def article_links(document: Document) -> set[int]:
    """The ids of the articles that the document links to."""
    return {found for address in _links(document) if (found := article_of(address)) is not None}


def image_ids(document: Document) -> set[int]:
    """The ids of the stored images that the document shows or links to."""
    addresses = [*_links(document), *_images(document)]
    return {found for address in addresses if (found := image_of(address)) is not None}


def _inline(node: Node) -> Iterator[Node]:
    for child in node.get("content", ()):
        if child["type"] in ("text", "image"):
            yield child
        else:
            yield from _inline(child)


def _links(document: Document) -> Iterator[str]:
    for node in _inline(document):
        if node["type"] == "image" and node["attrs"].get("href"):
            yield node["attrs"]["href"]
        for mark in node.get("marks", ()):
            if mark["type"] == "link":
                yield mark["attrs"]["href"]


def _images(document: Document) -> Iterator[str]:
    return (node["attrs"]["src"] for node in _inline(document) if node["type"] == "image")


def rewrite(document: Document, link: Change, image: Change) -> Document:
    """The document with other addresses.

    `link` is called with the address of each link, also of those around images; None (or an address that must not be
    followed) takes the link away and leaves its text. `image` is called with the source of each image; None takes the
    image away.
    """
    return _rewritten(document, link, image)


def _rewritten(node: Node, link: Change, image: Change) -> Node:
    if "content" not in node:
        return dict(node)
    content: list[Node] = []
    for child in node["content"]:
        if child["type"] == "text":
            marks = [kept for mark in child.get("marks", ()) if (kept := _mark(mark, link)) is not None]
            append_text(content, child["text"], marks)
        elif child["type"] == "image":
            if (changed := _image(child, link, image)) is not None:
                content.append(changed)
        else:
            content.append(_rewritten(child, link, image))
    made = {key: value for key, value in node.items() if key != "content"}
    return {**made, "content": content} if content else made


def _mark(mark: Node, link: Change) -> Node | None:
    if mark["type"] != "link":
        return mark
    address = clean_link(link(mark["attrs"]["href"]) or "")
    return {**mark, "attrs": {**mark["attrs"], "href": address}} if address else None


def _image(node: Node, link: Change, image: Change) -> Node | None:
    attributes = node["attrs"]
    source = clean_image(image(attributes["src"]) or "")
    if source is None:
        return None
    href = attributes.get("href")
    return {**node, "attrs": {**attributes, "src": source, "href": clean_link(link(href) or "") if href else None}}
