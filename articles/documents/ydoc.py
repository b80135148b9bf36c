"""A document in a Yjs draft, as y-prosemirror keeps it: reading it whole.

An element is a node with its attributes, a text is a run of inline text whose marks are its formatting
(https://github.com/yjs/y-prosemirror, `createNodeFromYElement`). Any client can write anything there, so what is read
is made to fit the schema, like the editor's binding does; but text is kept where the binding would delete it.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from .attributes import MARK_CHECKS, NODE_CHECKS
from .characters import clean_text, clean_value
from .errors import DocumentError
from .schema import (
    MARK_DEFAULTS,
    MAX_DEPTH,
    NODE_DEFAULTS,
    UNMARKED,
    Document,
    Node,
    append_text,
    content_match,
    empty_document,
    next_match,
    sorted_marks,
)
from .ydoc_sync import attributes_of, make_children

FRAGMENT = "default"
# What is put where the schema demands a node that is not there.
_FILLERS: dict[str, Node] = {
    "paragraph": {"type": "paragraph"},
    "detailsSummary": {"type": "detailsSummary"},
    "detailsContent": {"type": "detailsContent", "content": [{"type": "paragraph"}]},
}


def read_draft(doc: Doc) -> Document:
    """The document in a draft, in canonical form.

    Attributes that cannot be right get their defaults, nodes and marks that the schema does not know or allow are left
    out. One thing is left as it is: a passage without valid roles, so that `check_document` says so instead of
    anything being shown or dropped. Raises DocumentError when the draft is nested too deeply.
    """
    fragment = doc.get(FRAGMENT, type=XmlFragment)
    with doc.transaction():
        content = _content("doc", fragment, 0)
    return {"type": "doc", "content": content} if content else empty_document()


def write_draft(doc: Doc, document: Document) -> None:
    """Change a draft so that it holds the valid document, in one transaction and with as few edits as possible.

    What others type at the same moment survives, also in a paragraph that is changed here: texts are edited by
    characters, marks are set on the text that is there, and only blocks without a counterpart are put in or taken out.
    """
    fragment = doc.get(FRAGMENT, type=XmlFragment)
    with doc.transaction():
        make_children(fragment, document.get("content", []))


def _content(name: str, parent: XmlFragment | XmlElement, depth: int) -> list[Node] | None:
    """The children of a node as the schema wants them, or None when it cannot be had."""
    if depth > MAX_DEPTH:
        raise DocumentError(_("The draft is nested too deeply. Make its lists and tables flatter."))
    children: list[Node] = []
    for child in parent.children:
        if isinstance(child, XmlText):
            _append_run(children, child, name)
        elif isinstance(child, XmlElement) and (node := _element(child, depth + 1)) is not None:
            children.append(node)
    return _fitted(name, children)


def _append_run(nodes: list[Node], text: XmlText, parent: str) -> None:
    for part, formatting in text.diff():
        if not isinstance(part, str) or not (cleaned := clean_text(part)):
            continue
        marks = [] if parent in UNMARKED else _marks(formatting or {})
        append_text(nodes, cleaned, marks)


def _marks(formatting: dict[str, Any]) -> list[Node]:
    marks = []
    for name, value in formatting.items():
        if value is None or name not in MARK_DEFAULTS:
            continue
        mark: Node = {"type": name}
        if checks := MARK_CHECKS.get(name):
            given = value if isinstance(value, dict) else {}
            attributes = {key: _value(given.get(key), default) for key, default in MARK_DEFAULTS[name].items()}
            if not checks["href"](attributes["href"]):
                continue
            attributes["title"] = attributes["title"] if checks["title"](attributes["title"]) else None
            mark["attrs"] = attributes
        marks.append(mark)
    return sorted_marks(marks)


def _value(value: Any, default: Any) -> Any:
    """A value as JSON has it: numbers of Yjs are floats, and an empty text where none is needed is none."""
    value = whole(value)
    if isinstance(value, str):
        value = clean_value(value)
        return value or default
    return default if value is None else value


def whole(value: Any) -> Any:
    """The value with whole numbers as integers, also in lists."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return [whole(item) for item in value] if isinstance(value, list) else value


def _element(element: XmlElement, depth: int) -> Node | None:
    name = element.tag
    if name is None or name not in NODE_DEFAULTS or name in ("doc", "text"):
        return None
    node: Node = {"type": name}
    if defaults := NODE_DEFAULTS[name]:
        given = attributes_of(element)
        attributes = {key: _value(given.get(key), default) for key, default in defaults.items()}
        for key, check in NODE_CHECKS[name].items():
            if not check(attributes[key]):
                attributes[key] = [] if key == "roles" else defaults[key]
        if name == "image" and attributes["src"] is None:
            return None
        node["attrs"] = attributes
    content = _content(name, element, depth)
    if content is None:
        return None
    if content:
        node["content"] = content
    return node


def _fitted(name: str, children: list[Node]) -> list[Node] | None:
    """The children that may stand in a node of this type, with an empty one wherever one must."""
    match = content_match(name)
    made: list[Node] = []
    for child in children:
        after = next_match(match, child["type"])
        if after is None:
            for filler, node in _FILLERS.items():
                between = next_match(match, filler)
                after = next_match(between, child["type"]) if between else None
                if after is not None:
                    made.append(_copy(node))
                    break
        if after is not None:
            made.append(child)
            match = after
    for filler, node in [*_FILLERS.items()] * 2:
        if match.valid_end:
            break
        if (between := next_match(match, filler)) is not None:
            made.append(_copy(node))
            match = between
    return made if match.valid_end else None


def _copy(node: Node) -> Node:
    return {**node, "content": [dict(child) for child in node["content"]]} if "content" in node else dict(node)
