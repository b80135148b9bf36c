"""What our Markdown adds to CommonMark: containers, labelled lines, and white space written as a reference.

The containers are a rule of our own instead of mdit-py-plugins': that one ends a container at the first closing line,
also when it closes a container inside, so that the rest of a passage for certain roles would be shown to everybody.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from .errors import DocumentError
from .html_names import CALLOUT_SYNONYMS

_MARKER = re.compile(r"(:{3,})[ \t]*(.*?)[ \t]*\Z", re.DOTALL)
_NAME = re.compile(r"([A-Za-z]+):?(?:[ \t]+(.*))?\Z", re.DOTALL)
_FENCE = re.compile(r"(`{3,}|~{3,})(.*)", re.DOTALL)
_SPACE = re.compile(r"&#(9|10|32);")
_LABELLED = re.compile(r"((?:[^:\\]|\\.)*):[ \t]*(.*)", re.DOTALL)

_STRAY_PASSAGE = re.compile(r"^[ \t]*:{3,}[ \t]*roles?\b", re.IGNORECASE | re.MULTILINE)

_CONTAINERS = {"info", "warning", "details", "steps", "roles", "contact", "facts", *CALLOUT_SYNONYMS}
MAX_CONTAINERS = 12  # inside each other
_LINES = ("contact", "facts")


def install(markdown: MarkdownIt) -> None:
    """Add the rules to a parser."""
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    markdown.block.ruler.before("fence", "container", _container, interrupts)
    markdown.inline.ruler.before("entity", "space", _space)


def refuse_stray_passage(text: str) -> None:
    """Raise DocumentError when a line of the text was meant to begin a passage for certain roles."""
    if _STRAY_PASSAGE.search(text):
        raise DocumentError(
            _(
                "A passage for certain roles cannot be understood. Begin it with a line “::: roles manager” that is "
                "not indented, and end it with a line “:::”."
            )
        )


def container_of(text: str) -> tuple[str, str] | None:
    """Name and parameters, when the text after ::: opens a container that we know."""
    found = _NAME.match(text)
    name = found[1].lower() if found else ""
    name = "roles" if name == "role" else name
    return (name, (found[2] or "").strip()) if found and name in _CONTAINERS else None


def _marker(state: StateBlock, line: int) -> tuple[int, str] | None:
    """Length of the colons that the line begins with, and what is after them."""
    if state.sCount[line] - state.blkIndent >= 4:
        return None
    found = _MARKER.match(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]])
    return (len(found[1]), found[2]) if found else None


def _container(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    marker = _marker(state, start_line)
    container = container_of(marker[1]) if marker else None
    if marker is None or container is None:
        return False
    if silent:
        return True
    name, parameters = container
    last, is_closed = _find_end(state, start_line, end_line, marker[0])
    if name == "roles" and not is_closed and _is_anything_after(state, last):
        raise DocumentError(
            _("A passage for certain roles is not closed where it was opened. End it with a line “:::”.")
        )
    if name in _LINES:
        _labelled_lines(state, name, start_line, last)
    else:
        _nested_blocks(state, name, parameters, start_line, last)
    state.line = last + (1 if is_closed else 0)
    return True


def _find_end(state: StateBlock, start_line: int, end_line: int, length: int) -> tuple[int, bool]:
    """The line that closes the container, and whether there is one; otherwise the end of what it stands in.

    Containers inside are counted, and fenced code is passed over.
    """
    open_lengths = [length]  # few, because each container inside looks for its own end again
    fence = ""
    for line in range(start_line + 1, end_line):
        begin, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
        if begin == end:
            continue
        if state.sCount[line] < state.blkIndent:
            return line, False  # the list item or quotation around it ends
        if state.src[begin] not in ":`~":
            continue
        fence, is_code = _fence_after(fence, state.src[begin:end])
        marker = None if is_code else _marker(state, line)
        if marker is None:
            continue
        if not marker[1] and marker[0] >= open_lengths[-1]:
            open_lengths.pop()
            if not open_lengths:
                return line, True
        elif container_of(marker[1]):
            open_lengths.append(marker[0])
            if len(open_lengths) > MAX_CONTAINERS:
                raise DocumentError(_("Containers (:::) are nested too deeply, or not closed."))
    return end_line, False


def _fence_after(fence: str, line: str) -> tuple[str, bool]:
    """The fence of code that is open after a line ("" for none), and whether the line belongs to code."""
    if fence:
        is_end = line.startswith(fence) and not line.strip(fence[0] + " \t")
        return ("" if is_end else fence), True
    found = _FENCE.match(line)
    if found and (found[1][0] == "~" or "`" not in found[2]):
        return found[1], True
    return "", False


def _is_anything_after(state: StateBlock, line: int) -> bool:
    """Whether the document goes on where a list item or a quotation, and with it a container, has ended."""
    return line < len(state.bMarks) - 1 and bool(state.src[state.bMarks[line] :].strip(" \t\n>"))


def _nested_blocks(state: StateBlock, name: str, parameters: str, start_line: int, last: int) -> None:
    old_parent, old_max = state.parentType, state.lineMax
    state.parentType = "container"
    state.lineMax = last
    opening = state.push("container_open", name, 1)
    opening.block = True
    opening.info = parameters
    opening.map = [start_line, last]
    state.md.block.tokenize(state, start_line + 1, last)
    state.push("container_close", name, -1).block = True
    state.parentType, state.lineMax = old_parent, old_max


def _labelled_lines(state: StateBlock, name: str, start_line: int, last: int) -> None:
    state.push("labelled_open", name, 1).block = True
    text = state.getLines(start_line + 1, last, state.sCount[start_line], False)
    refuse_stray_passage(text)
    for number, line in enumerate(text.split("\n")):
        if not line.strip(" \t"):
            continue
        found = _LABELLED.fullmatch(line.strip(" \t"))
        label, value = (found[1], found[2]) if found else ("", line.strip(" \t"))
        for kind, content in (("label", label), ("value", value)):
            state.push(f"{kind}_open", name, 1).info = label.strip().lower()
            inline = state.push("inline", "", 0)
            inline.content = content.strip(" \t")
            inline.map = [start_line + number + 1, start_line + number + 2]
            inline.children = []
            state.push(f"{kind}_close", name, -1)
    state.push("labelled_close", name, -1).block = True


def _space(state: StateInline, silent: bool) -> bool:
    found = _SPACE.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = f'<span data-space="">{found[0]}</span>'
    state.pos = found.end()
    return True
