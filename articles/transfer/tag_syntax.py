"""The syntax of Liquid, Nunjucks and Jinja as handbooks use it: `{% name "word" %}`, `{{ value }}`, raw, comment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_ANY = re.compile(
    r"\{%-?\s*raw\s*-?%\}(?P<raw>.*?)\{%-?\s*endraw\s*-?%\}"
    r"|(?P<comment>\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}|\{#[^{}\n]*#\})"
    r"|\{%-?\s*(?P<name>[A-Za-z_][\w-]*)(?P<arguments>(?:[^%]|%(?!\}))*?)-?%\}"
    r"|\{\{-?\s*(?P<value>\"[^\"]*\"|'[^']*'|[^{}]*?)\s*-?\}\}",
    re.DOTALL,
)
# A quotation mark ends the argument only where something else can begin: people write "don't click "allow"".
_ARGUMENT = re.compile(r"\"((?:[^\"]|\"(?![\s,]|\Z))*)\"|'((?:[^']|'(?![\s,]|\Z))*)'|([^\s,\"']+)", re.DOTALL)
_FENCE = re.compile(r"^[ \t>]*(?:[-*+] +|\d+[.)] +)?(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)$", re.MULTILINE)


@dataclass(frozen=True)
class Tag:
    """One tag or value as it stands in the text; `name` is "" for a value, whose expression is `arguments[0]`."""

    name: str
    source: str
    arguments: list[str] = field(default_factory=list)

    def argument(self, index: int) -> str:
        """An argument on one line, "" when it is not there."""
        return " ".join(self.arguments[index].split()) if index < len(self.arguments) else ""


def replace_tags(text: str, replace: Callable[[Tag], str], *, markdown: bool) -> str:
    """The text with each tag replaced. What raw protects, and a value that is a literal, stands as it was meant;
    comments are gone. In the code blocks of Markdown other tags stay: there they are shown, not meant."""
    fences = list(fenced(text)) if markdown else []

    def one(found: re.Match[str]) -> str:
        if found["raw"] is not None:
            return found["raw"]
        literal = re.fullmatch(r"[\"'](.*)[\"']", found["value"] or "", re.DOTALL)
        if literal:
            return literal[1]
        if any(start <= found.start() < end for start, end in fences):
            return found[0]
        if found["comment"] is not None:
            return ""
        if found["name"]:
            return replace(Tag(found["name"], found[0], arguments(found["arguments"])))
        return replace(Tag("", found[0], [found["value"]]))

    return _ANY.sub(one, text)


def arguments(text: str) -> list[str]:
    """The arguments of a tag, without their quotation marks; commas between them mean nothing."""
    return [double or single or bare for double, single, bare in _ARGUMENT.findall(text.strip())]


def fenced(text: str) -> Iterator[tuple[int, int]]:
    """Where the fenced code blocks of a Markdown text begin and end."""
    opened: re.Match[str] | None = None
    for line in _FENCE.finditer(text):
        if opened is None:
            if "`" not in line["info"] or line["fence"][0] == "~":
                opened = line
        elif line["fence"].startswith(opened["fence"]) and not line["info"].strip():
            yield opened.start(), line.end()
            opened = None
    if opened is not None:
        yield opened.start(), len(text)
