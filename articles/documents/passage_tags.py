"""Whether the tags of passages for certain roles close where they were opened.

A parser repairs what does not: in `<li><section data-roles="manager">…</li>… </section>` it ends the section with the
list item, and what the author wrote after it, still inside of the section, would be shown to everybody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .errors import DocumentError
from .markup import DROPPED_WHOLE, VOID, Element

_MARK = re.compile(r"""(?:^|[\s/"'])data-roles(?=[\s=/>]|\Z)""", re.IGNORECASE)
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")
_CELLS = frozenset({"td", "th", "tr", "tbody", "thead", "tfoot", "caption", "colgroup"})
_NEED_NOT_CLOSE = _CELLS | {"li", "dt", "dd", "p", "option", "optgroup", "body", "html", "head"}
# These end a paragraph that is open (https://html.spec.whatwg.org/#closing-elements-that-have-implied-end-tags).
_ENDS_PARAGRAPH = frozenset({
    "address", "article", "aside", "blockquote", "center", "details", "dialog", "dir", "div", "dl", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "main",
    "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "ul", "li", "dt", "dd",
})  # fmt: skip


class PassageTags:
    """Follows the tags of a page in order."""

    def __init__(self) -> None:
        self._open: list[tuple[str, bool]] = []  # name, and whether it is marked and must be closed
        self.marked: Counter[str] = Counter()  # how many elements of each name are marked, of those that are kept
        self._names: Counter[str] = Counter()
        self._marked = 0

    def start(self, name: str, rest: str) -> None:
        """A start tag, with the source of its attributes."""
        if "data-roles" in name:
            self._refuse_on(name)
        if name in VOID:
            return
        if name in _ENDS_PARAGRAPH and self._open and self._open[-1][0] == "p":
            self._pop(len(self._open) - 1)
        if name in _CELLS and self._marked and self._names["table"]:
            self._refuse_beyond("table")
        is_marked = _MARK.search(_QUOTED.sub('""', rest)) is not None
        if is_marked and not any(self._names[dropped] for dropped in DROPPED_WHOLE):
            self.marked[name] += 1
        must_close = is_marked and name not in _NEED_NOT_CLOSE
        self._open.append((name, must_close))
        self._names[name] += 1
        self._marked += must_close

    def end(self, name: str) -> None:
        """An end tag: it closes the nearest element of its name, and all that was opened in it."""
        if not self._names[name]:
            return
        for index in self._from_innermost():
            if self._open[index][0] == name:
                if self._marked and any(is_marked for _name, is_marked in self._open[index + 1 :]):
                    self._refuse()
                self._pop(index)
                return

    def compare(self, tree: Element) -> None:
        """Raise DocumentError when the parser has left out a marked element and kept what is in it, as it does with
        <body>, or with parts of tables that stand outside of one."""
        kept = Counter(element.tag for element in tree.descendants() if "data-roles" in element.attributes)
        for name in self.marked - kept:
            self._refuse_on(name)

    def _from_innermost(self) -> Iterator[int]:
        return iter(range(len(self._open) - 1, -1, -1))

    def _pop(self, index: int) -> None:
        for name, is_marked in self._open[index:]:
            self._names[name] -= 1
            self._marked -= is_marked
        del self._open[index:]

    def _refuse_beyond(self, name: str) -> None:
        """A cell or row begins: it ends whatever is open in the cell before it."""
        for index in self._from_innermost():
            opened, is_marked = self._open[index]
            if opened == name:
                return
            if is_marked:
                self._refuse()

    def _refuse_on(self, name: str) -> None:
        raise DocumentError(
            _("A passage for certain roles cannot be marked on <%s>. Put it into a <section> of its own.") % name[:40]
        )

    def _refuse(self) -> None:
        raise DocumentError(
            _("A passage for certain roles is not closed where it was opened. Close it before what it stands in ends.")
        )
