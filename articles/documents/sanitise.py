"""The first wall: HTML from outside is limited, listed and cleaned before anything else looks at it.

nh3 (html5ever) parses as browsers do, takes out what is dangerous with its content, keeps only the attributes and the
schemes of addresses that a document can use, drops comments and processing instructions, and writes balanced markup.
Elements that we do not know are let through it, so that the conversion, and not the sanitiser, decides what becomes of
them: an unknown element may carry `data-roles`, and unwrapping it here would show its text to everybody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import nh3
from django.utils.translation import gettext as _

from .addresses import LINK_SCHEMES
from .characters import clean_text
from .errors import DocumentError, TooLarge
from .losses import Losses
from .markup import DROPPED_WHOLE, VOID, Element, read_markup
from .passage_tags import PassageTags
from .schema import MAX_BYTES

MAX_HTML_DEPTH = 200  # of elements: foreign pages wrap everything in many divisions
# html5ever looks through all open elements at each new block, so its time grows with the square of the depth.
_MAX_OPEN = 2_000
_MAX_ATTRIBUTES = 1_000  # of one element, compared with each other pairwise

_REPORTED = {
    "script": "script", "style": "style", "svg": "drawing", "math": "formula", "template": "template",
    "noscript": "noscript",
}  # fmt: skip
_RAW = frozenset({"script", "style", "title", "textarea", "iframe", "noembed", "noframes", "xmp"})
# Without end tags, or with ones that may be left out: how many are open says nothing about the depth.
_UNCOUNTED = VOID | {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup"}

_ATTRIBUTES = {
    "*": {"class", "hidden", "style", "data-roles", "data-kind", "data-space", "data-empty", "data-level", "data-auto"},
    "a": {"href", "title", "name", "id"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "input": {"type", "checked"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "colwidth", "align"},
    "th": {"colspan", "rowspan", "colwidth", "align"},
    "video": {"src"}, "audio": {"src"}, "embed": {"src"}, "source": {"src"},
}  # fmt: skip
_UNDERSTOOD_STYLES = {
    "display", "font-style", "font-weight", "text-align", "text-decoration", "text-decoration-line", "vertical-align",
    "visibility",
}  # fmt: skip
_LOOK = re.compile(r"(?:^|;)\s*(?:color|background|font-family|font-size|font\s*:)", re.IGNORECASE)

_ANY_TAG = re.compile(r"<([A-Za-z][^\s/>]*)")
_SCAN = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))"""
    r"""|<(?P<end>/?)(?P<name>[A-Za-z][^\s/>]*)(?P<rest>(?:[^>"']++|"[^"]*+"|'[^']*+')*+)>?""",
    re.DOTALL,
)
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")
_HANDLER = re.compile(r"""\son[a-z]+\s*=""", re.IGNORECASE)
_SOURCE = re.compile(r"""\s(?:src|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def sanitised(html: str, losses: Losses) -> Element:
    """The clean tree of a piece of HTML.

    Takes the HTML as it came and notes in `losses` what the cleaning takes out. Raises DocumentError when it is longer
    than 2 MB, nested too deeply to be an article, or not text.
    """
    check_size(html)
    cleaned = clean_text(html)
    passages = _list_losses(cleaned, losses)
    names = {name.lower() for name in _ANY_TAG.findall(cleaned)} - DROPPED_WHOLE
    safe = nh3.clean(
        cleaned,
        tags=names,
        clean_content_tags=set(DROPPED_WHOLE),
        attributes=_ATTRIBUTES,
        url_schemes=set(LINK_SCHEMES),
        filter_style_properties=_UNDERSTOOD_STYLES,
        link_rel=None,
    )
    tree = read_markup(safe, MAX_HTML_DEPTH)
    if passages:
        passages.compare(tree)
    return tree


def check_size(text: object) -> None:
    """Raise DocumentError unless this is text of at most 2 MB."""
    if not isinstance(text, str):
        raise DocumentError(_("The text must be a string."))
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise TooLarge(_("The text is larger than 2 MB. Split it into several articles."))


def _list_losses(html: str, losses: Losses) -> PassageTags | None:
    """Note what nh3 will take out without a word, and refuse what no parser should repair or be kept busy with."""
    found: Counter[str] = Counter()
    passages = PassageTags() if "data-roles" in html.lower() else None
    depth = 0
    inside = ""  # the drawing or formula that is open: its parts are not listed one by one
    for name, is_end, rest in _tags(html):
        if is_end:
            inside = "" if name == inside else inside
            depth -= name not in _UNCOUNTED and depth > 0
            if passages:
                passages.end(name)
            continue
        depth += name not in _UNCOUNTED
        if depth > _MAX_OPEN:
            raise DocumentError(_("The HTML is nested too deeply, or its tags are not closed."))
        if passages:
            passages.start(name, rest)
        if not inside:
            found[name] += 1
            _list_attributes(name, rest, losses)
        if name in ("svg", "math"):
            inside = inside or name
    for name, kind in _REPORTED.items():
        losses.add(kind, count=found[name])
    return passages


def _tags(html: str) -> Iterator[tuple[str, bool, str]]:
    """The tags in order: name, whether it is an end tag, the source of the attributes. Comments are passed over, and
    what is text and not markup in elements like script."""
    position = 0
    while (tag := _SCAN.search(html, position)) is not None:
        position = tag.end()
        name = (tag["name"] or "").lower()
        if not name:
            continue
        yield name, bool(tag["end"]), tag["rest"]
        if name in _RAW and not tag["end"]:
            end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, position)
            position = end.start() if end else len(html)


def _list_attributes(name: str, rest: str, losses: Losses) -> None:
    if len(rest) > _MAX_ATTRIBUTES and len(_QUOTED.sub("", rest).split()) > _MAX_ATTRIBUTES:
        raise DocumentError(_("An element has too many attributes: <%s>.") % name[:40])
    if name in ("iframe", "object", "applet"):
        source = _SOURCE.search(rest)
        losses.add("iframe" if name == "iframe" else "media", next(filter(None, source.groups()), "") if source else "")
    if rest and "=" in rest:
        if _HANDLER.search(_QUOTED.sub('""', rest)):
            losses.add("handler")
        style = re.search(r"""\sstyle\s*=\s*(?:"([^"]*)"|'([^']*)')""", rest, re.IGNORECASE)
        if style and _LOOK.search(style[1] or style[2] or ""):
            losses.add("colours")


_SHOWN_ATTRIBUTES = {
    "*": {"class", "data-roles", "data-kind", "data-space", "data-empty", "data-level", "data-auto", "aria-label"},
    "a": {"href", "title", "rel"},
    "col": {"width"},
    "div": {"role", "tabindex"},
    "img": {"src", "alt", "title", "width", "height", "loading", "decoding"},
    "ol": {"start"},
    "section": {"role"},
    "td": {"colspan", "rowspan", "colwidth", "align"},
    "th": {"colspan", "rowspan", "colwidth", "align", "scope"},
}
_SHOWN_TAGS = {
    "a", "aside", "blockquote", "br", "code", "col", "colgroup", "dd", "details", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "s", "section", "span", "strong", "sub", "summary",
    "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip


def shown(html: str) -> Element:
    """The tree of HTML that `render` wrote, with nothing in it that `render` never writes, and without ids."""
    safe = nh3.clean(
        clean_text(html), tags=_SHOWN_TAGS, attributes=_SHOWN_ATTRIBUTES, url_schemes=set(LINK_SCHEMES), link_rel=None,
        clean_content_tags=set(DROPPED_WHOLE),
    )  # fmt: skip
    return read_markup(safe, 4 * MAX_HTML_DEPTH)
