"""What a reader gets of a version: made once per audience class (the passage roles that the reader has).

Almost every document has no marked passages and then there is one rendering for everybody, stored at publication.
The others are made when first asked for and kept in memory; nothing is ever filtered in the browser.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from . import epoch
from .access import View, view_can
from .documents import Heading, Rendered, for_audience, image_ids, render
from .models import Article, Rendering, Version

RENDERER = 1  # raise it when documents.render changes, so that stored renderings are made anew
_KEPT = 2_000
_made: OrderedDict[tuple[int, frozenset[str], int], Rendered] = OrderedDict()
_lock = Lock()


def audience_class(view: View, article: Article, passage_roles: list[str]) -> frozenset[str]:
    """The passage roles of a document that this reader has; editors of the article have all of them."""
    if not passage_roles:
        return frozenset()
    if view_can(view, "edit", article):
        return frozenset(passage_roles)
    return frozenset(passage_roles) & view.roles


def document_for(view: View, article: Article, version: Version) -> dict[str, Any]:
    """The document of a version as this reader may have it."""
    return for_audience(version.document, audience_class(view, article, version.passage_roles))


def rendered_for(view: View, article: Article, version: Version) -> Rendered:
    """HTML, headings and text of a version for this reader. No query when `version.rendering` is loaded."""
    roles = audience_class(view, article, version.passage_roles)
    if not roles:
        stored: Rendering | None = getattr(version, "rendering", None)
        if stored is not None and stored.renderer == RENDERER:
            headings = tuple(Heading(*heading) for heading in stored.headings)
            return Rendered(html=stored.html, headings=headings, text=stored.text)
    key = (version.pk, roles, RENDERER)
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]
    made = make(version.document, roles, article.language)
    if not epoch.is_settled():
        return made  # when it is rolled back, another version may get the same number
    with _lock:
        _made[key] = made
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return made


def make(document: dict[str, Any], roles: frozenset[str], language: str) -> Rendered:
    """Render a document for an audience class."""
    return render(for_audience(document, roles), language=language)


def image_audiences(document: dict[str, Any]) -> dict[int, list[list[str]]]:
    """Image id → the audiences to which the document shows it: [] for all readers, else a passage's roles."""
    found: dict[int, list[list[str]]] = {}
    for image_id in image_ids(for_audience(document, frozenset())):
        found.setdefault(image_id, []).append([])
    for node in document.get("content", ()):
        _passages(node, found)
    return found


def _passages(node: dict[str, Any], found: dict[int, list[list[str]]]) -> None:
    if node.get("type") == "passage":
        inside = {"type": "doc", "content": node.get("content", [])}
        for image_id in image_ids(inside):
            found.setdefault(image_id, []).append(sorted(node["attrs"]["roles"]))
        return
    for child in node.get("content", ()):
        _passages(child, found)
