"""Asking an engine in few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from articles.search import Reader, SearchDocument, SearchQuery, SearchResult
from articles.search.whoosh_engine import WhooshEngine

EVERYBODY = Reader(frozenset({1}))


class Asker:
    """An engine, and short ways to fill and to ask it."""

    def __init__(self, engine: WhooshEngine, make_document: Callable[..., SearchDocument]) -> None:
        self.engine = engine
        self._make = make_document

    def about(self, *titles: str | SearchDocument, language: str = "en") -> None:
        """Make the index of some documents; of a title, a document without more text."""
        documents = [self._make(one, language=language) if isinstance(one, str) else one for one in titles]
        self.engine.rebuild(documents, cursor=1)

    def result(self, text: str, reader: Reader = EVERYBODY, **more: Any) -> SearchResult:
        """Everything that is found."""
        return self.engine.search(SearchQuery(text, reader, **more))

    def __call__(self, text: str, reader: Reader = EVERYBODY, **more: Any) -> list[str]:
        """The titles found, best first, with no word corrected."""
        return [hit.title for hit in self.result(text, reader, **{"correct": False, **more}).hits]

    def suggest(self, text: str, reader: Reader = EVERYBODY) -> list[str]:
        """The titles suggested."""
        return [suggestion.title for suggestion in self.engine.suggest(text, reader).titles]
