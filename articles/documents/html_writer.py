"""A document as HTML that is safe to show, and that `from_html` reads back as the same document.

Written over the JSON directly: prosemirror's serializer builds a tree of objects first and needs many times as long.
Every text and every value goes through `escape`; addresses were checked when the document was, and are checked again
here, because a draft can hold what no conversion has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from .addresses import clean_image, clean_link, is_external
from .attributes import CALLOUT_KINDS
from .contacts import linked_parts
from .escaping import escape
from .headings import Heading, HeadingIds
from .html_names import MARK_TAGS
from .html_table_writer import write_table
from .inline import is_blank
from .labels import label, label_of_passage
from .schema import Node
from .spaces import text_pieces


class HtmlWriter:
    """Writes one document. `headings` fills up as it goes.

    With `for_reading`, it is the page of an article: headings have ids, images load late, tables scroll. Without, it is
    what is put into Markdown: only what `from_html` needs, and not a line end in it.
    """

    def __init__(self, language: str = "en", *, for_reading: bool = True, shift: int = 0) -> None:
        self.language = language
        self.for_reading = for_reading
        self.shift = shift  # how many levels headings go down, so that the title is the only one of level 1
        self.headings: list[Heading] = []
        self._ids = HeadingIds()
        self._separator = "\n" if for_reading else ""

    def blocks(self, nodes: Sequence[Node]) -> str:
        """Several blocks."""
        return self._separator.join(_WRITERS[node["type"]](self, node) for node in nodes)

    def block(self, node: Node) -> str:
        """One block."""
        return _WRITERS[node["type"]](self, node)

    def inside(self, node: Node) -> str:
        """All that is in a container."""
        return self.blocks(node.get("content", ()))

    def line(self, nodes: Sequence[Node], kind: str = "") -> str:
        """Inline content. `kind` is that of a contact field, whose numbers and addresses become links."""
        out: list[str] = []
        open_marks: list[Node] = []
        for node, pieces in zip(nodes, text_pieces(nodes), strict=True):
            marks = node.get("marks", [])
            shared = 0
            while shared < len(open_marks) and shared < len(marks) and open_marks[shared] == marks[shared]:
                shared += 1
            out += [_end(mark) for mark in reversed(open_marks[shared:])]
            out += [self._start(mark) for mark in marks[shared:]]
            open_marks = marks
            if "text" in node:
                is_linked = bool(marks) and marks[0]["type"] == "link"
                out += [self._piece(text, verbatim, "" if is_linked else kind) for text, verbatim in pieces]
            else:
                out.append("<br>" if node["type"] == "hardBreak" else self._image(node.get("attrs", {})))
        out += [_end(mark) for mark in reversed(open_marks)]
        return "".join(out)

    def _piece(self, text: str, verbatim: bool, kind: str) -> str:
        if verbatim:
            return f'<span data-space="">{self._verbatim(text)}</span>'
        if not kind:
            return escape(text)
        return "".join(
            f'<a href="{escape(address)}" data-auto="">{escape(part)}</a>' if address else escape(part)
            for part, address in linked_parts(kind, text)
        )

    def _verbatim(self, text: str) -> str:
        return text if self.for_reading else text.replace("\n", "&#10;")

    def _start(self, mark: Node) -> str:
        if mark["type"] != "link":
            return f"<{MARK_TAGS[mark['type']]}>"
        attributes = mark.get("attrs", {})
        return self._link(attributes.get("href"), attributes.get("title"))

    def _link(self, address: str | None, title: str | None = None) -> str:
        href = clean_link(address or "")
        if href is None:
            return "<a>"
        outside = ' rel="noopener noreferrer"' if self.for_reading and is_external(href) else ""
        told = f' title="{escape(title)}"' if title else ""
        return f'<a href="{escape(href)}"{told}{outside}>'

    def _image(self, attributes: Node) -> str:
        source = clean_image(attributes.get("src") or "")
        if source is None:
            return ""
        parts = [f'<img src="{escape(source)}" alt="{escape(attributes.get("alt") or "")}"']
        names = ("title", "width", "height")
        parts += [f'{name}="{escape(str(attributes[name]))}"' for name in names if attributes.get(name)]
        if self.for_reading:
            parts.append('loading="lazy" decoding="async"')
        image = " ".join(parts) + ">"
        return f"{self._link(attributes['href'])}{image}</a>" if attributes.get("href") else image

    def heading(self, node: Node) -> str:
        """A heading; level 1 is the title's alone."""
        level = node.get("attrs", {}).get("level", 1)
        content = node.get("content", [])
        shown = min(level + self.shift, 6)
        kept = f' data-level="{level}"' if shown != level else ""
        empty = ' data-empty=""' if is_blank(content) else ""
        if not self.for_reading:
            return f"<h{level}{empty}>{self.line(content)}</h{level}>"
        text = " ".join("".join(inner.get("text", " ") for inner in content).split())
        heading = Heading(shown, self._ids.make(text), text)
        if text:
            self.headings.append(heading)
        return f'<h{shown} id="{escape(heading.id)}"{kept}{empty}>{self.line(content)}</h{shown}>'

    def code(self, node: Node) -> str:
        """Preformatted text. A line end before the closing tag belongs to the markup, not to the text."""
        language = node.get("attrs", {}).get("language")
        named = f' class="language-{escape(language)}"' if language else ""
        text = escape("".join(inner["text"] for inner in node.get("content", ())))
        return f"<pre><code{named}>{self._verbatim(text + chr(10))}</code></pre>"

    def items(self, node: Node) -> str:
        """The items of a list."""
        return "".join(f"<li>{self.tight(item)}</li>" for item in node.get("content", ()))

    def tight(self, node: Node) -> str:
        """A container that may stand for its only paragraph, or leave out an empty first one that a block follows."""
        content: list[Node] = node.get("content", [])
        first = content[0] if content else None
        if first is None or first["type"] != "paragraph":
            return self.blocks(content)
        inline = first.get("content", [])
        if len(content) == 1:
            return self.line(inline) if _is_bare(inline) else self.blocks(content)
        is_item = node["type"] in ("listItem", "step")
        if is_item and not inline and content[1]["type"] not in ("paragraph", "heading"):
            return self.blocks(content[1:])
        return self.blocks(content)

    def fields(self, node: Node) -> str:
        """The fields of a contact."""
        made = []
        for field in node.get("content", ()):
            kind = field.get("attrs", {}).get("kind", "note")
            line = self.line(field.get("content", ()), kind if self.for_reading else "")
            made.append(f'<div data-kind="{escape(kind)}"><dt>{label(self.language, kind)}</dt><dd>{line}</dd></div>')
        return "".join(made)

    def facts(self, node: Node) -> str:
        """Facts with their labels."""
        made = []
        for fact in node.get("content", ()):
            text = fact.get("attrs", {}).get("label", "")
            term = self.line([{"type": "text", "text": text}]) if text else ""
            made.append(f"<div><dt>{term}</dt><dd>{self.line(fact.get('content', ()))}</dd></div>")
        return "".join(made)


def _end(mark: Node) -> str:
    return "</a>" if mark["type"] == "link" else f"</{MARK_TAGS[mark['type']]}>"


def _is_bare(inline: Sequence[Node]) -> bool:
    """Whether a paragraph can be written without its element: line breaks could end it or get lost."""
    if not inline:
        return True
    kinds = [node["type"] for node in inline]
    if "hardBreak" in (kinds[0], kinds[-1]) or is_blank(list(inline)):
        return False
    return not any(a == b == "hardBreak" for a, b in pairwise(kinds))


def _paragraph(writer: HtmlWriter, node: Node) -> str:
    content = node.get("content", [])
    empty = ' data-empty=""' if is_blank(content) else ""
    return f"<p{empty}>{writer.line(content)}</p>"


def _ordered(writer: HtmlWriter, node: Node) -> str:
    start = node.get("attrs", {}).get("start", 1)
    first = f' start="{int(start)}"' if start != 1 else ""
    return f"<ol{first}>{writer.items(node)}</ol>"


def _callout(writer: HtmlWriter, node: Node) -> str:
    kind = node.get("attrs", {}).get("kind", "info")
    named = f' aria-label="{label(writer.language, kind)}"' if writer.for_reading and kind in CALLOUT_KINDS else ""
    return f'<aside class="callout" data-kind="{escape(kind)}"{named}>{writer.inside(node)}</aside>'


def _details(writer: HtmlWriter, node: Node) -> str:
    summary, content = node["content"]
    return f"<details><summary>{writer.line(summary.get('content', ()))}</summary>{writer.inside(content)}</details>"


def _passage(writer: HtmlWriter, node: Node) -> str:
    roles = node.get("attrs", {}).get("roles", ())
    told = escape(label_of_passage(writer.language, roles))
    named = f' role="group" aria-label="{told}"' if writer.for_reading else ""  # a group, and no landmark of the page
    return f'<section data-roles="{escape(" ".join(roles))}"{named}>{writer.inside(node)}</section>'


_WRITERS: dict[str, Callable[[HtmlWriter, Node], str]] = {
    "paragraph": _paragraph,
    "heading": HtmlWriter.heading,
    "bulletList": lambda writer, node: f"<ul>{writer.items(node)}</ul>",
    "orderedList": _ordered,
    "blockquote": lambda writer, node: f"<blockquote>{writer.inside(node)}</blockquote>",
    "codeBlock": HtmlWriter.code,
    "horizontalRule": lambda _writer, _node: "<hr>",
    "table": write_table,
    "callout": _callout,
    "steps": lambda writer, node: f'<ol class="steps">{writer.items(node)}</ol>',
    "contact": lambda writer, node: f'<dl class="contact">{writer.fields(node)}</dl>',
    "facts": lambda writer, node: f'<dl class="facts">{writer.facts(node)}</dl>',
    "details": _details,
    "passage": _passage,
}
