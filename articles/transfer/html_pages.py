"""The article in an HTML page: its main part, its title, what its head says; not the navigation around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.html
from django.utils.translation import gettext as _
from lxml import etree

from .facts import Facts, from_fields
from .problems import FileFailed

_MAIN = (".//main", ".//*[@role='main']", ".//article")
_AROUND = ("nav", "header", "footer")
_AROUND_ROLES = frozenset({"navigation", "banner", "contentinfo", "search"})
_WITHIN = ("article", "main", "section")  # a header or footer in one of these belongs to it, not to the page
_NO_TEXT = frozenset({"head", "script", "style", "template", "noscript", "svg"})
_FIRST_WORDS = 80  # characters of a text that was left out, so that people find it again


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
    page = root.find("body")
    page = root if page is None else page
    main = _main_part(page)
    title = root.findtext(".//head/title") or ""
    fields = {
        str(meta.get("name")): str(meta.get("content", ""))
        for meta in root.iterfind(".//head/meta")
        if meta.get("name")
    }
    result = Found("", " ".join(title.split()), root.get("lang", ""), fields)
    if main is page:
        around, words = _leave_out_surroundings(page), ""
    else:
        around, words = _outside_of(main, page)
    if around:
        result.losses.append(_("Navigation, page header and page footer were left out."))
    if words and words not in result.title:
        told = _("Text outside the main part of the page was left out: %(what)s.")
        result.losses.append(told % {"what": f"“{words}”"})
    result.html = lxml.html.tostring(main, encoding="unicode", with_tail=False)
    return result


def _main_part(body: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    """What the page says is its text, when it says so of one part; else all of it."""
    for query in _MAIN:
        found = [part for part in body.iterfind(query) if next(part.iterancestors(part.tag), None) is None]
        if found:
            return found[0] if len(found) == 1 else body
    return body


def _leave_out_surroundings(body: lxml.html.HtmlElement) -> bool:
    """Take out what a page has around its text, unless that is all it has; whether something went."""
    around = [child for child in body.iterdescendants(*_AROUND) if _is_around(child)]
    if not around or not "".join(child.text_content() for child in body if child not in around).strip():
        return False
    for element in around:
        if element.getparent() is not None:
            element.drop_tree()
    return True


def _is_around(element: lxml.html.HtmlElement) -> bool:
    """Whether this is what pages have around their text: navigation, their own header and footer, what is for hands."""
    if element.get("role") in _AROUND_ROLES or element.tag in ("nav", "button"):
        return True
    if element.tag == "a":
        return str(element.get("href", "")).startswith("#")  # "Skip to content"
    if element.tag not in _AROUND or _is_title_block(element):
        return False
    return next(element.iterancestors(*_WITHIN), None) is None


def _is_title_block(element: lxml.html.HtmlElement) -> bool:
    """A header that holds the page's title, and not its navigation."""
    return element.tag == "header" and element.find(".//h1") is not None and element.find(".//nav") is None


def _outside_of(main: lxml.html.HtmlElement, page: lxml.html.HtmlElement) -> tuple[bool, str]:
    """Whether the usual surroundings stand outside the main part, and the first words of what stands there besides."""
    texts = [(" ".join(text.split()), around) for text, around in _texts(page, main)]
    words = " ".join(text for text, around in texts if text and not around).replace("”", "'")
    if len(words) > _FIRST_WORDS:
        words = words[: _FIRST_WORDS - 1].rstrip() + "…"
    return any(text and around for text, around in texts), words


def _texts(
    element: lxml.html.HtmlElement, main: lxml.html.HtmlElement, around: bool = False
) -> Iterator[tuple[str, bool]]:
    """The texts outside the main part, each with whether it is in what pages have around theirs."""
    if element is main or not isinstance(element.tag, str) or element.tag in _NO_TEXT:
        return
    around = around or _is_around(element)
    yield element.text or "", around
    for child in element:
        yield from _texts(child, main, around)
        yield child.tail or "", around


def complete(facts: Facts, found: Found) -> None:
    """Add what the page's head says to what its front matter said."""
    if "keywords" in found.fields:
        facts.tags = facts.tags or from_fields({"keywords": found.fields["keywords"]}).tags
    facts.language = facts.language or from_fields({"language": found.language}).language
    heading = lxml.html.fromstring(found.html).find(".//h1") if not facts.title else None
    if heading is None:
        facts.title = facts.title or found.title
