"""A tree of HTML elements, read from markup that is known to be balanced: what nh3 and our own renderer write.

Reading such markup with a second HTML parser would let that parser's own repairs move text to where the sanitiser has
not seen it (https://research.securitum.com/dompurify-bypass-using-mxss/), for instance out of a passage that only some
roles may read. So this reader repairs nothing: the tree is what the sanitiser's parser understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .errors import DocumentError
from .escaping import escape

VOID = frozenset({
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link",
    "meta", "param", "source", "track", "wbr",
})  # fmt: skip

# Elements that go with all that is in them. Also those whose content is not markup (iframe, xmp …): it would be
# written without escapes, and the tree must never be read from text.
DROPPED_WHOLE = frozenset({
    "script", "style", "svg", "math", "title", "template", "noscript", "iframe", "noembed", "noframes", "xmp",
    "plaintext", "object", "applet",
})  # fmt: skip

_TOKEN = re.compile(
    r"""<(?:/(?P<close>[^\s>]+)|(?P<open>[^\s/>]+)(?P<attributes>(?:\s+[^\s="]+(?:="[^"]*")?)*))\s*>|(?P<text>[^<]+)"""
)
_ATTRIBUTE = re.compile(r"""([^\s="]+)(?:="([^"]*)")?""")
_ENTITY = re.compile(r"&(amp|lt|gt|quot|nbsp|#39|#x27|#13|#10);")
_MEANING = {
    "amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": "\u00a0", "#39": "'", "#x27": "'", "#13": "\r", "#10": "\n",
}  # fmt: skip


class Element:
    """One element: its name in small letters, its attributes, and its children in order (elements and text)."""

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, attributes: dict[str, str] | None = None) -> None:
        self.tag = tag
        self.attributes: dict[str, str] = attributes or {}
        self.children: list[Element | str] = []

    def get(self, name: str, default: str = "") -> str:
        """The value of an attribute, or `default` without it."""
        return self.attributes.get(name, default)

    @property
    def classes(self) -> list[str]:
        """The words of the class attribute."""
        return self.attributes.get("class", "").split()

    def elements(self) -> list[Element]:
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]

    def descendants(self) -> Iterator[Element]:
        """All elements inside, in document order."""
        for child in self.elements():
            yield child
            yield from child.descendants()

    def text(self) -> str:
        """All text inside, as it stands."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attributes} {len(self.children)}>"


def write_markup(element: Element) -> str:
    """The element as balanced markup."""
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attributes.items())
    if element.tag in VOID:
        return f"<{element.tag}{attributes}>"
    inside = "".join(escape(child) if isinstance(child, str) else write_markup(child) for child in element.children)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def unescape(text: str) -> str:
    """The characters behind the few references that balanced markup uses."""
    return _ENTITY.sub(lambda found: _MEANING[found[1]], text) if "&" in text else text


def read_markup(html: str, max_depth: int) -> Element:
    """The tree of balanced markup, under one element `body`. Raises DocumentError when it is nested too deeply or not
    balanced, which sanitised markup never is."""
    root = Element("body")
    stack = [root]
    position = 0
    while position < len(html):
        token = _TOKEN.match(html, position)
        if token is None:
            raise DocumentError(_("The HTML cannot be read. Check its tags."))
        position = token.end()
        kind = token.lastgroup
        if kind == "text":
            stack[-1].children.append(unescape(token["text"]))
        elif kind == "close":
            if len(stack) == 1 or stack.pop().tag != token["close"]:
                raise DocumentError(_("The HTML cannot be read. Check its tags."))
        else:
            element = Element(token["open"], _attributes(token["attributes"]))
            stack[-1].children.append(element)
            if element.tag not in VOID:
                stack.append(element)
                if len(stack) > max_depth:
                    raise DocumentError(_("The HTML is nested too deeply. Make its lists and tables flatter."))
    if len(stack) != 1:
        raise DocumentError(_("The HTML cannot be read. Check its tags."))
    return root


def _attributes(source: str) -> dict[str, str] | None:
    if not source:
        return None
    return {name: unescape(value or "") for name, value in _ATTRIBUTE.findall(source)}
