"""Search as a person may have it.

The index may be seconds behind the database, or hours when no worker runs. So what has changed hands since its
cursor is left out of the question, and every hit is fetched through `access.visible_to`: a stale index finds less,
never more, and neither its totals nor its suggestions tell of what the person may not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from .. import access, epoch
from ..kept import Kept
from ..models import Article, Category, Event, Flag, Status, User
from ..models.flag import OPEN
from .current import get_engine
from .engine import Hit, IndexUnavailable, Reader, SearchEngine, SearchQuery
from .indexer import OF_ARTICLES, OF_CATEGORIES, log_reaches_back_to, subtrees
from .tokens import tokenise

MOST_SUGGESTED = 10
_rows: Kept[Article] = Kept(20_000)  # some 3 kB each; shared by threads, so nobody writes to what it gives


@dataclass(frozen=True)
class FoundArticle:
    """A hit that its finder may see. `article` has its category, version and tags, and is shared: read only.

    `snippet_html` is safe.
    """

    article: Article
    score: float
    snippet_html: str


@dataclass(frozen=True)
class Answer:
    """What a search gives. `rebuilding`: there was no index, so that only titles were looked through."""

    total: int
    hits: tuple[FoundArticle, ...]
    corrected: str | None = None
    suggestions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    rebuilding: bool = False


def search_articles(
    user: User | AnonymousUser,
    text: str,
    *,
    category: Category | None = None,
    tags: tuple[str, ...] = (),
    language: str | None = None,
    limit: int = 10,
    offset: int = 0,
    correct: bool = True,
) -> Answer:
    """The published articles that a person may see and that answer a question, best first.

    `category`: only there and below; `tags`: only with all of these; `correct`: whether a misspelt word may be
    searched as another. At most five queries, however many articles there are, and at most five more while the
    index is behind.
    """
    view = access.view_of(user)
    engine = get_engine()
    try:
        query = SearchQuery(
            text=text, reader=reader_of(view), categories=_categories(category), tags=tags, language=language,
            limit=limit, offset=offset, exclude=changed_hands(view, engine), correct=correct,
        )  # fmt: skip
        result = engine.search(query)
    except IndexUnavailable:
        return _titles_in_database(view, text, category, tags, language, limit, offset)
    hits = _visible(view, result.hits)
    return Answer(
        total=result.total - (len(result.hits) - len(hits)),
        hits=tuple(hits),
        corrected=result.corrected,
        suggestions=result.suggestions,
        terms=result.terms,
    )


def suggest_titles(user: User | AnonymousUser, text: str, limit: int = MOST_SUGGESTED) -> list[Article]:
    """Articles, with their category, whose titles go on as somebody types; queries as above, less one."""
    view = access.view_of(user)
    engine = get_engine()
    try:
        found = engine.suggest(text, reader_of(view), limit, changed_hands(view, engine))
    except IndexUnavailable:
        return list(_with_words(_listed(view), text).order_by("-updated_at")[:limit])
    rows = _seen(view, [suggestion.id for suggestion in found])
    return [rows[suggestion.id] for suggestion in found if suggestion.id in rows]


def reader_of(view: access.View) -> Reader:
    """What the index must know of a person's rights."""
    return Reader(roots=view.visible_roots, roles=view.roles, edit_roots=view.roots.get("edit", frozenset()))


def changed_hands(view: access.View, engine: SearchEngine) -> frozenset[int]:
    """The articles that this person may not see as the index has them, because of what happened after its cursor.

    One query (the epoch) when the index is up to date; else at most five more. Raises IndexUnavailable when there is
    no index, or so old a one that the log does not tell what happened since.
    """
    cursor = engine.cursor
    if cursor is None:
        raise IndexUnavailable("There is no index.")
    if cursor >= epoch.current().seq:  # ahead: it moved on since this request read the epoch
        return frozenset()
    if not log_reaches_back_to(cursor):
        raise IndexUnavailable("The index is too old.")
    since = Event.objects.filter(seq__gt=cursor)
    affected = Q(pk__in=since.filter(kind__in=OF_ARTICLES).values("article_id"))
    categories = set(since.filter(kind__in=OF_CATEGORIES).values_list("category_id", flat=True)) - {None}
    below = subtrees(categories)
    if below is not None:
        affected |= below
    may_see = Q(pk__in=access.visible_to_view(view).filter(status=Status.PUBLISHED).values("pk"))
    # The index has an older text of these, perhaps with a passage that is for certain roles only by now.
    with_passages = Q(version__isnull=False) & ~Q(version__passage_roles=[])
    return frozenset(Article.objects.filter(affected).filter(~may_see | with_passages).values_list("pk", flat=True))


def _categories(category: Category | None) -> frozenset[int] | None:
    """The category and all below it."""
    if category is None:
        return None
    return frozenset(Category.objects.filter(path__startswith=category.path or "").values_list("pk", flat=True))


def _listed(view: access.View) -> QuerySet[Article]:
    return _light(access.visible_to_view(view).filter(status=Status.PUBLISHED))


def _light(rows: QuerySet[Article]) -> QuerySet[Article]:
    """What lists show of articles; the documents stay in the database, decoding one costs more than a search.

    `open_flags` is how many there are: who sees an article sees its flags.
    """
    flags = Flag.objects.filter(article=OuterRef("pk"), status__in=OPEN).order_by().values("article")
    counted = Coalesce(Subquery(flags.annotate(count=Count("pk")).values("count")), 0)
    return rows.select_related("category", "version").defer("version__document").annotate(open_flags=counted)


def _visible(view: access.View, hits: tuple[Hit, ...]) -> list[FoundArticle]:
    rows = _seen(view, [hit.id for hit in hits])
    return [FoundArticle(rows[hit.id], hit.score, hit.snippet_html) for hit in hits if hit.id in rows]


def _seen(view: access.View, ids: list[int]) -> dict[int, Article]:
    """Those of the published articles that exist for this person, by id; at most two queries.

    What lists show of an article is the same for all who may see it, and is kept until lists or rights change.
    Whether this person may see it is asked of each row.
    """
    now = epoch.current()
    rows: dict[int, Article] = _rows.get_many(ids, (now.access_seq, now.listing_seq), _read_rows)
    return {pk: row for pk, row in rows.items() if row.status == Status.PUBLISHED and access.sees(view, row)}


def _read_rows(ids: list[int]) -> dict[int, Article]:
    return _light(Article.objects.filter(pk__in=ids)).prefetch_related("tags").in_bulk()


def _titles_in_database(
    view: access.View,
    text: str,
    category: Category | None,
    tags: tuple[str, ...],
    language: str | None,
    limit: int,
    offset: int,
) -> Answer:
    """The answer without an index: articles whose titles hold all words, the newest first."""
    rows = _with_words(_listed(view), text)
    if category is not None:
        rows = rows.filter(category__path__startswith=category.path or "")
    if language is not None:
        rows = rows.filter(language=language)
    for tag in tags:
        rows = rows.filter(tags__name__iexact=tag)
    hits = rows.order_by("-updated_at", "-pk")[offset : offset + limit]
    return Answer(total=rows.count(), hits=tuple(FoundArticle(article, 0.0, "") for article in hits), rebuilding=True)


def _with_words(rows: QuerySet[Article], text: str) -> QuerySet[Article]:
    words = dict.fromkeys(token.text for token in tokenise(text) if token.word)
    if not words:
        return rows.none()
    # SQLite compares å, ä and ö with their case.
    return rows.filter(
        reduce(and_, (Q(title__icontains=word) | Q(title__contains=word.capitalize()) for word in list(words)[:8]))
    )
