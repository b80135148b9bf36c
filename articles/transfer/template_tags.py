"""Template tags become what they mean to a reader: links, images, boxes, channel names; the rest is told as lost.

A tag can stand anywhere (in a paragraph, as an address, inside an HTML table), so it is first replaced by a plain word
that neither Markdown nor HTML cares about. When the text has become a document, the word is found again and replaced
by what belongs there. In code the tag itself is put back.
"""

from __future__ import annotations

import re
import secrets
import textwrap
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from .inline import image_node, is_blank_paragraph, joined, text_node, with_link
from .tag_syntax import Tag, replace_tags

Node = dict[str, Any]
_ALERTS = {"warning": "warning", "error": "warning", "danger": "warning", "emergency": "warning"}
_ADDRESS_TAGS = frozenset({"page", "link", "post_url", "download", "asset", "url", "relref", "ref"})
_IMAGE_TAGS = {"image": 1, "image_with_class": 2, "img": 1}  # which argument is the alternative text
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]")
_SITE_ADDRESS = re.compile(r"(?:^|[._])(?:base_?url|host|url|root|path_?prefix)$", re.IGNORECASE)


class TemplateTags:
    """The tags of one file: `hide` before its conversion, `settle` after it, then `losses`."""

    def __init__(self, *, markdown: bool) -> None:
        self.losses: list[str] = []
        self._markdown = markdown
        self._word = f"kbtag{secrets.token_hex(4)}x"
        self._found = re.compile(self._word + r"(\d+)z")
        self._tags: list[Tag] = []
        self._left_out: dict[str, list[str]] = {}

    def hide(self, text: str) -> str:
        """The text with words in place of tags, and alerts as boxes in HTML."""
        if "{%" not in text and "{{" not in text and "{#" not in text:
            return text
        return self._alerts(replace_tags(text, self._remember, markdown=self._markdown))

    def without(self, text: str) -> str:
        """A line (a title) without the words in it."""
        return " ".join(self._found.sub("", text).split())

    def settle(self, document: Node) -> Node:
        """The document with each word replaced by what its tag means. Call it once; `losses` is complete after it."""
        if self._tags:
            document = self._settled(document)
        for sentence, sources in self._left_out.items():
            named = ", ".join(dict.fromkeys(sources))
            self.losses.append(sentence % {"what": named})
        return document

    # --- Before the conversion ---

    def _remember(self, tag: Tag) -> str:
        self._tags.append(tag)
        return f"{self._word}{len(self._tags) - 1}z"

    def _tag(self, found: re.Match[str]) -> Tag:
        return self._tags[int(found[1])]

    def _alerts(self, text: str) -> str:
        """Pairs of alert and endalert become callouts, with their lines as far in as the opening tag stands."""
        pieces: list[str] = []
        opened: list[tuple[int, Tag, str]] = []
        position = 0
        for found in self._found.finditer(text):
            tag = self._tag(found)
            if tag.name not in ("alert", "endalert"):
                continue
            pieces.append(text[position : found.start()])
            position = found.end()
            if tag.name == "alert":
                line_start = re.search(r"(?:^|\n)([ \t]*)\Z", "".join(pieces)[-200:])
                opened.append((len(pieces), tag, line_start[1] if line_start else ""))
            elif opened:
                start, tag, indent = opened.pop()
                box = _box(tag, "".join(pieces[start:]), indent, self._markdown)
                pieces[start:] = [box]
            else:
                self._miss(tag)
        for _start, unclosed, _indent in opened:
            self._miss(unclosed)
        return "".join(pieces) + text[position:]

    # --- After the conversion ---

    def _settled(self, node: Node) -> Node:
        made: Node = {key: value for key, value in node.items() if key != "content"}
        if "attrs" in node:
            made["attrs"] = {key: self._in_attribute(value) for key, value in node["attrs"].items()}
        content: list[Node] = []
        changed = False
        for child in node.get("content", ()):
            if child["type"] == "text":
                pieces = self._pieces(child, code=node["type"] == "codeBlock")
                changed = changed or pieces != [child]
                content.extend(pieces)
                continue
            settled = self._settled(child)
            emptied = is_blank_paragraph(settled) and not is_blank_paragraph(child)
            first_of_item = not content and node["type"] in ("listItem", "step")
            if not emptied or first_of_item:
                content.append(settled)
        if not content and node.get("content") and node["content"][0]["type"] not in ("text", "image", "hardBreak"):
            content = [{"type": "paragraph"}]  # a box or cell that held nothing but a tag
        if changed and node["type"] != "codeBlock":
            content = joined(content)
        elif changed:
            content = [text_node("".join(piece["text"] for piece in content))]
        if content:
            made["content"] = content
        return made

    def _pieces(self, node: Node, *, code: bool) -> list[Node]:
        """The inline nodes for a piece of text."""
        marks = [self._mark(mark) for mark in node.get("marks", ())]
        code = code or any(mark["type"] == "code" for mark in marks)
        pieces: list[Node] = []

        def add(text: str) -> None:
            if text:
                pieces.append(
                    {"type": "text", "marks": marks, "text": text} if marks else {"type": "text", "text": text}
                )

        position = 0
        for found in self._found.finditer(node["text"]):
            add(node["text"][position : found.start()])
            position = found.end()
            tag = self._tag(found)
            if code:
                add(tag.source)
            elif (meaning := self._meaning(tag, marks)) is not None:
                pieces.append(meaning)
        add(node["text"][position:])
        return pieces

    def _mark(self, mark: Node) -> Node:
        if mark["type"] != "link":
            return mark
        return {**mark, "attrs": {key: self._in_attribute(value) for key, value in mark["attrs"].items()}}

    def _meaning(self, tag: Tag, marks: list[Node]) -> Node | None:
        """The inline node that a tag in running text stands for, None for those that are told as lost."""
        if tag.name == "slack_channel":
            channel, label = f"#{tag.argument(0).lstrip('#')}", tag.argument(1)
            text = f"{label} ({channel})" if label and label.lower() != channel[1:].lower() else channel
            return {"type": "text", "marks": marks, "text": text} if marks else {"type": "text", "text": text}
        if tag.name in _IMAGE_TAGS and tag.argument(0):
            return image_node(_site_path(tag.argument(0)), tag.argument(_IMAGE_TAGS[tag.name]), marks)
        if tag.name in _ADDRESS_TAGS and tag.argument(0):
            address = _site_path(tag.argument(0))
            return with_link({"type": "text", "text": address}, address, marks)
        self._miss(tag)
        return None

    def _in_attribute(self, value: Any) -> Any:
        """The words inside an address replaced by what the tags give there: an address, or nothing."""
        if not isinstance(value, str) or self._word not in value:
            return value
        return self._found.sub(self._address, value)

    def _address(self, found: re.Match[str]) -> str:
        tag = self._tag(found)
        if tag.name in _ADDRESS_TAGS or tag.name in _IMAGE_TAGS:
            return _site_path(tag.argument(0))
        if tag.name or not _SITE_ADDRESS.search(tag.argument(0).split("|")[0].strip()):
            self._miss(tag)
        return ""

    def _miss(self, tag: Tag) -> None:
        """Note a tag that means nothing without the program that made the old site."""
        if tag.name in ("include", "render", "include_relative"):
            sentence, what = _("Parts that another file supplied were left out: %(what)s."), tag.argument(0)
        elif tag.name == "uswds_icon":
            sentence, what = _("Icons were left out: %(what)s."), tag.argument(0)
        elif tag.name:
            sentence, what = _("Template tags were left out: %(what)s."), f"{{% {tag.name} %}}"
        else:
            sentence, what = _("Values that the old site filled in were left out: %(what)s."), tag.argument(0)
        self._left_out.setdefault(sentence, []).append(f"“{what}”")


def _site_path(address: str) -> str:
    """An address of the old site from its root; a web address as it is."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:|//|#", address):
        return address
    return "/" + _SPACE.sub("%20", address.lstrip("/"))


def _box(tag: Tag, content: str, indent: str, markdown: bool) -> str:
    """The alert as HTML that our documents read as a callout."""
    title, kind = tag.argument(0), _ALERTS.get(tag.argument(1), "info")
    heading = f"<p><strong>{escape(title)}</strong></p>" if title else ""
    opening = f'<aside class="callout" data-kind="{kind}">{heading}'
    if not markdown:
        return f"{opening}{content}</aside>"
    inside = textwrap.indent(textwrap.dedent(content.expandtabs(4)).strip("\n"), indent)
    return f"\n\n{indent}{opening}\n\n{inside}\n\n{indent}</aside>\n\n{indent}"
