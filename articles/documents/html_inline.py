"""Inline elements of HTML: marks, links, images, line breaks, and what is left out of a line."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from .addresses import clean_image, clean_link
from .attributes import MAX_PIXELS, MAX_VALUE
from .characters import SPACES, clean_value
from .html_names import FIELDS, IGNORED, MARKS, MEDIA, TRANSPARENT
from .inline import HARD_BREAK, InlineRun, Marks
from .losses import Losses
from .markup import Element
from .schema import Node

_STYLED = frozenset({"span", "font", "b", "strong", "i", "em", "u", "s"})
_NUMBER = re.compile(r"[0-9]{1,9}\Z")
_EXACT_SPACE = {"data-space"}


class InlineReader(ABC):
    """Reads inline elements into `run`. What stands in them goes through `children` again."""

    run: InlineRun

    def __init__(self, losses: Losses) -> None:
        self.losses = losses

    @abstractmethod
    def children(self, element: Element, marks: Marks) -> None:
        """Read all that is in an element."""

    def inline_element(self, element: Element, marks: Marks) -> None:
        """Read an element that stands in a line."""
        tag = element.tag
        if tag == "br":
            self.run.node(dict(HARD_BREAK))
        elif tag == "img":
            self._image(element, marks)
        elif tag == "a":
            self.children(element, self._link_marks(element, marks))
        elif tag in MARKS or tag in TRANSPARENT:
            if element.attributes.keys() >= _EXACT_SPACE:
                self.run.text(element.text(), marks, verbatim=True)
            else:
                self.children(element, _styled(element, _with(marks, MARKS.get(tag))))
        elif tag in IGNORED:
            self.children(element, marks)
        else:
            self._odd_element(element, marks)

    def _odd_element(self, element: Element, marks: Marks) -> None:
        tag = element.tag
        if tag in FIELDS:
            self._field(element, marks)
        elif tag == "button":
            self.losses.add("button", element.text())
            self.children(element, marks)
        elif tag in MEDIA:
            sources = [element.get("src"), *(child.get("src") for child in element.elements())]
            self.losses.add("media", next(filter(None, sources), ""))
        elif tag == "q":
            self.run.text("“", marks)
            self.children(element, marks)
            self.run.text("”", marks)
        elif tag == "rt":
            self.losses.add("ruby")
            self.run.text("(", marks)
            self.children(element, marks)
            self.run.text(")", marks)
        else:
            self._unknown(element)
            self.children(element, marks)

    def _unknown(self, element: Element) -> None:
        if element.tag == "mark":
            self.losses.add("highlight")
        elif element.tag == "abbr":
            if element.get("title"):
                self.losses.add("abbreviation", f"{element.text()} ({element.get('title')})")
        elif ":" not in element.tag:  # Word writes <o:p> everywhere
            self.losses.add("unknown", f"<{element.tag}>")

    def _field(self, element: Element, marks: Marks) -> None:
        kind = element.get("type").lower()
        if element.tag == "input" and kind == "checkbox":  # a task list
            self.run.text("☑ " if "checked" in element.attributes else "☐ ", marks)
        elif kind != "hidden":
            self.losses.add("field")

    def _link_marks(self, element: Element, marks: Marks) -> Marks:
        if "data-auto" in element.attributes:  # made by the renderer from a telephone number or an address
            return marks
        address = clean_link(element.get("href"))
        if address is None:
            is_target = element.get("name") or element.get("id")
            if not is_target and (element.text().strip(SPACES) or element.get("href")):
                self.losses.add("link", element.text())
            return marks
        attributes = {"href": address, "title": self._value(element, "title")}
        return _with(marks, "link", attributes)

    def _image(self, element: Element, marks: Marks) -> None:
        source = clean_image(element.get("src"))
        if source is None:
            self.losses.add("image", element.get("alt"))
            return
        link = next((mark for mark in marks if mark["type"] == "link"), None)
        self.run.node({"type": "image", "attrs": {
            "src": source,
            "alt": self._value(element, "alt"),
            "title": self._value(element, "title"),
            "width": _pixels(element.get("width")),
            "height": _pixels(element.get("height")),
            "href": link["attrs"]["href"] if link else None,
        }})  # fmt: skip

    def _value(self, element: Element, name: str) -> str | None:
        value = clean_value(element.get(name))
        if len(value) > MAX_VALUE:
            self.losses.add("long", value)
            value = value[:MAX_VALUE]
        return value or None


def _with(marks: Marks, name: str | None, attributes: dict[str, str | None] | None = None) -> Marks:
    if name is None:
        return marks
    mark: Node = {"type": name, "attrs": attributes} if attributes else {"type": name}
    return (*(other for other in marks if other["type"] != name), mark)


def _without(marks: Marks, name: str) -> Marks:
    return tuple(mark for mark in marks if mark["type"] != name)


def _styled(element: Element, marks: Marks) -> Marks:
    """Marks that other editors write as styles: Google Docs writes nothing else."""
    style = element.get("style").lower()
    if not style or element.tag not in _STYLED:
        return marks
    values = {name.strip(): value.strip() for name, _colon, value in (part.partition(":") for part in style.split(";"))}
    weight = values.get("font-weight", "")
    if weight in ("bold", "bolder") or (_NUMBER.match(weight) and int(weight) >= 600):
        marks = _with(marks, "bold")
    elif weight:
        marks = _without(marks, "bold")
    if values.get("font-style") in ("italic", "oblique"):
        marks = _with(marks, "italic")
    elif values.get("font-style") == "normal":
        marks = _without(marks, "italic")
    decoration = values.get("text-decoration", "") + values.get("text-decoration-line", "")
    if "underline" in decoration and not any(mark["type"] == "link" for mark in marks):
        marks = _with(marks, "underline")
    if "line-through" in decoration:
        marks = _with(marks, "strike")
    if values.get("vertical-align") in ("sub", "super"):
        marks = _with(marks, {"sub": "subscript", "super": "superscript"}[values["vertical-align"]])
    return marks


def _pixels(value: str) -> int | None:
    value = value.strip().removesuffix("px")
    return int(value) if _NUMBER.match(value) and 1 <= int(value) <= MAX_PIXELS else None
