"""Files that our own export wrote, read back: nothing in them is guessed, and nothing in them is lost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from django.utils.translation import gettext as _

from articles import documents
from articles.models import Significance

from .export_files import END, MAIN, MARK
from .facts import Facts, from_fields
from .inline import Node
from .problems import FileFailed


@dataclass
class Past:
    """A version that an article had where it comes from."""

    title: str
    document: Node
    author: str
    approved_by: str
    note: str
    significance: str
    restored_from: int | None
    published_at: datetime


@dataclass
class Read:
    """What an exported file holds."""

    facts: Facts
    document: Node
    past: list[Past] = field(default_factory=list)
    grants: dict[str, list[str]] | None = None
    losses: list[str] = field(default_factory=list)


def read_html(html: str) -> Read | None:
    """An exported page, or None when it is any other page. Raises FileFailed, documents.DocumentError."""
    start = html.find(MARK, 0, 4096)
    if start < 0:
        return None
    head = unescape(html[start + len(MARK) : html.find('">', start)])
    begin, end = html.find(MAIN), html.rfind(END)
    try:
        fields = json.loads(head)
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or not 0 <= begin < end:
        raise FileFailed(_("It was exported from a knowledge base and changed since, so that it cannot be read."))
    text = html[begin + len(MAIN) : end].partition("\n")[2]
    converted = documents.from_html(text)
    return Read(from_fields(fields), converted.document, losses=converted.losses)


def read_json(text: str) -> Read:
    """An exported article with its history. Raises FileFailed, documents.DocumentError."""
    try:
        data = json.loads(text)
        document = data["document"]
        past = [_past(one) for one in data["versions"]]
        grants = data.get("grants")
        if grants is not None:
            grants = {str(role): [str(right) for right in rights] for role, rights in grants.items()}
        fields = {name: value for name, value in data.items() if isinstance(value, (str, list)) and name != "versions"}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise FileFailed(_("It is not an exported article that can be read.")) from None
    documents.check_document(document)
    return Read(from_fields(fields), document, past, grants)


def _past(version: dict[str, Any]) -> Past:
    documents.check_document(version["document"])
    published_at = datetime.fromisoformat(version["published_at"])
    significance = str(version["significance"])
    if published_at.tzinfo is None or significance not in Significance.values:
        raise ValueError(version["published_at"])
    restored = version["restored_from"]
    return Past(
        title=str(version["title"]),
        document=version["document"],
        author=str(version["author"]),
        approved_by=str(version.get("approved_by", "")),  # what was exported before it was written down has none
        note=str(version["note"]),
        significance=significance,
        restored_from=None if restored is None else int(restored),
        published_at=published_at,
    )
