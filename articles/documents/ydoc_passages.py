"""The passages for certain roles in a draft, found without reading its text: asked while people type."""

from __future__ import annotations

from pycrdt import Doc, XmlElement, XmlFragment

from .attributes import is_role_slug
from .ydoc import FRAGMENT
from .ydoc_sync import attributes_of


def draft_passages(doc: Doc) -> list[frozenset[str]]:
    """The roles of each passage, wherever it stands, also where the schema would not have it.

    A passage without valid roles gives an empty set: it is for nobody.
    """
    found = []
    waiting: list[XmlFragment | XmlElement] = [doc.get(FRAGMENT, type=XmlFragment)]
    with doc.transaction():
        while waiting:
            for child in waiting.pop().children:
                if not isinstance(child, XmlElement):
                    continue
                waiting.append(child)
                if child.tag == "passage":
                    roles = attributes_of(child).get("roles")
                    named = roles if isinstance(roles, list) else []
                    found.append(frozenset(role for role in named if is_role_slug(role)))
    return found
