"""The article in an HTML page: its main part, its title, what its head says; not the navigation around it."""

from __future__ import annotations

from dataclasses import dataclass, field

import lxml.html
from django.utils.translation import gettext as _
from lxml import etree

from .facts import Facts, from_fields
from .problems import FileFailed

_MAIN = (".//main", ".//*[@role='main']", ".//article", ".//body")
_AROUND = ("nav", "header", "footer", "script", "style")


@dataclass
class Found:
    """The article's HTML, its title, language and fields, and what was left out."""

    html: str
    title: str = ""
    language: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)


def read(html: str) -> Found:
    """Find the article in a page or a part of one. Raises FileFailed when there is no HTML in it."""
    if not html.strip():
        raise FileFailed(_("There is no text in it."))
    try:
        # huge_tree stays off: libxml2 then refuses nesting that would exhaust it.
        root = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError, AssertionError):
        raise FileFailed(_("The HTML cannot be read.")) from None
    main = _main_part(root)
    title = root.findtext(".//head/title") or ""
    fields = {
        str(meta.get("name")): str(meta.get("content", ""))
        for meta in root.iterfind(".//head/meta")
        if meta.get("name")
    }
    result = Found("", " ".join(title.split()), root.get("lang", ""), fields)
    if main.tag == "body" and _leave_out_surroundings(main):
        result.losses.append(_("Navigation, page header and page footer were left out."))
    result.html = lxml.html.tostring(main, encoding="unicode")
    return result


def _main_part(root: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    for query in _MAIN:
        for found in root.iterfind(query):
            return found
    return root


def _leave_out_surroundings(body: lxml.html.HtmlElement) -> bool:
    """Take out what a page has around its text, unless that is all it has; whether something went."""
    around = [child for child in body.iterdescendants(*_AROUND[:3]) if not _is_title_block(child)]
    if not around or not "".join(child.text_content() for child in body if child not in around).strip():
        return False
    for element in around:
        if element.getparent() is not None:
            element.drop_tree()
    return True


def _is_title_block(element: lxml.html.HtmlElement) -> bool:
    """A header that holds the page's title, and not its navigation."""
    return element.tag == "header" and element.find(".//h1") is not None and element.find(".//nav") is None


def complete(facts: Facts, found: Found) -> None:
    """Add what the page's head says to what its front matter said."""
    if "keywords" in found.fields:
        facts.tags = facts.tags or from_fields({"keywords": found.fields["keywords"]}).tags
    facts.language = facts.language or from_fields({"language": found.language}).language
    heading = lxml.html.fromstring(found.html).find(".//h1") if not facts.title else None
    if heading is None:
        facts.title = facts.title or found.title
