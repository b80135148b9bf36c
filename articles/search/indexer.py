"""The reader of the event log that keeps the search index of this machine true.

It may be killed at any moment: the cursor is committed with the changes that it stands for, so that whatever was not
committed is read again. Doing the same twice does no harm, because an article is always indexed as it is now.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from itertools import chain, combinations

from django.db.models import Q, QuerySet

from .. import documents
from ..models import Article, Category, Event, EventCounter, Status
from .current import get_engine
from .engine import NO_ROOT, Difference, IndexBusy, Indexed, IndexUnavailable, SearchDocument, SearchEngine

logger = logging.getLogger(__name__)
EVENTS_AT_ONCE = 200
ARTICLES_AT_ONCE = 200
MOST_AUDIENCES = 3  # roles of an article's passages up to which every combination gets a text of its own
OF_ARTICLES = frozenset(
    {
        "article.published",
        "article.updated",
        "article.moved",
        "article.audience_changed",
        "article.archived",
        "article.restored",
    }
)
OF_CATEGORIES = frozenset({"category.changed"})


class Indexer:
    """Brings the index up to date. One per machine does: when another process writes, this one does nothing."""

    def __init__(self, engine: SearchEngine | None = None) -> None:
        self._engine = engine or get_engine()

    @property
    def cursor(self) -> int | None:
        """The seq of the newest event in the index; None when there is no usable index."""
        return self._engine.cursor

    def lag(self) -> int | None:
        """How many events the index is behind; None when there is no usable index."""
        cursor = self._engine.cursor
        return None if cursor is None else max(0, newest_event() - cursor)

    def run_once(self) -> int:
        """Index the next events, EVENTS_AT_ONCE at the most; gives how many. Builds the index where there is none.

        Raises what the database raises; the cursor stays where it was.
        """
        try:
            with self._engine.writing():
                return self._run_once()
        except IndexBusy:
            return 0

    def rebuild(self) -> int:
        """Make the index anew from the database, beside the one that is searched; gives the number of texts.

        Raises IndexBusy when another process is writing.
        """
        with self._engine.writing():
            cursor = newest_event()  # before the articles are read: what changes meanwhile is read again
            return self._engine.rebuild(_all_documents(), cursor)

    def _run_once(self) -> int:
        cursor = self._engine.cursor
        if cursor is None or not log_reaches_back_to(cursor):
            logger.info("The search index is built")
            return self.rebuild()
        events = list(
            Event.objects.filter(seq__gt=cursor).order_by("seq").values_list("seq", "kind", "article_id", "category_id")
        )[:EVENTS_AT_ONCE]
        if not events:
            return 0
        articles = {article_id for _, kind, article_id, _ in events if article_id and kind in OF_ARTICLES}
        categories = {category_id for _, kind, _, category_id in events if category_id and kind in OF_CATEGORIES}
        articles |= self._moved_with(categories)
        found = list(_documents_of(articles))
        gone = articles - {document.id for document in found}
        try:
            self._engine.update(found, gone, cursor=events[-1][0])
        except IndexUnavailable:
            logger.warning("The search index cannot be read, and is built anew")
            return self.rebuild()
        return len(events)

    def _moved_with(self, categories: set[int]) -> set[int]:
        """The articles below some categories whose access root is not the one that the index has.

        Other grants at the same root change nothing here: the index stores the root, not who holds it.
        """
        below = subtrees(categories)
        if below is None:
            return set()
        roots = dict(published().filter(below).values_list("pk", "access_root_id"))
        indexed = {article: entry.root_id for article, entry in self._engine.entries(roots)}
        return {article for article, root in roots.items() if indexed.get(article) != (root or NO_ROOT)}


def published() -> QuerySet[Article]:
    """The articles that belong in the index."""
    return Article.objects.filter(status=Status.PUBLISHED, version__isnull=False)


def newest_event() -> int:
    """The seq of the newest event; 0 when nothing has happened yet."""
    return EventCounter.objects.values_list("seq", flat=True).first() or 0


def log_reaches_back_to(cursor: int) -> bool:
    """Whether all events after a cursor are still there, and it is not from a future that was undone by a restore."""
    newest = newest_event()
    if cursor >= newest:
        return cursor == newest
    return Event.objects.filter(seq=cursor + 1).exists()


def subtrees(categories: Iterable[int]) -> Q | None:
    """The condition on articles to stand in some categories or below them; None for no categories."""
    paths = Category.objects.filter(pk__in=list(categories)).values_list("path", flat=True)
    condition = None
    for path in paths:
        here = Q(category__path__startswith=path)
        condition = here if condition is None else condition | here
    return condition


def _all_documents() -> Iterator[SearchDocument]:
    """Every text of every published article, with two queries for ARTICLES_AT_ONCE of them."""
    last = 0
    while True:
        ids = list(published().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:ARTICLES_AT_ONCE])
        if not ids:
            return
        yield from _documents_of(ids)
        last = ids[-1]


def _documents_of(articles: Iterable[int]) -> Iterator[SearchDocument]:
    """The texts of those of some articles that are published."""
    ids = sorted(articles)
    for start in range(0, len(ids), ARTICLES_AT_ONCE):
        chunk = published().filter(pk__in=ids[start : start + ARTICLES_AT_ONCE])
        for article in chunk.select_related("version").prefetch_related("tags").order_by("pk"):
            yield from documents_of(article)


def documents_of(article: Article) -> Iterator[SearchDocument]:
    """What is indexed of a published article (with `version` and `tags`): a text for each class of its readers."""
    version = article.version
    assert version is not None
    passage_roles = frozenset(version.passage_roles)
    for audience in audiences_of(passage_roles):
        try:
            headings, body = documents.search_fields(documents.for_audience(version.document, audience))
        except Exception:  # one broken document must not stop the index: it is found by its title
            logger.exception("The text of article %s cannot be indexed", article.pk)
            headings, body = "", ""
        yield SearchDocument(
            id=article.pk,
            title=article.title,
            headings=headings,
            tags=tuple(sorted(tag.name for tag in article.tags.all())),
            body=body,
            category_id=article.category_id,
            language=article.language,
            root_id=article.access_root_id or NO_ROOT,
            version=version.number,
            updated=article.updated_at,
            audience=audience,
            passage_roles=passage_roles,
        )


def audiences_of(passage_roles: frozenset[str]) -> list[frozenset[str]]:
    """The classes of readers that get a text of their own.

    All combinations of the roles while they are few; else nobody, each role alone, and all of them: then a reader
    with two of many roles finds the article by the passages of one.
    """
    roles = sorted(passage_roles)
    sizes = range(len(roles) + 1) if len(roles) <= MOST_AUDIENCES else (0, 1, len(roles))
    return [frozenset(some) for some in chain.from_iterable(combinations(roles, size) for size in sizes)]


def compare(engine: SearchEngine) -> Difference:
    """How the index differs from the database. Raises IndexUnavailable."""
    difference = Difference()
    indexed = dict(engine.entries())
    rows = published().order_by("pk").values_list(
        "pk", "version__number", "access_root_id", "category_id", "version__passage_roles", "title", "language",
        "updated_at",
    )  # fmt: skip
    for pk, version, root_id, category_id, passage_roles, title, language, updated in rows.iterator():
        entry = indexed.pop(pk, None)
        if entry is None:
            difference.missing.append(pk)
            continue
        audiences = frozenset(audiences_of(frozenset(passage_roles)))
        if entry.root_id != (root_id or NO_ROOT):
            difference.wrong_root.append(pk)
        elif entry != Indexed(
            version, entry.root_id, category_id, audiences, title, language, int(updated.timestamp())
        ):  # fmt: skip
            difference.outdated.append(pk)
    difference.surplus = sorted(indexed)
    return difference
