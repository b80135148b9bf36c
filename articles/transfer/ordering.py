"""The order in which new pages are written: first those that others link to.

A page whose links all lead to articles that are there already is complete in one transaction; one that links to a page
that comes later has to be written a second time. Only pages that link to each other in a circle cannot avoid that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .addresses import AddressBook
from .pages import Page


def linked_first(paths: Iterable[str], pages: Mapping[str, Page], book: AddressBook) -> list[str]:
    """The paths, each after the pages that it links to wherever no circle forbids it (depth-first, post-order)."""
    paths = list(paths)
    waiting, ordered = set(paths), []
    for start in paths:
        if start not in waiting:
            continue
        waiting.discard(start)
        stack = [(start, _targets(start, pages, book))]
        while stack:
            path, targets = stack[-1]
            following = next((target for target in targets if target in waiting), None)
            if following is None:
                ordered.append(path)
                stack.pop()
            else:
                waiting.discard(following)
                stack.append((following, _targets(following, pages, book)))
    return ordered


def _targets(path: str, pages: Mapping[str, Page], book: AddressBook) -> Iterable[str]:
    """The pages that a page links to, each found when it is asked for."""
    return (book.resolve(path, href).page for href in pages[path].links)
