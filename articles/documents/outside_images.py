"""Images that are not stored with an article: no page shows them, so a link or their description stands instead.

The policy of our pages forbids images of other sites, which would learn who reads what, and a path of somewhere else
leads nowhere here.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from .addresses import clean_link, image_of, is_external
from .from_html import Converted
from .losses import Losses
from .schema import Document, Node, append_text


def own_images_only(converted: Converted) -> Converted:
    """A text from outside, where only stored images stay; what became of the others is told with its losses."""
    losses = Losses()

    def lose(source: str) -> None:
        losses.add("outside-image" if is_external(source) else "absent-image", source)

    document = replace_images(converted.document, lambda source: image_of(source) is not None, lose)
    return Converted(document, converted.losses + losses.sentences())


def replace_images(document: Document, keep: Callable[[str], bool], lose: Callable[[str], None]) -> Document:
    """The document without images whose source is not to be kept: their description stands in their place.

    It is a link to where the image led, or to the image on its web site. `lose` is called with each source.
    """
    if "content" not in document:
        return dict(document)
    content: list[Node] = []
    for child in document["content"]:
        if child["type"] == "text":
            append_text(content, child["text"], child.get("marks", []))
        elif child["type"] != "image" or keep(child["attrs"]["src"]):
            content.append(replace_images(child, keep, lose))
        else:
            lose(child["attrs"]["src"])
            append_text(content, *_description(child["attrs"]))
    return {**document, "content": content}


def _description(image: Node) -> tuple[str, list[Node]]:
    source = image["src"]
    words = " ".join((image["alt"] or posixpath.basename(source) or source).split())
    address = image["href"] or (clean_link(source) if is_external(source) else None)
    return words, [{"type": "link", "attrs": {"href": address, "title": None}}] if address else []
