"""Search. The rest of the program imports from here only; nothing outside knows that the engine is Whoosh."""

from __future__ import annotations

import os

from django.conf import settings

from .engine import (
    NO_ROOT,
    Difference,
    Hit,
    Indexed,
    IndexBusy,
    IndexUnavailable,
    Reader,
    SearchDocument,
    SearchEngine,
    SearchQuery,
    SearchResult,
    Suggestion,
    Synonyms,
)

__all__ = [
    "NO_ROOT",
    "Difference",
    "Hit",
    "IndexBusy",
    "IndexUnavailable",
    "Indexed",
    "Reader",
    "SearchDocument",
    "SearchEngine",
    "SearchQuery",
    "SearchResult",
    "Suggestion",
    "Synonyms",
    "get_engine",
]
_engines: dict[int, SearchEngine] = {}


def get_engine() -> SearchEngine:
    """The engine of this process, opened when first asked for; a forked process opens its own."""
    engine = _engines.get(os.getpid())
    if engine is None:
        from .whoosh_engine import WhooshEngine

        engine = _engines.setdefault(os.getpid(), WhooshEngine(settings.DATA_DIR / "index"))
    return engine
