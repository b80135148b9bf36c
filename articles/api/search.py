"""Search, and titles as one types."""

from __future__ import annotations

from dataclasses import asdict
from time import perf_counter
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from .. import access, search
from .. import scope as scopes
from ..actions import pinning
from ..actions.problems import Invalid
from ..models import Article, Category
from ..signed_in import SignedInRequest
from . import shapes

router = Router(tags=["search"])
LONGEST = 500  # characters of a question that are looked at


class Question(Schema):
    q: str = ""
    scope: str = "all"
    category: str | None = None
    tag: str | None = None
    language: str | None = None
    kind: str | None = None
    limit: Annotated[int, Query(ge=1, le=100)] = 20
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0
    exact: bool = False


@router.get("search")
def find(request: SignedInRequest, question: Query[Question]) -> dict[str, Any]:
    """The published articles that answer a question, best first. With `exact` no word is corrected.

    With `scope=mine` only those inside of the caller's scope, whatever else narrows the question; `outside` counts the
    others that answer it.
    """
    began = perf_counter()
    found = search.search_articles(
        request.user, question.q[:LONGEST], category=_category(request, question.category),
        tags=(question.tag,) if question.tag else (), language=_language(question), limit=question.limit,
        offset=question.offset, correct=not question.exact,
        scope=scopes.of(request.user) if question.scope == "mine" else None,
    )  # fmt: skip
    return {
        "query": question.q, "total": found.total, "outside": found.outside, "corrected": found.corrected,
        "suggestions": list(found.suggestions), "took_ms": round((perf_counter() - began) * 1000, 1),
        "hits": [_hit(hit) for hit in found.hits],
    }  # fmt: skip


@router.get("search/suggest")
def suggest(request: SignedInRequest, q: str = "", scope: str = "all") -> dict[str, Any]:
    """At most ten titles that go on as the caller types. With `scope=mine` those inside of the caller's scope come
    first, the others are marked, and `count_outside` counts them all. `scope=shown` is `mine` as long as the caller's
    lists show that, and `all` after they have widened them."""
    if scope not in ("mine", "all", "shown"):
        raise Invalid(scope=_("The scope must be mine, all or shown."))
    chosen = scopes.of(request.user) if scope != "all" else None
    narrowing = chosen if chosen and (scope == "mine" or chosen.narrows) else None
    titles = search.suggest_within(request.user, q[:LONGEST], narrowing)
    items = [_title(one) for one in titles.inside]
    if narrowing is None:
        return {"items": items}
    return {
        "items": [*items, *({**_title(one), "outside": True} for one in titles.outside)],
        "count_outside": titles.count_outside,
    }


def _title(one: Article) -> dict[str, Any]:
    return {"id": one.pk, "title": one.title, "category": one.category.name, "url": one.get_absolute_url()}


class PinIn(Schema):
    q: str
    article: int


@router.put("search/pins", response={204: None})
def pin(request: SignedInRequest, data: PinIn) -> Status[None]:
    """Let an article come first for a query, for all who may see it. For those who may edit it."""
    pinning.pin_answer(request.user, data.article, data.q)
    return Status(204, None)


@router.delete("search/pins", response={204: None})
def unpin(request: SignedInRequest, q: str, article: int) -> Status[None]:
    """Take it off again."""
    pinning.unpin_answer(request.user, article, q)
    return Status(204, None)


def _hit(hit: Any) -> dict[str, Any]:
    article = hit.article
    return {
        "id": article.pk, "title": article.title, "snippet": hit.snippet_html, "category": article.category.slug,
        "version": article.version.number, "updated": shapes.time(article.updated_at), "score": round(hit.score, 4),
        "flags": getattr(article, "open_flags", 0), "url": article.get_absolute_url(), "pinned": hit.pinned,
        "lifted": asdict(hit.reason) if hit.reason else None,
    }  # fmt: skip


def _category(request: SignedInRequest, slug: str | None) -> Category | None:
    if not slug:
        return None
    category = access.categories_for(request.user).filter(slug=slug).first()
    if category is None:
        raise Invalid(category=_("There is no category %(slug)s.") % {"slug": slug})
    return category


def _language(question: Question) -> str | None:
    """The language to search in; None for all. Raises Invalid for words that this search does not know."""
    if question.scope not in ("mine", "all"):
        raise Invalid(scope=_("The scope must be mine or all."))
    if question.kind not in (None, "", "article"):
        raise Invalid(kind=_("The kind must be article."))
    if question.language not in (None, "", "en", "sv"):
        raise Invalid(language=_("The language must be en or sv."))
    return question.language or None
