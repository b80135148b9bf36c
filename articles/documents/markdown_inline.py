"""A line of inline content as Markdown.

CommonMark's rules of emphasis (https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis) depend on the
characters around each delimiter. Here a delimiter is written only where a simple and stricter rule holds; everywhere
else the mark is written as an HTML element, which is always right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .html_names import MARK_TAGS
from .html_writer import HtmlWriter
from .schema import Node
from .spaces import Piece, text_pieces

_DELIMITERS = {"bold": "**", "italic": "*", "strike": "~~"}
_ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")

_ALWAYS = re.compile(r"[\\`*\[\]<]")
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_TILDE = re.compile(r"~(?=~|\Z)|(?<=~)~|\A~")
_AMPERSAND = re.compile(r"&(?=[#A-Za-z]|\Z)")
# Parsers strip all white space of Unicode from the ends of a line, not only spaces.
_EDGE_SPACE = re.compile(r"\A[^\S \t\n]+|[^\S \t\n]+\Z")
_BANG = re.compile(r"!(?=\Z|\\\[)")
_LINE_START = re.compile(r"[#>+\-=|]|:{3}|:-|(?=[0-9]{1,9}[.)])")
_NUMBERED = re.compile(r"([0-9]{1,9})([.)])")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9/._~#?=%:@+,;!$'\-]+\Z")
_AUTOLINK = re.compile(r"https?://[^\s<>\\]+\Z")
_SIMPLE_ALT = re.compile(r"(?! )[^\\`*_\[\]<>&!~|]*(?<! )\Z")


@dataclass
class _Token:
    """Text as written, or the open or close of a mark that is not written yet."""

    text: str = ""
    mark: Node | None = None
    partner: int = -1  # index of the other end of the mark
    is_open: bool = False
    is_break: bool = False


def escape_text(text: str, *, in_table: bool = False) -> str:
    """Text in which nothing is Markdown, except at the start of a line."""
    text = _ALWAYS.sub(r"\\\g<0>", text)
    text = _UNDERSCORE.sub(r"\\_", text)
    text = _TILDE.sub(r"\\~", text)
    text = _AMPERSAND.sub(r"\\&", text)
    text = _BANG.sub(r"\\!", text)
    text = _EDGE_SPACE.sub(_references, text)
    return text.replace("|", "\\|") if in_table else text


def _references(found: re.Match[str]) -> str:
    return "".join("&nbsp;" if character == "\u00a0" else f"&#{ord(character)};" for character in found[0])


def escape_line_start(text: str) -> str:
    """Text that begins a line, so that it does not begin a list, a heading, a container…"""
    if not _LINE_START.match(text):
        return text
    numbered = _NUMBERED.match(text)
    return f"{numbered[1]}\\{text[len(numbered[1]) :]}" if numbered else f"\\{text}"


def write_line(nodes: Sequence[Node], *, one_line: bool = False, in_table: bool = False) -> str:
    """Inline nodes as Markdown. `one_line` writes line breaks as <br>, for headings, cells and labelled lines."""
    tokens = _tokens(nodes, in_table)
    out: list[str] = []
    native: dict[int, bool] = {}
    at_line_start = not one_line
    for index, token in enumerate(tokens):
        if token.is_break:
            is_plain = not one_line and _is_text(tokens, index - 1) and _is_content(tokens, index + 1)
            out.append("\\\n" if is_plain else "<br>")
            at_line_start = is_plain
            continue
        if token.mark is None:
            out.append(escape_line_start(token.text) if at_line_start else token.text)
        else:
            opening = index if token.is_open else token.partner
            if token.is_open:
                native[index] = _is_native(tokens, index, token.partner)
            out.append(_delimiter(token, native[opening]))
        at_line_start = False
    return "".join(out)


def _tokens(nodes: Sequence[Node], in_table: bool) -> list[_Token]:
    tokens: list[_Token] = []
    open_marks: list[tuple[Node, int]] = []

    def close(count: int) -> None:
        while len(open_marks) > count:
            mark, index = open_marks.pop()
            tokens[index].partner = len(tokens)
            tokens.append(_Token(mark=mark, partner=index))

    for node, pieces in zip(nodes, text_pieces(nodes), strict=True):
        marks = node.get("marks", [])
        code = _code_span(node, pieces, tokens) if marks and marks[-1]["type"] == "code" else None
        autolink = _autolink(node) if not code else None
        marks = marks[:-1] if code or autolink else marks
        shared = 0
        while shared < len(open_marks) and shared < len(marks) and open_marks[shared][0] == marks[shared]:
            shared += 1
        close(shared)
        for mark in marks[shared:]:
            open_marks.append((mark, len(tokens)))
            tokens.append(_Token(mark=mark, is_open=True))
        if node["type"] == "hardBreak":
            tokens.append(_Token(is_break=True))
        elif node["type"] == "image":
            tokens.append(_Token(_image(node["attrs"])))
        else:
            tokens.append(_Token(code or autolink or _text(pieces, in_table)))
    close(0)
    return tokens


def _text(pieces: Sequence[Piece], in_table: bool) -> str:
    return "".join(
        "".join(f"&#{ord(character)};" for character in text) if verbatim else escape_text(text, in_table=in_table)
        for text, verbatim in pieces
    )


def _code_span(node: Node, pieces: Sequence[Piece], before: Sequence[_Token]) -> str | None:
    """The text as a code span, or None where that would not give the same text back."""
    text: str = node["text"]
    if any(verbatim for _text, verbatim in pieces) or text[0] in " `" or text[-1] in " `" or "|" in text:
        return None
    last = next((token.text for token in reversed(before) if token.mark is None), "")
    if last.endswith("`"):
        return None
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{text}{fence}"


def _autolink(node: Node) -> str | None:
    marks = node.get("marks", [])
    if len(marks) != 1 or marks[0]["type"] != "link" or marks[0]["attrs"]["title"]:
        return None
    address = marks[0]["attrs"]["href"]
    return f"<{address}>" if node["text"] == address and _AUTOLINK.match(address) else None


def _image(attributes: Node) -> str:
    alt = attributes["alt"] or ""
    is_simple = _SIMPLE_ALT.match(alt) and "  " not in alt and not attributes["width"] and not attributes["height"]
    if not is_simple:
        return HtmlWriter(for_reading=False).line([{"type": "image", "attrs": attributes}])
    image = f"![{alt}]({_destination(attributes['src'], attributes['title'])})"
    return f"[{image}]({_destination(attributes['href'], None)})" if attributes["href"] else image


def _destination(address: str, title: str | None) -> str:
    if not _PLAIN_ADDRESS.match(address):
        address = re.sub(r"[\\<>]", r"\\\g<0>", address).replace("&", "&amp;")
        address = f"<{address}>"
    if not title:
        return address
    title = re.sub(r'[\\"]', r"\\\g<0>", title).replace("&", "&amp;")
    return f'{address} "{title}"'


def _delimiter(token: _Token, is_native: bool) -> str:
    assert token.mark is not None
    name = token.mark["type"]
    if name == "link":
        attributes = token.mark["attrs"]
        return "[" if token.is_open else f"]({_destination(attributes['href'], attributes['title'])})"
    if is_native:
        return _DELIMITERS[name]
    return f"<{MARK_TAGS[name]}>" if token.is_open else f"</{MARK_TAGS[name]}>"


def _is_native(tokens: Sequence[_Token], opening: int, closing: int) -> bool:
    """Whether a mark can be written with its delimiters.

    They must stand directly around text, not touch another delimiter of stars, and either touch letters and digits on
    the inside, or white space and ASCII punctuation on the outside.
    """
    mark = tokens[opening].mark
    if mark is None or mark["type"] not in _DELIMITERS:
        return False
    if _is_stars(tokens, opening - 1) or _is_stars(tokens, closing + 1):
        return False
    first, last = tokens[opening + 1], tokens[closing - 1]
    if not first.text or not last.text or first.text[0].isspace() or last.text[-1].isspace():
        return False
    if not first.text[0].isalnum() and not _is_edge(tokens, opening - 1, -1):
        return False
    return last.text[-1].isalnum() or _is_edge(tokens, closing + 1, 0)


def _is_stars(tokens: Sequence[_Token], index: int) -> bool:
    if not 0 <= index < len(tokens):
        return False
    mark = tokens[index].mark
    return mark is not None and mark["type"] in _DELIMITERS


def _is_edge(tokens: Sequence[_Token], index: int, character: int) -> bool:
    """Whether what stands there on the outside of a delimiter is white space, ASCII punctuation, or nothing."""
    if not 0 <= index < len(tokens):
        return True
    token = tokens[index]
    if token.mark is not None or token.is_break:
        return True  # a bracket, an element, or a line end
    return not token.text or token.text[character] == " " or token.text[character] in _ASCII_PUNCTUATION


def _is_text(tokens: Sequence[_Token], index: int) -> bool:
    return index >= 0 and tokens[index].is_break is False


def _is_content(tokens: Sequence[_Token], index: int) -> bool:
    return index < len(tokens) and not tokens[index].is_break
