"""Boxes of HTML: callouts, details, captions, and code."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .attributes import CALLOUT_KINDS, is_language
from .characters import clean_text
from .html_blocks import Flow, reads
from .html_names import CALLOUT_SYNONYMS
from .inline import Marks
from .markup import Element
from .schema import Node


@reads("aside", "div")
def _division(flow: Flow, element: Element, marks: Marks) -> None:
    flow.flush()
    if "callout" not in element.classes:
        flow.children(element, marks)
        flow.flush()
        return
    given = element.get("data-kind").lower()
    kind = CALLOUT_SYNONYMS.get(given, given)
    if kind not in CALLOUT_KINDS:
        if given:
            flow.losses.add("kind", given)
        kind = "info"
    if blocks := flow.inside(element, marks):
        flow.block({"type": "callout", "attrs": {"kind": kind}, "content": blocks})


@reads("details")
def _details(flow: Flow, element: Element, marks: Marks) -> None:
    summary = next((child for child in element.elements() if child.tag == "summary"), None)
    line: list[Node]
    if summary is None:
        line = [{"type": "text", "text": _("Details")}]
    else:
        line = flow.line(summary, marks) if flow.reader.admits(summary) else []
    rest = Element("div")
    rest.children = [child for child in element.children if child is not summary]
    content = flow.inside(rest, marks) or [{"type": "paragraph"}]
    head: Node = {"type": "detailsSummary", "content": line} if line else {"type": "detailsSummary"}
    flow.block({"type": "details", "content": [head, {"type": "detailsContent", "content": content}]})


@reads("figcaption")
def _caption(flow: Flow, element: Element, marks: Marks) -> None:
    flow.flush()
    flow.losses.add("caption")
    italic = (*(mark for mark in marks if mark["type"] != "italic"), {"type": "italic"})
    flow.children(element, italic)
    flow.flush()


@reads("pre", "listing")
def _code(flow: Flow, element: Element, _marks: Marks) -> None:
    text = clean_text(_code_text(flow, element)).removesuffix("\n")
    block: Node = {"type": "codeBlock", "attrs": {"language": _language(flow, element)}}
    flow.block({**block, "content": [{"type": "text", "text": text}]} if text else block)


def _code_text(flow: Flow, element: Element) -> str:
    parts = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(child)
        elif not flow.reader.admits(child):
            continue
        elif child.tag == "br":
            parts.append("\n")
        elif child.tag == "img":
            flow.losses.add("image-here", child.get("alt"))
        else:
            parts.append(_code_text(flow, child))
    return "".join(parts)


def _language(flow: Flow, element: Element) -> str | None:
    """The language that a class names, as CommonMark and most highlighters write it."""
    for inner in (element, *(child for child in element.elements() if child.tag == "code")):
        for word in inner.classes:
            if word.startswith(("language-", "lang-")):
                language = word.partition("-")[2]
                if is_language(language):
                    return language
                flow.losses.add("language", language)
    return None
