"""Lists of HTML: bullets, numbers, steps, contacts, facts, and definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .attributes import CONTACT_KINDS, MAX_NUMBER, MAX_VALUE
from .characters import SPACES
from .html_blocks import Flow, reads
from .inline import InlineRun, Marks
from .labels import contact_kind
from .markup import Element
from .schema import Node, append_text

_WHOLE = re.compile(r"[+-]?[0-9]{1,9}\Z")


@reads("ul", "ol")
def _list(flow: Flow, element: Element, marks: Marks) -> None:
    is_steps = element.tag == "ol" and "steps" in element.classes
    made: Node
    if is_steps:
        made = {"type": "steps"}
    elif element.tag == "ul":
        made = {"type": "bulletList"}
    else:
        made = {"type": "orderedList", "attrs": {"start": _start(element.get("start"))}}
    item_type = "step" if is_steps else "listItem"
    flow.flush()
    if items := [{"type": item_type, "content": blocks} for blocks in _items(flow, element, marks)]:
        flow.block({**made, "content": items})


def _start(value: str) -> int:
    value = value.strip()
    return max(-MAX_NUMBER, min(MAX_NUMBER, int(value))) if _WHOLE.match(value) else 1


def _items(flow: Flow, element: Element, marks: Marks) -> list[list[Node]]:
    """The blocks of each item. What stands between the items belongs to the one before it, as browsers draw it."""
    items: list[list[Node]] = []
    between = Flow(flow.reader)
    for child in element.children:
        if isinstance(child, str):
            between.run.text(child, marks)
        elif child.tag == "li":
            if flow.reader.admits(child):
                _append(items, flow, between.finish())
                between = Flow(flow.reader)
                items.append(_as_item(flow, flow.inside(child, marks)))
        elif flow.reader.admits(child, passage=True):
            between.element(child, marks)
    _append(items, flow, between.finish())
    return items


def _append(items: list[list[Node]], flow: Flow, blocks: list[Node]) -> None:
    if not blocks:
        return
    if items:
        items[-1] += blocks
    else:
        items.append(_as_item(flow, blocks))


def _as_item(flow: Flow, blocks: list[Node]) -> list[Node]:
    """Blocks as an item may hold them: a paragraph comes first."""
    if not blocks:
        return [{"type": "paragraph"}]
    first = blocks[0]
    if first["type"] == "heading":
        flow.losses.add("heading-in-item")
        return [_bold_paragraph(first.get("content", [])), *blocks[1:]]
    return blocks if first["type"] == "paragraph" else [{"type": "paragraph"}, *blocks]


def _bold_paragraph(nodes: list[Node]) -> Node:
    run = InlineRun()
    for node in nodes:
        if node["type"] == "text":
            others = (mark for mark in node.get("marks", ()) if mark["type"] != "bold")
            run.text(node["text"], (*others, {"type": "bold"}), verbatim=True)
        else:
            run.node(node)
    content = run.finish()
    return {"type": "paragraph", "content": content} if content else {"type": "paragraph"}


@reads("dl")
def _definitions(flow: Flow, element: Element, marks: Marks) -> None:
    flow.flush()
    if "contact" in element.classes:
        fields = [_contact_field(flow, group, marks) for group in _groups(flow, element)]
        if fields:
            flow.block({"type": "contact", "content": fields})
    elif "facts" in element.classes:
        facts = [_fact(flow, group, marks) for group in _groups(flow, element)]
        if facts:
            flow.block({"type": "facts", "content": facts})
    else:
        _definition_list(flow, element, marks)


class _Group:
    """Terms with their descriptions."""

    def __init__(self, kind: str = "") -> None:
        self.kind = kind
        self.terms: list[Element] = []
        self.descriptions: list[Element] = []


def _groups(flow: Flow, element: Element) -> Iterator[_Group]:
    """The groups of a definition list: a `div` is one, and so are terms with the descriptions after them."""
    group = _Group()
    for child in element.children:
        if isinstance(child, str):
            if child.strip(SPACES):  # text outside of terms and descriptions
                group.descriptions.append(_wrapped(child))
            continue
        if not flow.reader.admits(child):
            continue
        if child.tag == "dt":
            if group.descriptions:
                yield group
                group = _Group()
            group.terms.append(child)
        elif child.tag == "dd":
            group.descriptions.append(child)
        else:
            if group.terms or group.descriptions:
                yield group
                group = _Group()
            for inner in _groups(flow, child):
                inner.kind = inner.kind or child.get("data-kind")
                yield inner
    if group.terms or group.descriptions:
        yield group


def _wrapped(text: str) -> Element:
    element = Element("dd")
    element.children.append(text)
    return element


def _joined(flow: Flow, elements: list[Element], marks: Marks) -> list[Node]:
    """Several elements as one line."""
    both = Element("dd")
    both.children += elements
    return flow.line(both, marks)


def _label(flow: Flow, group: _Group) -> str:
    text = " ".join(_plain(flow.line(term)) for term in group.terms)
    if len(text) > MAX_VALUE:
        flow.losses.add("long", text)
        text = text[:MAX_VALUE]
    return text


def _plain(nodes: list[Node]) -> str:
    return "".join(node.get("text", " ") for node in nodes).replace("\n", " ").replace("\t", " ")


def _contact_field(flow: Flow, group: _Group, marks: Marks) -> Node:
    label = _label(flow, group)
    kind = group.kind if group.kind in CONTACT_KINDS else contact_kind(label)
    content = _joined(flow, group.descriptions, marks)
    if kind is None:  # the label says what it is, so it must stay
        kind = "note"
        if label:
            content = (
                [{"type": "text", "text": f"{label}: "}, *content] if content else [{"type": "text", "text": label}]
            )
    field: Node = {"type": "contactField", "attrs": {"kind": kind}}
    return {**field, "content": _merged(content)} if content else field


def _merged(nodes: list[Node]) -> list[Node]:
    made: list[Node] = []
    for node in nodes:
        if node["type"] == "text":
            append_text(made, node["text"], node.get("marks", []))
        else:
            made.append(node)
    return made


def _fact(flow: Flow, group: _Group, marks: Marks) -> Node:
    fact: Node = {"type": "fact", "attrs": {"label": _label(flow, group)}}
    content = _joined(flow, group.descriptions, marks)
    return {**fact, "content": content} if content else fact


def _definition_list(flow: Flow, element: Element, marks: Marks) -> None:
    """A list with the terms in bold: each with its descriptions, which may be any blocks."""
    items = []
    for group in _groups(flow, element):
        blocks = [_bold_paragraph(flow.line(term, marks)) for term in group.terms]
        for description in group.descriptions:
            blocks += flow.inside(description, marks)
        if blocks:
            items.append({"type": "listItem", "content": _as_item(flow, blocks)})
    if items:
        flow.losses.add("definitions")
        flow.block({"type": "bulletList", "content": items})
