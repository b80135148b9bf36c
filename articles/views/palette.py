"""The palette: articles, actions and people as one types, from anywhere. The server draws the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles import access, navigation, personal
from articles import scope as scopes
from articles import search as engine
from articles.models import Article, User

from .handled import SignedInRequest, page
from .palette_actions import actions_for

LONGEST = 300  # characters of a question that are looked at
TITLES, HITS, OUTSIDE, PEOPLE, ACTIONS, RECENT = 8, 6, 3, 5, 6, 5
LEAST = 2  # letters from which on texts and people are looked through


@dataclass(frozen=True)
class Row:
    """An article in the list, and where it stands."""

    article: Article
    path: str
    pinned: bool = False


@require_safe
@page
def palette(request: SignedInRequest) -> HttpResponse:
    """`/palette/?q=`. At most eight queries, however many articles there are; five while nothing changes."""
    text = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST]
    user = request.user
    context = {
        "text": text,
        "actions": actions_for(access.site_abilities(user), text, ACTIONS),
        "search_url": "/search/?" + urlencode({"q": text}),
        "missing": urlencode({"kind": "missing", "query": text}),
        **(_found(user, text) if text else _begin(user)),
    }
    response = render(request, "articles/palette.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _begin(user: User) -> dict[str, object]:
    """Before anything is typed: what one had open last, and one's favourites."""
    recent = personal.recent(user, RECENT)
    shown = {article.pk for article in recent}
    stars = [article for article in personal.favourites(user, RECENT + len(shown)) if article.pk not in shown]
    return {"recent": _rows(user, recent), "favourites": _rows(user, stars[:RECENT])}


def _found(user: User, text: str) -> dict[str, object]:
    """Titles that go on like this, and then what answers in its text."""
    scope = scopes.of(user)
    narrowing = scope if scope.narrows else None
    titles = engine.suggest_within(user, text, narrowing, TITLES)
    rows = _rows(user, list(titles.inside))
    outside = _rows(user, list(titles.outside)[:OUTSIDE])
    better: list[Row] = []  # at the most one, which stands before all others
    total, count_outside = len(rows), titles.count_outside
    if len(text) >= LEAST:
        answer = engine.search_articles(user, text, limit=HITS, scope=narrowing)
        hits = _hits(user, answer.hits)
        rows = _together([*(row for row in hits if row.pinned), *rows], hits, TITLES + 2)
        beyond = _hits(user, answer.beyond)
        outside = _together([*(row for row in beyond if row.pinned), *outside], beyond, OUTSIDE)
        total, count_outside = answer.total, max(count_outside, answer.outside)
        better = beyond[:1] if answer.best_is_outside else []
        outside = [row for row in outside if row.article not in [one.article for one in better]]
    return {
        "articles": rows, "outside": outside, "better": better, "total": total, "count_outside": count_outside,
        "people": _people(user, text) if len(text) >= LEAST else [],
    }  # fmt: skip


def _together(first: list[Row], then: list[Row], most: int) -> list[Row]:
    """Each article once, where it stands first."""
    rows: dict[int, Row] = {}
    for row in (*first, *then):
        rows.setdefault(row.article.pk, row)
    return list(rows.values())[:most]


def _rows(user: User, articles: list[Article]) -> list[Row]:
    topics = navigation.tree(user).topics
    found = ((article, topics.get(article.category_id)) for article in articles)
    return [Row(article, topic.path_name if topic else "") for article, topic in found]


def _hits(user: User, hits: tuple[engine.FoundArticle, ...]) -> list[Row]:
    rows = _rows(user, [hit.article for hit in hits])
    return [replace(row, pinned=hit.pinned) for row, hit in zip(rows, hits, strict=True)]


def _people(user: User, text: str) -> list[User]:
    """Active people by name, for those who may see people."""
    if not access.can(user, "see_people"):
        return []

    def named(word: str) -> Q:
        names = ("username", "first_name", "last_name")
        # SQLite compares å, ä and ö with their case.
        ways = [(f"{name}__istartswith", word) for name in names]
        ways += [(f"{name}__startswith", word.capitalize()) for name in names]
        return reduce(or_, (Q(way) for way in ways))

    found = User.objects.filter(reduce(and_, map(named, text.split()[:4])), is_active=True)
    return list(found.prefetch_related("groups").order_by("first_name", "last_name", "username")[:PEOPLE])
