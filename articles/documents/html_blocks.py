"""The walk over an HTML tree: flow content becomes blocks, text and inline elements become lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .attributes import is_role_slug
from .html_inline import InlineReader
from .html_names import DIVISIONS
from .inline import InlineRun, Marks, is_blank
from .losses import Losses
from .markup import Element
from .schema import Node


class Reader:
    """What all parts of one conversion share."""

    def __init__(self, losses: Losses) -> None:
        self.losses = losses
        self.audience: frozenset[str] | None = None  # the roles of the passage that is being read

    def admits(self, element: Element, *, passage: bool = False) -> bool:
        """Whether the element may be read at all; what is refused is noted.

        `passage` tells that a passage for certain roles could be kept at this place. Everything that looks at the
        children of an element asks here first, so that nothing restricted gets past.
        """
        if _is_hidden(element):
            if element.text().strip():
                self.losses.add("hidden")
            return False
        if "data-roles" not in element.attributes:
            return True
        if element.tag not in ("section", "div") or not passage:
            self.losses.add("roles-here")
            return False
        if not roles_of(element):
            self.losses.add("roles", element.get("data-roles"))
            return False
        return True

    @contextmanager
    def reading_for(self, roles: frozenset[str]) -> Iterator[None]:
        """While the content of a passage is read."""
        before, self.audience = self.audience, roles
        try:
            yield
        finally:
            self.audience = before


def roles_of(element: Element) -> list[str]:
    """The roles that an element is marked for, each once; none when one of them is not a slug."""
    roles = list(dict.fromkeys(element.get("data-roles").split()))
    return roles if len(roles) <= 100 and all(map(is_role_slug, roles)) else []


def _is_hidden(element: Element) -> bool:
    if "hidden" in element.attributes:
        return True
    style = element.get("style").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


class Flow(InlineReader):
    """Collects the blocks of one container.

    `direct` tells that the container is a passage, so that a passage inside can be moved out of it.
    """

    def __init__(self, reader: Reader, *, direct: bool = False) -> None:
        super().__init__(reader.losses)
        self.reader = reader
        self.direct = direct
        self.blocks: list[Node] = []
        self.run = InlineRun()

    def finish(self) -> list[Node]:
        """All blocks of the container."""
        self.flush()
        return self.blocks

    def flush(self) -> None:
        """End the paragraph that text outside of all paragraphs has begun."""
        self.blocks += [{"type": "paragraph", "content": line} for line in self.run.finish_lines()]

    def block(self, node: Node) -> None:
        """Add a block."""
        self.flush()
        self.blocks.append(node)

    def inside(self, element: Element, marks: Marks) -> list[Node]:
        """The blocks in an element."""
        flow = Flow(self.reader)
        flow.children(element, marks)
        return flow.finish()

    def line(self, element: Element, marks: Marks = ()) -> list[Node]:
        """The inline content of an element in which only a line can stand."""
        line = Line(self.reader)
        line.children(element, marks)
        return line.run.finish()

    def children(self, element: Element, marks: Marks) -> None:
        for child in element.children:
            if isinstance(child, str):
                self.run.text(child, marks)
            elif self.reader.admits(child, passage=True):
                self.element(child, marks)

    def element(self, element: Element, marks: Marks) -> None:
        """Read one element that has been admitted."""
        if "data-roles" in element.attributes:
            self._passage(element, marks)
        elif (read := BLOCK_READERS.get(element.tag)) is not None:
            read(self, element, marks)
        elif element.tag in DIVISIONS:
            self.flush()
            self.children(element, marks)
            self.flush()
        else:
            self.inline_element(element, marks)

    def _passage(self, element: Element, marks: Marks) -> None:
        roles = roles_of(element)
        outer = self.reader.audience
        if outer is None:
            self.flush()
            self.blocks += self._passages(element, marks, roles)
        elif outer <= set(roles):  # whoever reads the outer passage may read this one too
            self.flush()
            self.children(element, marks)
            self.flush()
        elif self.direct and (both := [role for role in roles if role in outer]):
            if len(both) < len(roles):
                self.losses.add("roles-narrowed", " ".join(both))
            self.flush()
            self.blocks += self._passages(element, marks, both)
        else:
            self.losses.add("roles-here")

    def _passages(self, element: Element, marks: Marks, roles: list[str]) -> list[Node]:
        """A passage; more than one where passages for fewer roles stand in it."""
        flow = Flow(self.reader, direct=True)
        with self.reader.reading_for(frozenset(roles)):
            flow.children(element, marks)
        made: list[Node] = []
        open_passage: Node | None = None
        for block in flow.finish():
            if block["type"] == "passage":
                made.append(block)
                open_passage = None
            elif open_passage is None:
                open_passage = {"type": "passage", "attrs": {"roles": list(roles)}, "content": [block]}
                made.append(open_passage)
            else:
                open_passage["content"].append(block)
        return made


class Line(InlineReader):
    """Collects one line: blocks in it become text, separated by line breaks."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.losses)
        self.reader = reader
        self.run = InlineRun()

    def children(self, element: Element, marks: Marks) -> None:
        for child in element.children:
            if isinstance(child, str):
                self.run.text(child, marks)
            elif self.reader.admits(child):
                self.element(child, marks)

    def element(self, element: Element, marks: Marks) -> None:
        """Read one element that has been admitted."""
        is_block = element.tag in BLOCK_READERS
        if not is_block and element.tag not in DIVISIONS:
            self.inline_element(element, marks)
            return
        if is_block and element.tag not in ("aside", "div", "form", "p"):
            self.losses.add("flattened")
        self.run.soft_break()
        self.children(element, marks)
        self.run.soft_break()


BlockReader = Callable[[Flow, Element, Marks], None]
BLOCK_READERS: dict[str, BlockReader] = {}


def reads(*tags: str) -> Callable[[BlockReader], BlockReader]:
    """Register a function as the reader of these elements."""

    def register(function: BlockReader) -> BlockReader:
        BLOCK_READERS.update(dict.fromkeys(tags, function))
        return function

    return register


@reads("p")
def _paragraph(flow: Flow, element: Element, marks: Marks) -> None:
    inner = Flow(flow.reader, direct=flow.direct)
    inner.children(element, marks)
    if inner.blocks:  # a table in a paragraph, as browsers in quirks mode allow
        flow.flush()
        flow.blocks += inner.finish()
        return
    content = inner.run.finish()
    if content and not is_blank(content):
        flow.block({"type": "paragraph", "content": content})
    elif "data-empty" in element.attributes:
        flow.block({"type": "paragraph", "content": content} if content else {"type": "paragraph"})
    else:
        flow.flush()


@reads("h1", "h2", "h3", "h4", "h5", "h6")
def _heading(flow: Flow, element: Element, marks: Marks) -> None:
    level = int(element.tag[1])
    if element.get("data-level") in ("1", "2", "3", "4", "5", "6"):
        level = int(element.get("data-level"))
    content = flow.line(element, marks)
    if is_blank(content) and "data-empty" not in element.attributes:
        flow.flush()
        return
    heading: Node = {"type": "heading", "attrs": {"level": level}}
    flow.block({**heading, "content": content} if content else heading)


@reads("hr")
def _rule(flow: Flow, _element: Element, _marks: Marks) -> None:
    flow.block({"type": "horizontalRule"})


@reads("blockquote")
def _quotation(flow: Flow, element: Element, marks: Marks) -> None:
    flow.flush()
    if blocks := flow.inside(element, marks):
        flow.block({"type": "blockquote", "content": blocks})


@reads("form")
def _form(flow: Flow, element: Element, marks: Marks) -> None:
    flow.losses.add("form")
    flow.flush()
    flow.children(element, marks)
    flow.flush()
