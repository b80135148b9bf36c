"""An article as a file: Markdown with front matter, an HTML page, or JSON with its whole history."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

import yaml

from articles import documents

from .inline import Node


@dataclass
class Said:
    """What a file says about its article besides the text; in the words and order of front matter."""

    title: str
    language: str
    tags: list[str] = field(default_factory=list)
    owner: str = ""
    review_date: str = ""
    review_months: str = ""
    evergreen: str = ""
    roles: list[str] | None = None
    status: str = ""

    def fields(self) -> dict[str, Any]:
        """What is not empty, and the mark of our own files."""
        said = {name: value for name, value in asdict(self).items() if value not in ("", None, [])}
        return {"kbcentre": "1", **said}


@dataclass
class Exported:
    """An article on its way out: addresses in the documents are already those of the files."""

    said: Said
    document: Node
    versions: list[dict[str, Any]] = field(default_factory=list)  # for JSON: as in `history.Past`, oldest first
    grants: dict[str, list[str]] | None = None


def markdown(article: Exported) -> str:
    """Front matter and text; `documents.from_markdown` gives the same document again."""
    head = yaml.safe_dump(article.said.fields(), allow_unicode=True, sort_keys=False, width=1_000_000)
    return f"---\n{head}---\n\n{documents.to_markdown(article.document)}"


MAIN, END = "<main>\n", "\n</main>"
MARK = '<meta name="kbcentre" content="'


def html(article: Exported) -> str:
    """A page that any browser shows; what is between MAIN and END, without its first line, is the text."""
    said = article.said
    body = documents.render(article.document, language=said.language).html
    return (
        f'<!doctype html>\n<html lang="{said.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(said.title)}</title>\n"
        f'{MARK}{escape(json.dumps(said.fields(), ensure_ascii=False))}">\n</head>\n<body>\n'
        f"{MAIN}<h1>{escape(said.title)}</h1>\n{body}{END}\n</body>\n</html>\n"
    )


def as_json(article: Exported) -> str:
    """Everything: the documents exactly, all versions, grants of its own."""
    data = {**article.said.fields(), "document": article.document, "versions": article.versions}
    if article.grants is not None:
        data["grants"] = article.grants
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


WRITERS: dict[str, Callable[[Exported], str]] = {"markdown": markdown, "html": html, "json": as_json}
