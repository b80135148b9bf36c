"""The links and images of a page, made to lead to articles and to stored images."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from articles import documents
from articles.actions.image import inspect
from articles.actions.problems import Invalid

from . import digests
from .addresses import AddressBook, find_file, squeezed
from .inline import Node, drop_emptied
from .pages import PICTURES, Page, kind_of
from .problems import FileFailed
from .sources import Source

EXTERNAL = ("http:", "https:", "//")
_HERE = re.compile(r"/articles/(\d{1,18})/")
_NAMED = 8  # so many addresses are told in a sentence
_ID_NUMBER = re.compile(r"^(.*\D)-?(\d{1,3})$")


@dataclass
class Picture:
    """An image that the page shows: where its bytes lie, and their fingerprint."""

    name: str
    sha256: str
    data: bytes


@dataclass
class Linked:
    """A page with its links resolved. Images are still named by content; `placed` gives them their addresses."""

    document: Node
    pictures: dict[str, Picture]  # by sha256
    losses: list[str]
    waiting: bool  # a link leads to a page of this import that has no article yet; here it is missing still

    def placed(self, address_of: Mapping[str, str]) -> Node:
        """The document with images at their addresses (sha256 → address)."""

        def place(source: str) -> str:
            return address_of.get(source.removeprefix(digests.image_name("")), source)

        return documents.rewrite(self.document, place, place)


@dataclass
class Linker:
    """Resolves the links and images of all pages of one import."""

    source: Source
    book: AddressBook
    pages: Mapping[str, Page]
    articles: Mapping[str, int]  # path → article, growing while the import goes on
    visible: Callable[[Collection[int]], Collection[int]]  # which of these articles the person may see
    seen: set[str] = field(default_factory=set)  # pictures of the source that a page shows or links to
    _headings: dict[str, list[documents.Heading]] = field(default_factory=dict)

    def link(self, page: Page, document: Node | None = None) -> Linked:
        """The page (or another document of it, an older version) with links to articles, and its images read."""
        return _OnePage(self, page).run(page.document if document is None else document)

    def heading_id(self, path: str, fragment: str) -> str | None:
        """The id that we give the heading which the source calls `fragment`, None when there is none."""
        page = self.pages[path]
        headings = self._of(page)
        if any(heading.id == fragment for heading in headings):
            return fragment
        if fragment in page.anchors and page.anchors[fragment] < len(headings):
            return headings[page.anchors[fragment]].id
        wanted = squeezed(fragment)
        matching = [heading for heading in headings if wanted in _squeezed_forms(heading.text)]
        if matching:
            return matching[0].id
        if numbered := _ID_NUMBER.match(fragment):  # the second heading of that text is "fees-1" or "fees-2"
            matching = [heading for heading in headings if squeezed(heading.text) == squeezed(numbered[1])]
            if len(matching) > 1:
                return matching[min(int(numbered[2]), len(matching) - 1)].id
        return None

    def is_title(self, path: str, fragment: str) -> bool:
        """Whether the source calls the heading so that became the title, at the top of the page."""
        page = self.pages[path]
        return fragment in page.title_ids or squeezed(fragment) in _squeezed_forms(page.facts.title)

    def _of(self, page: Page) -> list[documents.Heading]:
        if page.path not in self._headings:
            # The ids depend on the headings alone, so the rest need not be rendered.
            only = {"type": "doc", "content": list(_headings(page.document)) or [{"type": "paragraph"}]}
            self._headings[page.path] = list(documents.render(only).headings)
        return self._headings[page.path]


class _OnePage:
    """The work on one page, and what is lost in it."""

    def __init__(self, linker: Linker, page: Page) -> None:
        self.linker, self.page = linker, page
        self.waiting = False
        self.pictures: dict[str, Picture] = {}
        self.images: dict[str, str | None] = {}
        self.lost: dict[str, list[str]] = {}

    def run(self, document: Node) -> Linked:
        if not self.page.facts.exported:
            became = _("Images on other web sites became links: %(what)s.")
            document = documents.replace_images(
                document, lambda source: not source.startswith(EXTERNAL), lambda source: self._lose(became, source)
            )
        self.here = set(self.linker.visible(documents.article_links(document)))
        document = drop_emptied(document, documents.rewrite(document, self._link, self._image))
        losses = [sentence % {"what": told(names)} for sentence, names in self.lost.items()]
        return Linked(document, self.pictures, losses, self.waiting)

    def _lose(self, sentence: str, what: str) -> None:
        self.lost.setdefault(sentence, []).append(what)

    def _link(self, href: str) -> str | None:
        here = _HERE.match(href)
        if here and int(here[1]) in self.here:
            return href
        target = self.linker.book.resolve(self.page.path, href)
        if target.outside:
            return target.outside
        if target.problem == "circle":
            self._lose(_("Links to redirects that go in a circle (their text was kept): %(what)s."), href)
        elif target.problem == "file" and kind_of(target.file) in PICTURES:
            return self._image(href)
        elif target.problem == "file":
            self._lose(_("Links to files that are not imported (their text was kept): %(what)s."), href)
        elif target.problem:
            self._lose(_("Links that lead nowhere in the source (their text was kept): %(what)s."), href)
        if target.problem:
            return None
        return self._to_page(target.page, target.fragment, href)

    def _to_page(self, path: str, fragment: str, href: str) -> str | None:
        if path not in self.linker.pages:
            self._lose(_("Links to files that were not imported (their text was kept): %(what)s."), href)
            return None
        article = self.linker.articles.get(path)
        own = path == self.page.path
        if article is None and not own:
            self.waiting = True
            return None
        heading = self.linker.heading_id(path, fragment) if fragment and fragment.lower() != "top" else None
        if fragment and heading is None and self.page.facts.exported:
            heading = fragment  # it led nowhere there either, and an export changes nothing
        to_top = not fragment or fragment.lower() == "top" or self.linker.is_title(path, fragment)
        if heading is None and not to_top:
            self._lose(_("Links to headings that are not there (they lead to the top of the page): %(what)s."), href)
        if own:
            return f"#{heading}" if heading else None
        return f"/articles/{article}/" + (f"#{heading}" if heading else "")

    def _image(self, source: str) -> str | None:
        if source.startswith(EXTERNAL):  # only those of an export are left here
            return source
        if source not in self.images:
            self.images[source] = self._read_image(source)
        return self.images[source]

    def _read_image(self, reference: str) -> str | None:
        try:
            data = self.page.attachments.get(reference)
            if data is None:
                path = find_file(frozenset(self.linker.book.files), self.page.path, reference)
                if path is None:
                    self._lose(_("Images that are not in the source: %(what)s."), reference)
                    return None
                self.linker.seen.add(path)
                reference, data = path, self.linker.source.read(path)
            inspect(data)
        except (Invalid, FileFailed):
            name = posixpath.basename(reference)
            if kind_of(name) == ".svg":
                self._lose(_("Drawings (SVG) are not taken; save them as PNG images: %(what)s."), name)
            else:
                self._lose(_("Images that cannot be shown (PNG, JPEG, GIF and WebP can): %(what)s."), name)
            return None
        sha256 = hashlib.sha256(data).hexdigest()
        self.pictures.setdefault(sha256, Picture(posixpath.basename(reference), sha256, data))
        return digests.image_name(sha256)


def _squeezed_forms(text: str) -> tuple[str, str]:
    """Some programs write an ampersand in an id as "and", others leave it out."""
    return squeezed(text), squeezed(text.replace("&", " and "))


def _headings(node: Node) -> list[Node]:
    found: list[Node] = []
    for child in node.get("content", ()):
        if child["type"] == "heading":
            found.append(child)
        elif "content" in child:
            found += _headings(child)
    return found


def told(names: list[str]) -> str:
    """Names in a sentence: the first of them, and how many there are."""
    unique = list(dict.fromkeys(names))
    first = ", ".join(f"“{name if len(name) <= 80 else name[:79] + '…'}”" for name in unique[:_NAMED])
    return first + (f" … ({len(unique)})" if len(unique) > _NAMED else "")
