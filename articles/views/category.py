"""A topic: what is below it, and its articles."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from articles import access, navigation
from articles import scope as scopes
from articles.models import Article, Category, Status, Tag, User

from .drawing import drawn
from .handled import SignedInRequest, page
from .listing import lines, number_in, page_of, with_beginnings

MOST_TAGS = 60
LANGUAGES = ("en", "sv")
SORTS = {
    "title": (_("Title"), ("title", "id")),
    "changed": (_("Newest change"), ("-updated_at", "-id")),
    "review": (_("Review date"), (F("review_date").asc(nulls_last=True), "title", "id")),
}
STATES = {Status.PUBLISHED: _("Published"), Status.DRAFT: _("Drafts"), Status.ARCHIVED: _("Archived")}


@dataclass(frozen=True)
class Asked:
    """What the address of a topic asks for; anything unknown counts as not asked for."""

    tag: str
    language: str
    sort: str
    status: str
    page: int

    @property
    def is_filtered(self) -> bool:
        return bool(self.tag or self.language or self.status != Status.PUBLISHED)

    @property
    def query(self) -> str:
        """The same again, for the links to other pages: "tag=fees&sort=title&"."""
        named = {"tag": self.tag, "language": self.language, "status": self.status, "sort": self.sort}
        return urlencode({name: value for name, value in named.items() if value}) + "&"


@dataclass(frozen=True)
class Drawn:
    """A topic as it is drawn for all who may see, and chose, the same. `outside`: how many articles the list leaves
    out, because they are outside of the reader's scope; None where the whole topic is, and is shown all the same."""

    head: str
    entries: str
    outside: int | None


@require_safe
@page
def category(request: SignedInRequest, slug: str) -> HttpResponse:
    """`/categories/<slug>/?tag=&language=&sort=&status=&page=`: the articles of a topic and of what is below it.

    Drafts and archived articles are shown to those who may edit here, and only when they ask for them.
    """
    user = request.user
    found = access.fetch_category(user, "view", slug=slug)
    asked = _asked(request, edits=access.can(user, "edit", found))
    scope = scopes.of(user)
    if asked.is_filtered:  # too many ways to ask to keep them all
        made = _draw(user, found, asked, scope)
    else:
        what = ("category", found.pk, asked, scope.key if scope.narrows else None)
        made = drawn(user, what, lambda: _draw(user, found, asked, scope))
    return render(request, "articles/category.html", {"category": found, "drawn": made})


def _asked(request: SignedInRequest, *, edits: bool) -> Asked:
    language, sort, status = (request.GET.get(name, "") for name in ("language", "sort", "status"))
    return Asked(
        tag=request.GET.get("tag", "").strip()[:60],
        language=language if language in LANGUAGES else "",
        sort=sort if sort in SORTS else "title",
        status=status if edits and status in STATES else Status.PUBLISHED,
        page=number_in(request),
    )


def _draw(user: User, category: Category, asked: Asked, scope: scopes.Scope) -> Drawn:
    topic = navigation.tree(user).topics[category.pk]
    edits = access.can(user, "edit", category)
    below = [one.id for _depth, one in topic.walk()]
    all_here = access.visible_to(user).filter(category_id__in=below, status=asked.status)
    shown, outside = _inside(_filtered(all_here, asked), scope)
    found = page_of(
        with_beginnings(shown).order_by(*SORTS[asked.sort][1]),
        asked.page,
        total=shown.count() if asked.is_filtered or scope.narrows else topic.count,
        query=asked.query,
    )
    context = {
        "category": category,
        "topic": topic,
        "page": found,
        "lines": lines(user, found.rows, here=category.pk),
        "asked": asked,
        "tags": _tags(all_here),
        "sorts": {key: label for key, (label, _order) in SORTS.items()},
        "states": STATES if edits else {},
        "may_create": access.can(user, "create", category),
        "today": timezone.localdate(),
        "is_outside": outside is None,
    }
    head, entries = (render_to_string(f"articles/_category{part}.html", context) for part in ("", "_entries"))
    return Drawn(head, entries, outside)


def _inside(rows: QuerySet[Article], scope: scopes.Scope) -> tuple[QuerySet[Article], int | None]:
    """What is inside of the scope, and how many are not. Where nothing is inside, whoever opens the topic wants it
    all: then everything, and None."""
    if not scope.narrows:
        return rows, 0
    inside = rows.filter(scope.condition)
    everything, count = rows.count(), inside.count()
    return (inside, everything - count) if count or not everything else (rows, None)


def _filtered(articles: QuerySet[Article], asked: Asked) -> QuerySet[Article]:
    if asked.tag:
        articles = articles.filter(tags__name__iexact=asked.tag)
    if asked.language:
        articles = articles.filter(language=asked.language)
    return articles


def _tags(articles: QuerySet[Article]) -> list[Tag]:
    """The tags of these articles with their counts, the most used first, then by name."""
    counted = Tag.objects.filter(articles__in=articles.order_by()).annotate(uses=Count("articles"))
    return sorted(counted.order_by("-uses", "name")[:MOST_TAGS], key=lambda tag: tag.name.casefold())
