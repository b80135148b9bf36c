"""What a search engine must do for us. Nothing here knows which engine it is.

The index is a cache of the database: it may be deleted at any time and is then built again. It stores the *access
root* of each article, never roles; whoever searches says which roots they may see. No roots: no hits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

Lift = Callable[[list[int]], Mapping[int, float]]  # ids of good hits → by how much some of them are worth more
Synonyms = Callable[[], Mapping[str, tuple[str, ...]]]
NO_ROOT = 0  # the access root of an article that has none: only administrators see it


class IndexUnavailable(Exception):
    """There is no index to search in: it is missing, broken or of another version, and is being made anew."""


class IndexBusy(Exception):
    """Another process of this machine is writing the index."""


@dataclass(frozen=True)
class SearchDocument:
    """A published article as one audience reads it.

    Almost every article is one document. One with passages for certain roles is several, one per class of readers:
    `passage_roles` are all roles that its passages are marked for, `audience` those whose passages are in this text.
    """

    id: int
    title: str
    headings: str
    tags: tuple[str, ...]
    body: str
    category_id: int
    language: str
    root_id: int
    version: int
    updated: datetime
    audience: frozenset[str] = frozenset()
    passage_roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reader:
    """What the person who searches may see.

    `roots`: the access roots at which they may view; None: an administrator, who sees everything.
    `roles` and `edit_roots` choose the text of articles with passages for certain roles: editors read all of it.
    """

    roots: frozenset[int] | None
    roles: frozenset[str] = frozenset()
    edit_roots: frozenset[int] = frozenset()


NOBODY = Reader(frozenset())


@dataclass(frozen=True)
class Topics:
    """What somebody chose to see first: articles in one of these categories or with one of these tags, and in one of
    these languages. An empty set narrows nothing. It is no right: it only ever divides what the reader may see."""

    categories: frozenset[int] = frozenset()
    tags: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SearchQuery:
    """A question and the limits of its answer.

    `categories`: only these (None: all); `tags`: only with all of these; `exclude`: ids that are neither shown
    nor counted; `correct`: whether a misspelt word may be searched as another; `topics`: only hits in these, and the
    others are counted; `pinned`: articles that come first, in this order, whatever they say; `lift`: what people
    made of earlier answers.
    """

    text: str
    reader: Reader
    categories: frozenset[int] | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    limit: int = 10
    offset: int = 0
    exclude: frozenset[int] = frozenset()
    correct: bool = True
    topics: Topics | None = None
    pinned: tuple[int, ...] = ()
    lift: Lift | None = None


@dataclass(frozen=True)
class Hit:
    """An article that was found. `snippet_html` is escaped text with `<mark>` around what matched; `why` it stands
    where it stands: "pinned", "lifted", or for its words alone."""

    id: int
    score: float
    title: str
    snippet_html: str
    version: int
    why: str = ""


@dataclass(frozen=True)
class SearchResult:
    """`total` counts all that the reader may see; `corrected` is the question as it was searched, when it was changed;
    `suggestions` are words that would find something; `terms` the words that were searched for; `outside` counts what
    answers outside of the topics that were asked for, and `beyond` are the best of that."""

    total: int = 0
    hits: tuple[Hit, ...] = ()
    corrected: str | None = None
    suggestions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    outside: int = 0
    beyond: tuple[Hit, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """A title that goes on as somebody types. `outside` of the topics that were asked for."""

    id: int
    title: str
    outside: bool = False


class Suggested(NamedTuple):
    """The best titles, and how many there are outside of the topics that were asked for."""

    titles: list[Suggestion]
    outside: int


class Indexed(NamedTuple):
    """What the index knows of an article: compared with the database by `reindex --check`.

    `updated` are whole seconds; everything that changes tags, or anything else that is searched, changes it.
    """

    version: int
    root_id: int
    category_id: int
    audiences: frozenset[frozenset[str]]
    title: str
    language: str
    updated: int


@dataclass
class Difference:
    """How an index differs from what it should hold: ids of articles."""

    missing: list[int] = field(default_factory=list)
    surplus: list[int] = field(default_factory=list)
    outdated: list[int] = field(default_factory=list)
    wrong_root: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.outdated or self.wrong_root)


class SearchEngine(Protocol):
    """An index of this machine. All methods may be called by several threads; one process at a time writes."""

    @property
    def cursor(self) -> int | None:
        """The seq of the newest event that the index holds; None when there is no usable index."""
        ...

    def search(self, query: SearchQuery) -> SearchResult:
        """The best hits. Raises IndexUnavailable."""
        ...

    def suggest(
        self,
        text: str,
        reader: Reader,
        limit: int = 10,
        exclude: frozenset[int] = frozenset(),
        topics: Topics | None = None,
    ) -> Suggested:
        """Titles that hold all words of the text, the last one perhaps unfinished; best first, and those outside of
        the topics after the others.

        Raises IndexUnavailable.
        """
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Be the one writer of this machine. Raises IndexBusy when another process is."""
        ...

    def update(self, documents: Iterable[SearchDocument], deleted_ids: Iterable[int], cursor: int) -> None:
        """Replace and remove articles, all at once, and remember the cursor with them.

        Raises IndexUnavailable, IndexBusy.
        """
        ...

    def rebuild(self, documents: Iterable[SearchDocument], cursor: int) -> int:
        """Make the index anew beside the old one and put it in its place; gives the number of texts.

        Raises IndexBusy.
        """
        ...

    def entries(self, articles: Iterable[int] | None = None) -> Iterator[tuple[int, Indexed]]:
        """What is known of some articles (ids), or of all in the index. Raises IndexUnavailable."""
        ...

    def warm(self) -> None:
        """Read now what the first question would have to wait for."""
        ...

    def close(self) -> None:
        """Let go of files and threads."""
        ...
