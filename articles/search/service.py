"""Search as a person may have it.

The index may be seconds behind the database, or hours when no worker runs. So what has changed hands since its
cursor is left out of the question, and every hit is fetched through `access.visible_to`: a stale index finds less,
never more, and neither its totals nor its suggestions tell of what the person may not see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import TypedDict

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from .. import access, epoch
from ..kept import Kept
from ..models import Article, Category, Event, Flag, Status, User
from ..models.flag import OPEN
from ..scope import Scope
from . import answers
from .current import get_engine
from .engine import Hit, IndexUnavailable, Reader, SearchEngine, SearchQuery, Topics
from .indexer import OF_ARTICLES, OF_CATEGORIES, log_reaches_back_to, subtrees
from .tokens import tokenise

MOST_SUGGESTED = 10
MUCH_BETTER = 1.2  # so many times the score: all words in the title, where inside only some stand in the text
_rows: Kept[Article] = Kept(20_000)  # some 3 kB each; shared by threads, so nobody writes to what it gives


@dataclass(frozen=True)
class FoundArticle:
    """A hit that its finder may see. `article` has its category, version and tags, and is shared: read only.

    `snippet_html` is safe. `pinned`: by an editor, for these words; `reason`: what lifted it above its words.
    """

    article: Article
    score: float
    snippet_html: str
    pinned: bool = False
    reason: answers.Reason | None = None


@dataclass(frozen=True)
class Answer:
    """What a search gives. `rebuilding`: there was no index, so that only titles were looked through.

    With a scope, `total` and `hits` are inside of it; `outside` counts what else answers, and `beyond` are the best
    of that. `is_behind`: lists have changed since what the index has; a later answer may be another.
    """

    total: int
    hits: tuple[FoundArticle, ...]
    corrected: str | None = None
    suggestions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    rebuilding: bool = False
    outside: int = 0
    beyond: tuple[FoundArticle, ...] = ()
    is_behind: bool = False

    @property
    def best_is_outside(self) -> bool:
        """Whether something outside answers so much better that it would be wrong to let it wait.

        A pin has no score: it is an editor's word. One inside is the best answer, whatever scores outside.
        """
        if not self.beyond or not self.hits:
            return bool(self.beyond)
        inside, outside = self.hits[0], self.beyond[0]
        if inside.pinned or outside.pinned:
            return not inside.pinned
        return outside.score > MUCH_BETTER * inside.score


@dataclass(frozen=True)
class Titles:
    """Articles whose titles go on as somebody types. With a scope, those outside come last, and are counted."""

    inside: tuple[Article, ...]
    outside: tuple[Article, ...] = ()
    count_outside: int = 0


class Limits(TypedDict, total=False):
    """What narrows a search, as below, and which part of it is wanted."""

    category: Category | None
    tags: tuple[str, ...]
    language: str | None
    limit: int
    offset: int


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
    scope: Scope | None = None,
) -> Answer:
    """The published articles that a person may see and that answer a question, best first.

    `category`: only there and below; `tags`: only with all of these; `correct`: whether a misspelt word may be
    searched as another; `scope`: only what is inside of it, and the rest is counted. At most five queries, however
    many articles there are, and at most five more while the index is behind.
    """
    view = access.view_of(user)
    engine = get_engine()
    indexed = engine.cursor or 0  # before the search, which may have a newer one
    reasons: dict[int, answers.Reason] = {}

    def lift(ids: list[int]) -> dict[int, float]:
        reasons.update(answers.reasons_for(text, ids))
        return {pk: reason.factor for pk, reason in reasons.items()}

    try:
        query = SearchQuery(
            text=text, reader=reader_of(view), categories=_categories(category), tags=tags, language=language,
            limit=limit, offset=offset, exclude=changed_hands(view, engine), correct=correct,
            topics=_topics(scope), pinned=answers.pinned_for(text), lift=lift,
        )  # fmt: skip
        result = engine.search(query)
    except IndexUnavailable:
        return _titles_in_database(view, text, category, tags, language, limit, offset, scope)
    found = _visible(view, (*result.hits, *result.beyond), reasons)
    shown = {hit.id for hit in result.hits}
    hits = [hit for hit in found if hit.article.pk in shown]
    beyond = [hit for hit in found if hit.article.pk not in shown]
    return Answer(
        total=result.total - (len(result.hits) - len(hits)),
        hits=tuple(hits),
        corrected=result.corrected,
        suggestions=result.suggestions,
        terms=result.terms,
        outside=result.outside - (len(result.beyond) - len(beyond)),
        beyond=tuple(beyond),
        is_behind=indexed < epoch.current().listing_seq,
    )


def list_articles(
    user: User | AnonymousUser,
    *,
    category: Category | None = None,
    tags: tuple[str, ...] = (),
    language: str | None = None,
    limit: int = 10,
    offset: int = 0,
    scope: Scope | None = None,
) -> Answer:
    """The published articles that a person may see, narrowed as above, the newest first: an answer without a question.

    With a scope only what is inside of it; `outside` counts the rest. At most four queries.
    """
    rows, others = _divided(_narrowed(_listed(access.view_of(user)), category, tags, language), scope)
    hits = rows.prefetch_related("tags").order_by("-updated_at", "-pk")[offset : offset + limit]
    return Answer(
        total=rows.count(),
        hits=tuple(FoundArticle(article, 0.0, "") for article in hits),
        outside=others.count() if scope else 0,
    )


def suggest_titles(user: User | AnonymousUser, text: str, limit: int = MOST_SUGGESTED) -> list[Article]:
    """Articles, with their category, whose titles go on as somebody types; queries as above, less one."""
    return list(suggest_within(user, text, None, limit).inside)


def suggest_within(user: User | AnonymousUser, text: str, scope: Scope | None, limit: int = MOST_SUGGESTED) -> Titles:
    """`suggest_titles` divided by a scope: first what is inside, then what room is left for; the rest is counted."""
    view = access.view_of(user)
    engine = get_engine()
    try:
        found = engine.suggest(text, reader_of(view), limit, changed_hands(view, engine), _topics(scope))
    except IndexUnavailable:
        return _begun_in_database(view, text, scope, limit)
    rows = seen_rows(view, [one.id for one in found.titles])
    gone = sum(one.outside for one in found.titles if one.id not in rows)
    return Titles(
        inside=tuple(rows[one.id] for one in found.titles if one.id in rows and not one.outside),
        outside=tuple(rows[one.id] for one in found.titles if one.id in rows and one.outside),
        count_outside=found.outside - gone,
    )


def _topics(scope: Scope | None) -> Topics | None:
    """A scope for the index; None where nothing is outside of it."""
    if scope is None or scope.is_everything:
        return None
    return Topics(scope.below, frozenset(scope.tag_names), frozenset(scope.languages))


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

    `open_flags` is how many there are for everybody who sees the article: not those of passages for certain roles.
    """
    free = Q(anchor=None) | Q(anchor__audience="")
    flags = Flag.objects.filter(free, article=OuterRef("pk"), status__in=OPEN).order_by().values("article")
    counted = Coalesce(Subquery(flags.annotate(count=Count("pk")).values("count")), 0)
    return rows.select_related("category", "version").defer("version__document").annotate(open_flags=counted)


def _visible(view: access.View, hits: tuple[Hit, ...], reasons: Mapping[int, answers.Reason]) -> list[FoundArticle]:
    rows = seen_rows(view, [hit.id for hit in hits])
    return [
        FoundArticle(
            rows[hit.id], hit.score, hit.snippet_html, pinned=hit.why == "pinned",
            reason=reasons.get(hit.id) if hit.why == "lifted" else None,
        )
        for hit in hits if hit.id in rows
    ]  # fmt: skip


def seen_rows(view: access.View, ids: list[int]) -> dict[int, Article]:
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
    scope: Scope | None = None,
) -> Answer:
    """The answer without an index: articles whose titles hold all words, the newest first."""
    rows, others = _divided(_narrowed(_with_words(_listed(view), text), category, tags, language), scope)
    hits = rows.order_by("-updated_at", "-pk")[offset : offset + limit]
    return Answer(
        total=rows.count(),
        hits=tuple(FoundArticle(article, 0.0, "") for article in hits),
        rebuilding=True,
        is_behind=True,
        outside=others.count() if scope else 0,
        beyond=tuple(FoundArticle(one, 0.0, "") for one in others.order_by("-updated_at")[:3]) if scope else (),
    )


def _narrowed(
    rows: QuerySet[Article], category: Category | None, tags: tuple[str, ...], language: str | None
) -> QuerySet[Article]:
    if category is not None:
        rows = rows.filter(category__path__startswith=category.path or "")
    if language is not None:
        rows = rows.filter(language=language)
    for tag in tags:
        rows = rows.filter(tags__name__iexact=tag)
    return rows


def _divided(rows: QuerySet[Article], scope: Scope | None) -> tuple[QuerySet[Article], QuerySet[Article]]:
    """What is inside of a scope, and what is not."""
    if scope is None or scope.is_everything:
        return rows, rows.none()
    return rows.filter(scope.condition), rows.exclude(scope.condition)


def _begun_in_database(view: access.View, text: str, scope: Scope | None, limit: int) -> Titles:
    rows, others = _divided(_with_words(_listed(view), text).order_by("-updated_at"), scope)
    inside = tuple(rows[:limit])
    outside = tuple(others[: limit - len(inside)]) if scope else ()
    return Titles(inside, outside, others.count() if scope else 0)


def _with_words(rows: QuerySet[Article], text: str) -> QuerySet[Article]:
    words = dict.fromkeys(token.text for token in tokenise(text) if token.word)
    if not words:
        return rows.none()
    # SQLite compares å, ä and ö with their case.
    return rows.filter(
        reduce(and_, (Q(title__icontains=word) | Q(title__contains=word.capitalize()) for word in list(words)[:8]))
    )
