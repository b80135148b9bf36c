"""Fingerprints of what was imported, so that the next import knows what changed, there and here.

`ImportSource.digest` holds two of them, 32 hexadecimal digits each: of the text, and of the facts about it. For either,
three states are compared: what the source says now, what it said last time, and what the article says here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from articles import access, documents
from articles.drafts import store
from articles.models import Article, Category

from .inline import Node

HALF = 32


@dataclass(frozen=True)
class Digest:
    """The fingerprints of text and facts."""

    text: str
    facts: str

    def __str__(self) -> str:
        return self.text + self.facts

    @classmethod
    def parse(cls, stored: str) -> Digest:
        """From `ImportSource.digest`."""
        return cls(stored[:HALF], stored[HALF:])


def of_text(document: Node) -> str:
    """The fingerprint of a document whose images are named by content (`image_name`), in canonical form."""
    return _digest(document)


def image_name(sha256: str) -> str:
    """The source that an image has in a document whose fingerprint is taken."""
    return f"/sha256/{sha256}"


def of_facts(
    title: str,
    language: str,
    tags: Iterable[str],
    owner: str,
    review_date: date | None,
    roles: Iterable[str] | None,
    review_months: int | None = None,
    evergreen: bool = False,
) -> str:
    """The fingerprint of what is known about an article; `owner` is a role's slug, or "@" and a user name."""
    named = None if roles is None else sorted(roles)
    known = [title, language, sorted(map(str.lower, tags)), owner, str(review_date or ""), named]
    # Where neither is said the fingerprint is that of imports from before there were such things.
    return _digest([*known, review_months, evergreen] if review_months or evergreen else known)


def text_here(article: Article) -> str:
    """The fingerprint of the article's draft as it is now. Two queries and those of the log."""
    doc, _seq = store.load(article.pk)
    names = {str(pk): image_name(sha256) for pk, sha256 in article.images.values_list("pk", "sha256")}

    def named(source: str) -> str:
        parts = source.split("/")
        return names.get(parts[4], source) if source.startswith("/articles/") and len(parts) > 4 else source

    return of_text(documents.rewrite(documents.read_draft(doc), named, named))


def facts_here(article: Article) -> str:
    """The fingerprint of what is known about the article now."""
    restricted = hasattr(article, "own_root")
    return of_facts(
        article.title,
        article.language,
        [tag.name for tag in article.tags.all()],
        owner_of(article),
        article.review_date,
        access.roles_with("view", article.access_root_id) if restricted else None,
        article.review_months,
        article.evergreen,
    )


def owner_of(thing: Article | Category) -> str:
    """Who answers for something, as front matter says it: the slug of a role, or "@" and a user name."""
    if thing.owner_role:
        return thing.owner_role.name
    return f"@{thing.owner_user.username}" if thing.owner_user else ""


def _digest(value: Any) -> str:
    written = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:HALF]
