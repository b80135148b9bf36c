"""Comparing two blocks by their words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .alignment import operations, readable
from .markup import Element

_WORD = re.compile(r"(?:\w+|[^\w\s])\s*|\s+")
_LINE = ("strong", "em", "s", "u", "code", "sub", "sup", "a")


@dataclass(frozen=True, slots=True)
class Word:
    """A word with the white space after it, or an image."""

    text: str
    image: Element | None
    key: tuple[str, ...]  # equal for words that are equal: the word itself, and the marks that it has


def words_of(element: Element, marks: tuple[str, ...] = ()) -> Iterator[Word]:
    """The words in an element, in order."""
    for child in element.children:
        if isinstance(child, str):
            for text in _WORD.findall(child):
                yield Word(text, None, (text.rstrip() or " ", *marks))
        elif child.tag == "img":
            yield Word("", child, (child.get("src"), child.get("alt"), *marks))
        else:
            inner = (*marks, child.tag + child.get("href")) if child.tag in _LINE else marks
            yield from words_of(child, inner)


def bag_of_words(element: Element) -> Counter[str]:
    """How often each word stands in an element."""
    return Counter(word.key[0] for word in words_of(element))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A block as it was, as it is, and both in one."""

    left: Element
    right: Element
    both: Element


def compare_words(old: Element, new: Element) -> Comparison:
    """Mark the words that went, and those that came, in copies of the two elements."""
    words_old, words_new = list(words_of(old)), list(words_of(new))
    gone, came = [False] * len(words_old), [False] * len(words_new)
    gone_before: dict[int, list[Word]] = {}  # index of a new word → the old words that stood before it
    found = operations([word.key for word in words_old], [word.key for word in words_new])
    for is_equal, i1, i2, j1, j2 in readable(found):
        if is_equal:
            continue
        gone[i1:i2] = [True] * (i2 - i1)
        came[j1:j2] = [True] * (j2 - j1)
        if i2 > i1:
            gone_before[j1] = words_old[i1:i2]
    left = _Marker("del", gone, {}).copy(old)
    right = _Marker("ins", came, {}).copy(new)
    both = _Marker("ins", came, gone_before).copy(new) if words_new else all_marked(old, "del")
    return Comparison(left, right, both)


def all_marked(element: Element, tag: str) -> Element:
    """A copy of an element in which every word is marked."""
    return _Marker(tag, [True] * sum(1 for _word in words_of(element)), {}).copy(element)


class _Marker:
    """Copies an element with marks around some of its words, and old words between them."""

    def __init__(self, tag: str, flags: Sequence[bool], extra: dict[int, list[Word]]) -> None:
        self.tag = tag
        self.flags = flags
        self.extra = extra
        self.index = 0

    def copy(self, element: Element) -> Element:
        made = Element(element.tag, dict(element.attributes))
        for child in element.children:
            if isinstance(child, str):
                for text in _WORD.findall(child):
                    self._word(made, text)
            elif child.tag == "img":
                self._word(made, child)
            else:
                made.children.append(self.copy(child))
        return made

    def _word(self, parent: Element, word: str | Element) -> None:
        if self.index == 0:
            self._old_words(parent)
        _add(parent, self.tag if self.flags[self.index] else "", word)
        self.index += 1
        # Old words stand behind the word before them: there, inline content is allowed for certain.
        if self.index:
            self._old_words(parent)

    def _old_words(self, parent: Element) -> None:
        for word in self.extra.pop(self.index, ()):
            _add(parent, "del", word.image or word.text)


def _add(parent: Element, tag: str, word: str | Element) -> None:
    """Add a word, in the mark before it when that is the same."""
    last = parent.children[-1] if parent.children else None
    if tag:
        if not isinstance(last, Element) or last.tag != tag or last.attributes:
            last = Element(tag)
            parent.children.append(last)
        parent, last = last, last.children[-1] if last.children else None
    if isinstance(word, str) and isinstance(last, str):
        parent.children[-1] = last + word
    else:
        parent.children.append(word)
