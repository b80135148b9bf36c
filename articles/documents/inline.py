"""A line of inline content while it is collected from HTML: white space collapses as in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field

from .characters import SPACE_RUN, clean_text
from .schema import Node, append_text, sorted_marks

Marks = tuple[Node, ...]
HARD_BREAK: Node = {"type": "hardBreak"}


@dataclass(frozen=True)
class _Text:
    text: str
    marks: Marks
    verbatim: bool


class _SoftBreak:
    """Where a block began or ended inside a line: a line break, if there is text on both sides."""


@dataclass
class InlineRun:
    """Pieces of one line, in order."""

    pieces: list[_Text | _SoftBreak | Node] = field(default_factory=list)

    def text(self, text: str, marks: Marks, *, verbatim: bool = False) -> None:
        """Add text; `verbatim` keeps its white space as it is."""
        if text:
            self.pieces.append(_Text(text, marks, verbatim))

    def node(self, node: Node) -> None:
        """Add an image or a hard break."""
        self.pieces.append(node)

    def soft_break(self) -> None:
        """Separate what comes from what was, once there is text on both sides."""
        self.pieces.append(_SoftBreak())

    def finish(self) -> list[Node]:
        """The inline nodes of the line, and an empty run afterwards."""
        line = _Line()
        for piece in self.pieces:
            if isinstance(piece, _Text):
                line.text(piece)
            elif isinstance(piece, _SoftBreak):
                line.soft = True
            elif piece["type"] == "hardBreak":
                line.hard_break()
            else:
                line.atom(piece)
        self.pieces = []
        line.trim()
        return line.nodes

    def finish_lines(self) -> list[list[Node]]:
        """The same where no element says what a paragraph is: two line breaks in a row begin a new one, and line
        breaks at the edges mean nothing. Lines without content are left out."""
        lines: list[list[Node]] = [[]]
        breaks = 0
        for node in self.finish():
            if node["type"] == "hardBreak":
                breaks += 1
                continue
            if breaks > 1:
                lines.append([])
            elif breaks and lines[-1]:
                lines[-1].append(dict(HARD_BREAK))
            breaks = 0
            lines[-1].append(node)
        return [line for line in lines if not is_blank(line)]


def is_blank(nodes: list[Node]) -> bool:
    """Whether a line shows nothing: no image, and no text but (no-break) spaces that may collapse."""
    return all(node["type"] == "hardBreak" or not node.get("text", "x").strip(" \u00a0") for node in nodes)


class _Line:
    """The collapsing of white space (https://drafts.csswg.org/css-text-3/#white-space-phase-1), piece by piece."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.at_start = True  # of the line, or after a break
        self.spaced = False  # the last character is a space that may collapse
        self.soft = False

    def text(self, piece: _Text) -> None:
        text = clean_text(piece.text)
        if not piece.verbatim:
            text = SPACE_RUN.sub(" ", text)
            if text.startswith(" ") and (self.at_start or self.spaced or self.soft):
                text = text[1:]
        if not text:
            return
        self._content()
        append_text(self.nodes, text, sorted_marks(piece.marks))
        self.at_start = False
        self.spaced = not piece.verbatim and text.endswith(" ")

    def atom(self, node: Node) -> None:
        self._content()
        self.nodes.append(node)
        self.at_start = self.spaced = False

    def hard_break(self) -> None:
        self.soft = False
        self.trim()
        self.nodes.append(dict(HARD_BREAK))
        self.at_start = True

    def _content(self) -> None:
        """Something visible comes: a block that ended before it becomes a line break now."""
        if self.soft and not self.at_start:
            self.hard_break()
        self.soft = False

    def trim(self) -> None:
        """Take away the space at the end of the line."""
        if not self.spaced:
            return
        self.spaced = False
        last = self.nodes[-1]
        last["text"] = last["text"][:-1]
        if not last["text"]:
            self.nodes.pop()
