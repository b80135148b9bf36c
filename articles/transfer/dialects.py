"""What Markdown dialects add to CommonMark and handbooks use: `{#id}`, `{.class}`, `markdown="1"`, footnotes."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from .inline import Node, joined
from .tag_syntax import fenced

_HEADING_ID = re.compile(r"^([ >]*#{1,6} [^\n]*?)[ \t]*\{[^{}\n]*?#([^\s{}]+)[^{}\n]*\}[ \t]*$", re.MULTILINE)
_HTML_ID = re.compile(r"""(<(?:h[1-6]|a)\b[^>]*?\s(?:id|name)\s*=\s*["']([^"'\s>]+)["'][^>]*>)""", re.IGNORECASE)
# What opens a part of an accordion is its heading; as a form element it would be left out.
_BUTTON_HEADING = re.compile(
    r"(<h[1-6]\b[^>]*>)\s*<button\b[^>]*>\s*(.*?)\s*</button>\s*(</h[1-6]>)", re.DOTALL | re.IGNORECASE
)
_ATTRIBUTE_LIST = re.compile(r"(?<=[\])*_])\{:?\s*[.#][\w\-.#=\"' ]*\}|^[ \t]*\{:[^{}\n]*\}[ \t]*$", re.MULTILINE)
_MARKDOWN_INSIDE = re.compile(r"""^([ \t]*)(<(\w+)\b[^>]*?)\s+markdown\s*=\s*["']?(?:1|block|span)["']?([^>]*>)""",
                              re.MULTILINE | re.IGNORECASE)  # fmt: skip
_NOTE_TEXT = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*((?:[^\n]*\n?)(?:(?:[ \t]+[^\n]*|[ \t]*)(?:\n|\Z))*)", re.MULTILINE)
_NOTE_MARK = re.compile(r"\[\^([^\]\s]+)\](?!:)")


class Dialects:
    """The additions of one Markdown or HTML text: `prepare` before its conversion, `settle` after it.

    `anchors` then maps each id that the text gave a heading to the number of that heading, from 0.
    """

    def __init__(self) -> None:
        self.losses: list[str] = []
        self.anchors: dict[str, int] = {}
        self._word = f"kbanchor{secrets.token_hex(4)}x"
        self._found = re.compile(self._word + r"(\d+)z")
        self._ids: list[str] = []
        self._heading = -1

    def prepare(self, text: str) -> str:
        """CommonMark for a Markdown text."""
        return outside_code(self._notes(text), self._prepare_part)

    def prepare_html(self, html: str) -> str:
        """HTML whose ids of headings are kept for `settle`."""
        html = _BUTTON_HEADING.sub(r"\1\2\3", html)
        return _HTML_ID.sub(lambda found: found[1] + self._anchor(found[2]), html)

    def settle(self, document: Node) -> Node:
        """The document without the words that `prepare` put in; `anchors` is complete after it."""
        return self._settled(document) if self._ids else document

    def _prepare_part(self, text: str) -> str:
        text = _HEADING_ID.sub(lambda found: found[1] + self._anchor(found[2]), text)
        text = self.prepare_html(text)
        text = _ATTRIBUTE_LIST.sub("", text)
        # CommonMark reads Markdown inside an element only after an empty line.
        return _MARKDOWN_INSIDE.sub(
            lambda f: f"\n{f[1]}{f[2]}{f[4]}" + ("" if f[3].lower() == "details" else "\n"), text
        )

    def _anchor(self, name: str) -> str:
        self._ids.append(name)
        return f"{self._word}{len(self._ids) - 1}z"

    def _settled(self, node: Node) -> Node:
        if node["type"] == "heading":
            self._heading += 1
        content: list[Any] = []
        changed = False
        for child in node.get("content", ()):
            if child["type"] != "text":
                content.append(self._settled(child))
                continue
            for found in self._found.finditer(child["text"]):
                self.anchors.setdefault(self._ids[int(found[1])], max(self._heading, 0))
            text = self._found.sub("", child["text"])
            changed = changed or text != child["text"]
            if text:
                content.append({**child, "text": text})
        made = {key: value for key, value in node.items() if key != "content"}
        if content := joined(content) if changed else content:
            made["content"] = content
        return made

    def _notes(self, text: str) -> str:
        """Footnotes become a numbered list at the end, because an article has no footnotes."""
        notes = {found[1]: found[2] for found in _NOTE_TEXT.finditer(text)}
        if not notes:
            return text
        numbers: dict[str, int] = {}

        def mark(found: re.Match[str]) -> str:
            if found[1] not in notes:
                return found[0]
            number = numbers.setdefault(found[1], len(numbers) + 1)
            return f"<sup>{number}</sup>"

        body = outside_code(_NOTE_TEXT.sub("", text), lambda part: _NOTE_MARK.sub(mark, part))
        for name in notes:
            numbers.setdefault(name, len(numbers) + 1)
        listed = "\n".join(f"{number}. {_note(notes[name])}" for name, number in numbers.items())
        self.losses.append(_("Footnotes became a list at the end; their numbers are no links."))
        return f"{body.rstrip()}\n\n---\n\n{listed}\n"


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text with its parts outside of fenced code blocks changed."""
    return "".join(change(part) if is_text else part for part, is_text in _parts(text))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    position = 0
    for start, end in fenced(text):
        yield text[position:start], True
        yield text[start:end], False
        position = end
    yield text[position:], True


def _note(text: str) -> str:
    """The text of a note as the content of a list item."""
    lines = [line.strip() for line in text.strip().split("\n")]
    return "\n   ".join(lines).rstrip()
