"""The passage that somebody means: for whom it is, and whether it still stands in the text."""

from __future__ import annotations

from . import access, documents, rendering
from .models import Article, Version


def clean_quote(quote: str) -> str:
    """A quote on one line, so that it is found again however lines are broken."""
    return " ".join(quote.split())


def stands_in(quote: str, version: Version, roles: frozenset[str], language: str) -> bool:
    """Whether a version says this to readers who see the passages of these roles."""
    seen = documents.for_audience(version.document, roles)
    return clean_quote(quote) in clean_quote(documents.to_text(seen, language=language))


def roles_of_quote(view: access.View, article: Article, quote: str) -> list[str] | None:
    """The passage roles that a quote is for, None for all readers; read from the version that readers see.

    A quote is for all readers where all readers find it in the text. Where nobody does (it is of an older version,
    or of a draft) and the article ever had passages for certain roles, it is for the editors of the article alone.
    """
    version = article.version
    if not quote:
        return None
    if version is None:
        return []  # of a draft: whoever sees it may edit it
    if stands_in(quote, version, frozenset(), article.language):
        return None
    roles = rendering.audience_class(view, article, version.passage_roles)
    found = sorted(role for role in roles if stands_in(quote, version, frozenset({role}), article.language))
    if found or Version.objects.filter(article=article).exclude(passage_roles=[]).exists():
        return found
    return None
