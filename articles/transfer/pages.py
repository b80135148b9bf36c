"""One file of a source to a page: facts, a document whose links and images are still those of the file, and losses."""

from __future__ import annotations

import json
import posixpath
import re
import zlib
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.utils.translation import gettext as _

from articles import documents

from . import front_matter, html_pages, language, manifest, office
from .dialects import Dialects
from .embedded import take_out
from .export_pages import Read, read_html, read_json
from .facts import Facts, from_fields
from .inline import Node, addresses, is_blank_paragraph, paragraph, plain_text, text_node
from .problems import FileFailed, FileSkipped
from .sources import Source
from .template_tags import TemplateTags
from .text_files import decode

MARKDOWN = (".md", ".markdown")
HTML = (".html", ".htm")
OFFICE = (".docx", ".odt")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".ico", ".tif", ".tiff", ".avif")
_ERROR_PAGES = frozenset({"404", "403", "500"})
MAX_TITLE = 200
_MARKUP = re.compile(r"</?(?:a|abbr|b|br|code|em|i|small|span|strong|sub|sup)\b[^<>]*>", re.IGNORECASE)


@dataclass
class Page:
    """A file that is going to be an article. Its document is kept packed: a source has thousands of them."""

    path: str
    facts: Facts
    losses: list[str]
    anchors: dict[str, int] = field(default_factory=dict)  # ids that the file gives its headings → their number
    title_ids: frozenset[str] = frozenset()  # ids that it gives the heading that became the title
    attachments: dict[str, bytes] = field(default_factory=dict)  # images inside the file itself, by their source
    grants: dict[str, list[str]] | None = None  # of its own, from an export
    has_past: bool = False  # an export holds the versions that were published there
    is_ahead: bool = False  # … and its document says more than the newest of them
    links: tuple[str, ...] = ()  # the addresses in its document
    _packed: bytes = b""

    @property
    def document(self) -> Node:
        """The document, made anew on each call."""
        unpacked: Node = json.loads(zlib.decompress(self._packed))
        return unpacked

    @document.setter
    def document(self, document: Node) -> None:
        self.links = tuple(dict.fromkeys(addresses(document)))
        self._packed = zlib.compress(json.dumps(document, ensure_ascii=False).encode(), 1)


def kind_of(path: str) -> str:
    """The extension, small: ".md"."""
    return posixpath.splitext(path)[1].lower()


def is_article(path: str, form: str = "") -> bool:
    """Whether a file of this name can become an article; `form` is the format of the export that it is part of."""
    if form == "json":
        return kind_of(path) == ".json" and path != manifest.NAME
    return kind_of(path) in (*MARKDOWN, *HTML, *OFFICE)


def read_page(source: Source, path: str) -> Page:
    """Convert one file. Raises FileFailed, FileSkipped, documents.DocumentError; nothing is written anywhere."""
    kind = kind_of(path)
    if kind in OFFICE:
        return _office_page(source, path)
    data = source.read(path)
    if not data.strip():
        raise FileSkipped(_("The file is empty."))
    if kind == ".json":
        return _exported_page(path, read_json(decode(data, most=source.limits.file_bytes)[0]))
    text, losses = decode(data, html=kind in HTML)
    text, images = take_out(text)
    fields, body = front_matter.split(text)
    facts = from_fields(fields or {})
    losses += facts.losses
    if facts.redirect_to:
        return Page(path, facts, losses)
    if kind in HTML:
        if posixpath.splitext(posixpath.basename(path))[0] in _ERROR_PAGES:
            raise FileSkipped(_("It is the page that the old site showed for errors, not an article."))
        page = _html_page(path, facts, body, losses)
    else:
        page = _markdown_page(path, facts, body, losses)
    page.attachments = images
    return page


def _markdown_page(path: str, facts: Facts, body: str, losses: list[str]) -> Page:
    if facts.exported:
        converted = documents.from_markdown(body)
        return _exported_page(path, Read(facts, converted.document, losses=losses + converted.losses))
    dialects, tags = Dialects(), TemplateTags(markdown=True)
    converted = documents.from_markdown(dialects.prepare(tags.hide(body)))
    document = dialects.settle(tags.settle(converted.document))
    losses += [*converted.losses, *tags.losses, *dialects.losses]
    return _page(path, facts, document, losses, dialects.anchors)


def _html_page(path: str, facts: Facts, body: str, losses: list[str]) -> Page:
    if exported := read_html(body):
        return _exported_page(path, exported)
    dialects, tags = Dialects(), TemplateTags(markdown=False)
    found = html_pages.read(tags.hide(body))
    found.title = tags.without(found.title)
    html_pages.complete(facts, found)
    converted = documents.from_html(dialects.prepare_html(found.html))
    document = dialects.settle(tags.settle(converted.document))
    losses += [*found.losses, *converted.losses, *tags.losses, *dialects.losses]
    return _page(path, facts, document, losses, dialects.anchors)


def _exported_page(path: str, read: Read) -> Page:
    page = Page(path, read.facts, read.losses, grants=read.grants, has_past=bool(read.past))
    page.is_ahead = bool(read.past) and read.past[-1].document != read.document
    read.facts.title = _short_title(page, read.facts.title)
    read.facts.language = read.facts.language or "en"
    page.document = read.document
    return page


def _office_page(source: Source, path: str) -> Page:
    made = office.to_html(source.read(path), kind_of(path))
    page = _html_page(path, Facts(), made.html, [])
    page.attachments = made.images
    return page


def _page(path: str, facts: Facts, document: Node, losses: list[str], anchors: dict[str, int] | None = None) -> Page:
    """Title, language and what the front matter adds to the text."""
    page = Page(path, facts, losses, anchors or {})
    blocks: list[Node] = document.get("content", [])
    facts.title, facts.subtitle = _without_markup(facts.title), _without_markup(facts.subtitle)
    _take_title(page, blocks)
    _level_headings(blocks)
    blocks[:] = [*_head(facts), *blocks, *_foot(facts)]
    facts.title = _short_title(page, facts.title or _title_of_name(path))
    if all(is_blank_paragraph(block) for block in blocks):
        raise FileSkipped(_("There is no text in it."))
    facts.language = facts.language or language.detect(" ".join([facts.title, *map(plain_text, blocks)]))
    page.document = {"type": "doc", "content": blocks or [{"type": "paragraph"}]}
    return page


def _without_markup(line: str) -> str:
    """A line of front matter without the HTML that some write into it."""
    return " ".join(unescape(_MARKUP.sub("", line)).split())


def _take_title(page: Page, blocks: list[Node]) -> None:
    """The first heading of level 1 is the title; when the front matter names another, the heading stays text."""
    first = next((i for i, block in enumerate(blocks) if _is_heading(block, 1)), None)
    if first is None:
        return
    title = " ".join(plain_text(blocks[first]).split())
    if page.facts.title and page.facts.title.casefold() != title.casefold():
        return
    page.facts.title = page.facts.title or title
    number = sum(block["type"] == "heading" for block in blocks[:first])
    del blocks[first]
    page.title_ids = frozenset(name for name, n in page.anchors.items() if n == number)
    page.anchors = {name: n - (n > number) for name, n in page.anchors.items() if n != number}


def _is_heading(block: Node, level: int) -> bool:
    return block["type"] == "heading" and block["attrs"]["level"] == level


def _level_headings(blocks: list[Node]) -> None:
    """Level 1 is the title's alone: when the text has such headings, all move down by one."""
    headings = [block for block in blocks if block["type"] == "heading"]
    if any(heading["attrs"]["level"] == 1 for heading in headings):
        for heading in headings:
            heading["attrs"] = {**heading["attrs"], "level": min(heading["attrs"]["level"] + 1, 6)}


def _head(facts: Facts) -> list[Node]:
    made: list[Node] = []
    if facts.outdated:
        words = "Sidan är markerad som inaktuell." if facts.language == "sv" else "This page is marked as out of date."
        made.append({"type": "callout", "attrs": {"kind": "warning"}, "content": [paragraph(text_node(words))]})
    if facts.subtitle:
        made.append(paragraph(text_node(facts.subtitle, "italic")))
    return made


def _foot(facts: Facts) -> list[Node]:
    """Whom to ask, as a contact block."""
    fields: list[Node] = []
    for text, address in facts.questions:
        kind = "email" if address.startswith("mailto:") else "web" if address else "note"
        node: dict[str, Any] = text_node(text)
        if kind == "web":
            node = {
                "type": "text",
                "marks": [{"type": "link", "attrs": {"href": address, "title": None}}],
                "text": text,
            }
        fields.append({"type": "contactField", "attrs": {"kind": kind}, "content": [node]})
    return [{"type": "contact", "content": fields}] if fields else []


def _title_of_name(path: str) -> str:
    stem = posixpath.splitext(posixpath.basename(path))[0]
    if stem.lower() == "index":
        stem = posixpath.basename(posixpath.dirname(path)) or stem
    return humanised(stem)


def humanised(name: str) -> str:
    """A file or folder name for people: "travel-and-leave" → "Travel and leave"."""
    words = re.sub(r"[\s_\-]+", " ", name).strip()
    return (words[:1].upper() + words[1:]) or name


def _short_title(page: Page, title: str) -> str:
    title = " ".join("".join(c for c in title if c.isprintable()).split())
    if len(title) > MAX_TITLE:
        page.losses.append(_("The title was longer than %(limit)d characters and was cut.") % {"limit": MAX_TITLE})
        title = title[: MAX_TITLE - 1].rstrip() + "…"
    if not title:
        raise FileFailed(_("It has no title. Give it one in the front matter or as its first heading."))
    return title
