"""Bringing two changes of one document together: what one side changed and the other left alone is taken over.

A three-way merge over blocks (Khanna, Kunal, Pierce 2007, "A Formal Investigation of Diff3"). Blocks of the base are
paired with those of both sides; lists, tables, boxes and passages that both sides changed are merged part by part, and
where both rewrote the same part in different ways somebody has to choose. What only one side put in stays, so passages
that the base did not show (they were not for its reader) are kept where they stand.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .alignment import MAX_PAIRS, Pair, common_words, operations, pairs, pairs_in_order
from .errors import DocumentError
from .schema import Document, Node, canonical, check_document, empty_document

Choice = Literal["ours", "theirs", "both"]
_LEAST_LIKENESS = 0.3  # below, an old and a new block are two blocks and not one that changed
# What is merged part by part when both sides changed it. The parts of the others only make sense together.
_DIVISIBLE = frozenset({
    "bulletList", "orderedList", "listItem", "steps", "step", "blockquote", "callout", "passage", "contact", "facts",
    "details", "detailsContent", "table", "tableRow", "tableCell", "tableHeader",
})  # fmt: skip
_BY_PLACE = frozenset({"tableRow", "details"})  # their parts are what stands in the same place


@dataclass(frozen=True)
class Clash:
    """A part that both sides rewrote. `None`: that side took it out. `number` counts them from 0 in the document."""

    number: int
    base: Node
    ours: Node | None
    theirs: Node | None


@dataclass(frozen=True)
class _Box:
    """A node whose children are still to be settled."""

    node: Node
    children: list[_Piece]


_Piece = Node | Clash | _Box


@dataclass
class Merge:
    """Two changes brought together, but for the clashes."""

    clashes: list[Clash] = field(default_factory=list)
    _pieces: list[_Piece] = field(default_factory=list)

    def document(self, choices: Mapping[int, Choice] | None = None) -> Document:
        """The result; a clash without a choice keeps ours. Raises DocumentError when the choices make no document."""
        content = _settled(self._pieces, choices or {})
        document = canonical({"type": "doc", "content": content}) if content else empty_document()
        check_document(document)
        return document


def merge(base: Document, ours: Document, theirs: Document) -> Merge:
    """Take what `theirs` changed of `base` over into `ours`. All three are valid documents."""
    merged = Merge()
    contents = [canonical(document).get("content", []) for document in (base, ours, theirs)]
    merged._pieces = _Merger(merged.clashes).children(contents[0], contents[1], contents[2])
    return merged


class _Merger:
    def __init__(self, clashes: list[Clash]) -> None:
        self.clashes = clashes

    def children(
        self, base: Sequence[Node], ours: Sequence[Node], theirs: Sequence[Node], by_place: bool = False
    ) -> list[_Piece]:
        """Merge the children of one node."""
        kept, left = _Side.of(base, ours, by_place), _Side.of(base, theirs, by_place)
        made: list[_Piece] = []
        for index in range(len(base) + 1):
            mine, yours = kept.before[index], left.before[index]
            made += mine
            said = {_key(node) for node in mine}
            made += [node for node in yours if _key(node) not in said]
            if index < len(base):
                made += self.part(base[index], kept.at[index], left.at[index])
        return made

    def part(self, base: Node, ours: Node | None, theirs: Node | None) -> list[_Piece]:
        """Merge what became of one child."""
        was, mine, yours = _key(base), _key(ours), _key(theirs)
        if yours in (was, mine):
            return [ours] if ours is not None else []
        if mine == was:
            return [theirs] if theirs is not None else []
        if ours is not None and theirs is not None and _divisible(base, ours, theirs):
            before = len(self.clashes)
            insides = [node.get("content", []) for node in (base, ours, theirs)]
            box = _Box(ours, self.children(insides[0], insides[1], insides[2], base["type"] in _BY_PLACE))
            if _holds(box, self.clashes[before:]):
                return [box]
            del self.clashes[before:]
        clash = Clash(len(self.clashes), base, ours, theirs)
        self.clashes.append(clash)
        return [clash]


@dataclass
class _Side:
    """What a side did to the children of the base: what became of each, and what it put in before each."""

    at: list[Node | None]
    before: list[list[Node]]

    @classmethod
    def of(cls, base: Sequence[Node], other: Sequence[Node], by_place: bool) -> _Side:
        side = cls([None] * len(base), [[] for _ in range(len(base) + 1)])
        place = 0
        found = [(i, i) for i in range(len(base))] if by_place else _aligned(base, other)
        for i, j in found:
            if i is None and j is not None:
                side.before[place].append(other[j])
            elif i is not None:
                side.at[i] = None if j is None else other[j]
                place = i + 1
        return side


def _aligned(old: Sequence[Node], new: Sequence[Node]) -> list[Pair]:
    """Which old child became which new one, in order."""
    made: list[Pair] = []
    for is_equal, i1, i2, j1, j2 in operations([*map(_key, old)], [*map(_key, new)]):
        if is_equal:
            made += zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            shifted = _by_likeness(old[i1:i2], new[j1:j2])
            made += [(i if i is None else i + i1, j if j is None else j + j1) for i, j in shifted]
    return made


def _by_likeness(old: Sequence[Node], new: Sequence[Node]) -> list[Pair]:
    if len(old) * len(new) > MAX_PAIRS:
        return pairs_in_order([node["type"] for node in old], [node["type"] for node in new])
    bags_old, bags_new = [*map(_bag, old)], [*map(_bag, new)]
    likeness = []
    for i, was in enumerate(old):
        row = []
        for j, now in enumerate(new):
            value = common_words(bags_old[i], bags_new[j]) if was["type"] == now["type"] else 0.0
            row.append(value if value >= _LEAST_LIKENESS else 0.0)
        likeness.append(row)
    return _rewritten(pairs(likeness, len(new)), old, new)


def _rewritten(found: Sequence[Pair], old: Sequence[Node], new: Sequence[Node]) -> list[Pair]:
    """A block that went, and one of its kind that came in the same place, are one block that was written anew.

    Else two people who both wrote a paragraph anew would both be kept, and contradict each other.
    """
    made: list[Pair] = []
    gone: list[int] = []
    come: list[int] = []

    def flush() -> None:
        while gone and come:
            pair = next(((i, j) for i in gone for j in come if old[i]["type"] == new[j]["type"]), None)
            if pair is None:
                break
            i, j = pair
            made.extend((k, None) for k in gone[: gone.index(i)])
            made.extend((None, k) for k in come[: come.index(j)])
            made.append(pair)
            del gone[: gone.index(i) + 1], come[: come.index(j) + 1]
        made.extend((k, None) for k in gone)
        made.extend((None, k) for k in come)
        gone.clear()
        come.clear()

    for i, j in found:
        if i is not None and j is not None:
            flush()
            made.append((i, j))
        elif i is not None:
            gone.append(i)
        elif j is not None:
            come.append(j)
    flush()
    return made


def _divisible(base: Node, ours: Node, theirs: Node) -> bool:
    """Whether three states of a node can be merged part by part: the same kind of box, changed only inside."""
    name = base["type"]
    if name not in _DIVISIBLE or not name == ours["type"] == theirs["type"]:
        return False
    if not _attributes(base) == _attributes(ours) == _attributes(theirs):
        return False
    if name in _BY_PLACE:
        return len({len(node.get("content", ())) for node in (base, ours, theirs)}) == 1
    if name == "table":  # a column more or less goes through all rows
        rows = [row for table in (base, ours, theirs) for row in table.get("content", ())]
        widths = {_width(row) for row in rows}
        return len(widths) == 1 and None not in widths
    return True


def _width(row: Node) -> int | None:
    """How many columns a row fills; None where a cell reaches into other rows."""
    cells = [_attributes(cell) for cell in row.get("content", ())]
    if any((cell.get("rowspan") or 1) > 1 for cell in cells):
        return None
    return sum(int(cell.get("colspan") or 1) for cell in cells)


def _holds(box: _Box, clashes: Sequence[Clash]) -> bool:
    """Whether a merged box is valid whichever side is chosen; where it is not, the whole box is chosen."""
    for choice in ("ours", "theirs"):
        settled = _settled([box], dict.fromkeys((clash.number for clash in clashes), choice))
        try:
            for node in settled:
                check_document(as_document(node))
        except DocumentError:
            return False
    return True


def as_document(node: Node) -> Document:
    """A part of a document as a document of its own: in the boxes that it must be in."""
    if node["type"] == "detailsSummary":
        node = {"type": "paragraph", "content": node.get("content", [])}
    elif node["type"] == "detailsContent":
        return {"type": "doc", "content": node["content"]}
    for name in _AROUND.get(node["type"], ()):
        node = {"type": name, "content": [node]}
    return {"type": "doc", "content": [node]}


def _settled(pieces: Sequence[_Piece], choices: Mapping[int, Choice]) -> list[Node]:
    made: list[Node] = []
    for piece in pieces:
        if isinstance(piece, Clash):
            choice = choices.get(piece.number, "ours")
            made += [piece.ours] if piece.ours is not None and choice != "theirs" else []
            made += [piece.theirs] if piece.theirs is not None and choice != "ours" else []
        elif isinstance(piece, _Box):
            content = _settled(piece.children, choices)
            if content:  # a list without items is no list
                made.append({**piece.node, "content": content})
            elif piece.node["type"] in ("tableCell", "tableHeader", "detailsContent"):
                made.append({**piece.node, "content": [{"type": "paragraph"}]})
        else:
            made.append(piece)
    return made


def _attributes(node: Node) -> dict[str, Any]:
    attributes: dict[str, Any] = node.get("attrs") or {}
    return attributes


def _key(node: Node | None) -> str:
    return "" if node is None else json.dumps(node, sort_keys=True, ensure_ascii=False)


def _bag(node: Node) -> Counter[str]:
    """How often each word stands in a node."""
    found: Counter[str] = Counter(node.get("text", "").split())
    for child in node.get("content", ()):
        found += _bag(child)
    return found


# The boxes that a part of a box must be in to be a document: innermost first.
_AROUND: dict[str, tuple[str, ...]] = {
    "listItem": ("bulletList",),
    "step": ("steps",),
    "tableRow": ("table",),
    "tableCell": ("tableRow", "table"),
    "tableHeader": ("tableRow", "table"),
    "contactField": ("contact",),
    "fact": ("facts",),
}
