"""Search. The rest of the program imports from here only; nothing outside knows that the engine is Whoosh.

search_articles, list_articles, suggest_titles      what a person may find; asked by the pages and the API
Indexer, compare                     kept up by the worker, checked by `manage.py reindex`
get_engine                           the index of this machine
"""

from .answers import words_of
from .current import get_engine
from .engine import (
    NO_ROOT,
    Difference,
    Hit,
    IndexBusy,
    Indexed,
    IndexUnavailable,
    Reader,
    SearchDocument,
    SearchEngine,
    SearchQuery,
    SearchResult,
    Suggestion,
    Synonyms,
)
from .indexer import Indexer, compare
from .service import (
    Answer,
    FoundArticle,
    Limits,
    Titles,
    list_articles,
    search_articles,
    seen_rows,
    suggest_titles,
    suggest_within,
)

__all__ = [
    "NO_ROOT",
    "Answer",
    "Difference",
    "FoundArticle",
    "Hit",
    "IndexBusy",
    "IndexUnavailable",
    "Indexed",
    "Indexer",
    "Limits",
    "Reader",
    "SearchDocument",
    "SearchEngine",
    "SearchQuery",
    "SearchResult",
    "Suggestion",
    "Synonyms",
    "Titles",
    "compare",
    "get_engine",
    "list_articles",
    "search_articles",
    "seen_rows",
    "suggest_titles",
    "suggest_within",
    "words_of",
]
