"""The schema: which documents are valid, and the one way of writing each of them down.

`schema.json` says which nodes and marks exist and how they nest; the editor's schema must be the same (names and
attributes are those of Tiptap 3). Its content expressions are compiled by the Python port of prosemirror-model; the
walk over the document is ours, because the library raises whatever comes (KeyError, RecursionError…) on a hostile
document and cannot say what is wrong with it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from prosemirror.model import Schema
from prosemirror.model.content import ContentMatch

from .attributes import MARK_CHECKS, NODE_CHECKS
from .characters import clean_text, is_clean_text
from .errors import DocumentError, TooLarge

Node = dict[str, Any]
Document = dict[str, Any]

MAX_BYTES = 2_000_000  # of the text that a document is made from, and of the text that it holds
MAX_NODES = 100_000
MAX_DEPTH = 60
MAX_COLUMNS = 500

_SPEC: dict[str, Any] = json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))
SCHEMA_VERSION: int = _SPEC["version"]
_MODEL: Schema[str, str] = Schema({"nodes": dict(_SPEC["nodes"]), "marks": dict(_SPEC["marks"])})

NODE_DEFAULTS: dict[str, dict[str, Any]] = {
    name: {attr: option["default"] for attr, option in spec.get("attrs", {}).items()} for name, spec in _SPEC["nodes"]
}
MARK_DEFAULTS: dict[str, dict[str, Any]] = {
    name: {attr: option["default"] for attr, option in spec.get("attrs", {}).items()} for name, spec in _SPEC["marks"]
}
MARK_RANK: dict[str, int] = {name: rank for rank, (name, _spec) in enumerate(_SPEC["marks"])}
BLOCKS: frozenset[str] = frozenset(name for name, spec in _SPEC["nodes"] if "block" in spec.get("group", "").split())
TEXTBLOCKS: frozenset[str] = frozenset(
    name for name, spec in _SPEC["nodes"] if spec.get("content") in ("inline*", "text*")
)
UNMARKED: frozenset[str] = frozenset(name for name, spec in _SPEC["nodes"] if spec.get("marks") == "")


def empty_document() -> Document:
    """A document with one empty paragraph: what an editor starts from."""
    return {"type": "doc", "content": [{"type": "paragraph"}]}


def content_match(name: str) -> ContentMatch:
    """The start state of a node type's content expression."""
    return _MODEL.nodes[name].content_match


def next_match(match: ContentMatch, name: str) -> ContentMatch | None:
    """The state after a child of that type, or None when it may not stand here."""
    return match.match_type(_MODEL.nodes[name])


def check_document(document: Any) -> None:
    """Raise DocumentError unless this is a valid document of the schema within the limits of size and depth."""
    if not isinstance(document, dict) or document.get("type") != "doc":
        raise DocumentError(_("This is not a document: it must be an object of type “doc”."))
    _Checker().node(document, parent="", depth=0)


class _Checker:
    """One walk over a document: counts nodes and text, and raises at the first thing that is wrong."""

    def __init__(self) -> None:
        self.nodes = 0
        self.size = 0
        self.in_passage = False

    def node(self, node: Any, parent: str, depth: int) -> str:
        """Check a node with all that is in it; gives its type."""
        name = node.get("type") if isinstance(node, dict) else None
        if not isinstance(name, str) or name not in NODE_DEFAULTS:
            raise DocumentError(_("The document holds an unknown element: %s.") % repr(name)[:80])
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise TooLarge(_("The document is too large. Split it into several articles."))
        if depth > MAX_DEPTH:
            raise DocumentError(_("The document is nested too deeply. Make its lists and tables flatter."))
        if name == "text":
            self._text(node, parent)
            return name
        if unknown := node.keys() - {"type", "attrs", "content"}:
            raise DocumentError(
                _("“%(name)s” has a part that is not known: %(part)s.")
                % {
                    "name": name,
                    "part": ", ".join(sorted(map(str, unknown)))[:80],
                }
            )
        _check_attributes(name, node.get("attrs", {}), NODE_DEFAULTS[name], NODE_CHECKS.get(name, {}))
        self._content(name, node, depth)
        return name

    def _content(self, name: str, node: Node, depth: int) -> None:
        content = node.get("content", [])
        if not isinstance(content, list):
            raise DocumentError(_("The content of “%s” must be a list.") % name)
        if name == "passage":
            if self.in_passage:
                raise DocumentError(_("A passage for certain roles cannot stand inside another. Move it out."))
            self.in_passage = True
        match: ContentMatch | None = content_match(name)
        for child in content:
            child_name = self.node(child, name, depth + 1)
            match = next_match(match, child_name) if match else None
            if match is None:
                raise DocumentError(
                    _("“%(child)s” cannot stand here in “%(parent)s”.")
                    % {
                        "child": child_name,
                        "parent": name,
                    }
                )
        if match is None or not match.valid_end:
            raise DocumentError(_("“%s” is not complete: something must stand in it.") % name)
        if name == "passage":
            self.in_passage = False
        elif name == "tableRow":
            columns = sum(cell.get("attrs", {}).get("colspan", 1) for cell in content)
            if columns > MAX_COLUMNS:
                raise DocumentError(_("A table has too many columns. Split it into several tables."))

    def _text(self, node: Node, parent: str) -> None:
        text = node.get("text")
        if not isinstance(text, str) or not text or node.keys() - {"type", "text", "marks"}:
            raise DocumentError(_("The document holds a piece of text that is empty or not text."))
        if not is_clean_text(text):
            raise DocumentError(_("The text holds control characters or broken characters. Take them out."))
        self.size += len(text)
        if self.size > MAX_BYTES:
            raise DocumentError(_("The document is too large. Split it into several articles."))
        marks = node.get("marks", [])
        if not isinstance(marks, list) or (marks and parent in UNMARKED):
            raise DocumentError(_("Text in “%s” cannot be marked.") % parent)
        seen: set[str] = set()
        for mark in marks:
            name = mark.get("type") if isinstance(mark, dict) else None
            if not isinstance(name, str) or name not in MARK_DEFAULTS or name in seen:
                raise DocumentError(_("The text has an unknown or doubled mark: %s.") % repr(name)[:80])
            if mark.keys() - {"type", "attrs"}:
                raise DocumentError(_("The mark “%s” has a part that is not known.") % name)
            seen.add(name)
            _check_attributes(name, mark.get("attrs", {}), MARK_DEFAULTS[name], MARK_CHECKS.get(name, {}))


def _check_attributes(name: str, given: Any, defaults: dict[str, Any], checks: dict[str, Any]) -> None:
    if not given and not checks and isinstance(given, dict):
        return
    if not isinstance(given, dict) or given.keys() - defaults.keys():
        raise DocumentError(_("“%s” has attributes that are not known.") % name)
    for attribute, check in checks.items():
        value = given.get(attribute, defaults[attribute])
        if check(value):
            continue
        if attribute == "roles":
            raise DocumentError(_("A passage for certain roles names no valid role. Choose who may read it."))
        raise DocumentError(
            _("“%(name)s” has a wrong value for %(attribute)s: %(value)s.")
            % {
                "name": name,
                "attribute": attribute,
                "value": repr(value)[:80],
            }
        )


def canonical(document: Document) -> Document:
    """The same document in the one form that all our readers give: every attribute there, marks in the order of the
    schema, neighbouring text with equal marks in one node, text without characters that cannot be stored."""
    return canonical_node(document)


def canonical_node(node: Node) -> Node:
    """`canonical` for one node with all that is in it."""
    name = node["type"]
    made: Node = {"type": name}
    if defaults := NODE_DEFAULTS[name]:
        made["attrs"] = {**defaults, **{k: v for k, v in node.get("attrs", {}).items() if k in defaults}}
    if content := canonical_content(node.get("content", ())):
        made["content"] = content
    return made


def canonical_content(content: Any) -> list[Node]:
    """`canonical` for a list of neighbours, which is where text is joined."""
    made: list[Node] = []
    for child in content:
        if child["type"] != "text":
            made.append(canonical_node(child))
        elif text := clean_text(child["text"]):
            append_text(made, text, sorted_marks(child.get("marks", ())))
    return made


def append_text(nodes: list[Node], text: str, marks: list[Node]) -> None:
    """Add text at the end of a list of inline nodes, joined to text before it that has the same marks."""
    last = nodes[-1] if nodes else None
    if last is not None and last["type"] == "text" and last.get("marks", []) == marks:
        last["text"] += text
    else:
        nodes.append({"type": "text", "marks": marks, "text": text} if marks else {"type": "text", "text": text})


def sorted_marks(marks: Any) -> list[Node]:
    """Marks with all their attributes, in the order of the schema."""
    made = []
    for mark in sorted(marks, key=lambda mark: MARK_RANK[mark["type"]]):
        defaults = MARK_DEFAULTS[mark["type"]]
        if defaults:
            given = mark.get("attrs", {})
            made.append({"type": mark["type"], "attrs": {k: given.get(k, v) for k, v in defaults.items()}})
        else:
            made.append({"type": mark["type"]})
    return made
