"""The smallest edit that makes a Y tree hold given nodes: recursive, so that it only touches what differs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pycrdt import XmlElement, XmlFragment, XmlText

from .alignment import MAX_PAIRS, Pair, common_words, operations, pairs, pairs_in_order
from .schema import NODE_DEFAULTS, Node
from .ydoc_text import Parts, change_text, text_parts, wanted_parts, write_text

Parent = XmlFragment | XmlElement
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Branch:
    """A child, as it is in the tree or as it is wanted: an element, or a run of text (whose `name` is empty)."""

    name: str
    attributes: dict[str, Any]
    children: list[_Branch]
    parts: Parts
    key: int  # equal for equal content: a hash of 64 bits, seeded anew in each process

    def words(self) -> Counter[str]:
        """The words in it, to find out which old block became which new one."""
        found = Counter(_WORD.findall("".join(text for text, _marks in self.parts)))
        for child in self.children:
            found.update(child.words())
        return found


def make_children(parent: Parent, nodes: Sequence[Node]) -> None:
    """Make the children of a Y type those of a document node, inside of the caller's transaction."""
    _sync(parent, [_existing(child) for child in parent.children], _wanted(nodes))


def _element(name: str, given: dict[str, Any], children: list[_Branch]) -> _Branch:
    defaults = NODE_DEFAULTS.get(name, {})
    attributes = {key: default if given.get(key) is None else given[key] for key, default in defaults.items()}
    # 2 == 2.0, but their texts differ: numbers of Yjs are floats
    values = tuple(repr(_as_float(value)) for value in attributes.values())
    key = hash((name, values, tuple(child.key for child in children)))
    return _Branch(name, attributes, children, (), key)


def _as_float(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_float(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _run(parts: Parts) -> _Branch:
    return _Branch("", {}, [], parts, hash(parts))


def _existing(child: XmlFragment | XmlElement | XmlText) -> _Branch:
    if isinstance(child, XmlText):
        return _run(text_parts(child))
    children = [_existing(inner) for inner in child.children]
    if isinstance(child, XmlElement):
        return _element(child.tag or "", attributes_of(child), children)
    return _element("", {}, children)


def _wanted(nodes: Sequence[Node]) -> list[_Branch]:
    made: list[_Branch] = []
    text: list[Node] = []
    for node in nodes:
        if node["type"] == "text":
            text.append(node)
            continue
        if text:
            made.append(_run(wanted_parts(text)))
            text = []
        made.append(_element(node["type"], node.get("attrs", {}), _wanted(node.get("content", ()))))
    if text:
        made.append(_run(wanted_parts(text)))
    return made


def attributes_of(element: XmlElement) -> dict[str, Any]:
    """The attributes of an element, as Yjs has them."""
    names = element.attributes.__iter__()  # pycrdt's view is no mapping, and its annotation hides that it can iterate
    return dict(names)


def _sync(parent: Parent, old: list[_Branch], new: list[_Branch]) -> None:
    children = list(parent.children)
    position = 0  # in the tree, as it changes
    for is_equal, i1, i2, j1, j2 in operations([branch.key for branch in old], [branch.key for branch in new]):
        if is_equal:
            position += i2 - i1
            continue
        for i, j in _pairs(old[i1:i2], new[j1:j2]):
            if i is None and j is not None:
                _insert(parent, position, new[j1 + j])
                position += 1
            elif i is not None and j is None:
                del parent.children[position]
            elif i is not None and j is not None:
                _change(children[i1 + i], old[i1 + i], new[j1 + j])
                position += 1


def _pairs(old: Sequence[_Branch], new: Sequence[_Branch]) -> list[Pair]:
    """Which old block becomes which new one: those of one type with the most words in common.

    Blocks of one type are paired even when no word is the same: what somebody types into the old one then stays.
    """
    if len(old) * len(new) > MAX_PAIRS:
        return pairs_in_order([branch.name for branch in old], [branch.name for branch in new])
    words_old, words_new = [branch.words() for branch in old], [branch.words() for branch in new]
    likeness = [
        [0.1 + common_words(words_old[i], words_new[j]) if a.name == b.name else 0.0 for j, b in enumerate(new)]
        for i, a in enumerate(old)
    ]
    return pairs(likeness, len(new))


def _change(child: XmlFragment | XmlElement | XmlText, old: _Branch, new: _Branch) -> None:
    """Make an existing child what is wanted; both are of one type."""
    if isinstance(child, XmlText):
        change_text(child, new.parts)
        return
    if isinstance(child, XmlElement):
        for name, value in new.attributes.items():
            if old.attributes.get(name) == value:
                continue
            if value is None:
                del child.attributes[name]
            else:
                child.attributes[name] = value
    _sync(child, old.children, new.children)


def _insert(parent: Parent, position: int, new: _Branch) -> None:
    if not new.name:
        write_text(parent.children.insert(position, XmlText("")), new.parts)
        return
    element = parent.children.insert(position, XmlElement(new.name))
    for name, value in new.attributes.items():
        if value is not None:
            element.attributes[name] = value
    for index, child in enumerate(new.children):
        _insert(element, index, child)
