"""A topic: what is below it, and its articles."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from articles import access, navigation
from articles.models import Article, Status, Tag

from .handled import SignedInRequest, page
from .listing import lines, page_of, with_beginnings

MOST_TAGS = 60
SORTS = {
    "title": (_("Title"), ("title", "id")),
    "changed": (_("Newest change"), ("-updated_at", "-id")),
    "review": (_("Review date"), (F("review_date").asc(nulls_last=True), "title", "id")),
}
STATES = {Status.PUBLISHED: _("Published"), Status.DRAFT: _("Drafts"), Status.ARCHIVED: _("Archived")}


@require_safe
@page
def category(request: SignedInRequest, slug: str) -> HttpResponse:
    """`/categories/<slug>/?tag=&language=&sort=&status=&page=`: the articles of a topic and of what is below it.

    Drafts and archived articles are shown to those who may edit here, and only when they ask for them.
    """
    user = request.user
    found = access.fetch_category(user, "view", slug=slug)
    topic = navigation.tree(user).topics[found.pk]
    edits = access.can(user, "edit", found)
    below = [one.id for _depth, one in topic.walk()]
    chosen = _chosen(request, edits)
    all_here = access.visible_to(user).filter(category_id__in=below, status=chosen["status"])
    shown = _filtered(all_here, chosen)
    is_filtered = chosen["tag"] or chosen["language"] or chosen["status"] != Status.PUBLISHED
    entries = page_of(
        request,
        with_beginnings(shown).order_by(*SORTS[chosen["sort"]][1]),
        total=shown.count() if is_filtered else topic.count,
    )
    context = {
        "category": found,
        "topic": topic,
        "page": entries,
        "lines": lines(user, entries.rows, here=found.pk),
        "chosen": chosen,
        "is_filtered": is_filtered,
        "tags": _tags(all_here),
        "sorts": {key: label for key, (label, _order) in SORTS.items()},
        "states": STATES if edits else {},
        "may_create": access.can(user, "create", found),
        "today": timezone.localdate(),
    }
    return render(request, "articles/category.html", context)


def _chosen(request: SignedInRequest, edits: bool) -> dict[str, Any]:
    """What the address asks for; anything unknown counts as not asked for."""
    sort, status = request.GET.get("sort", ""), request.GET.get("status", "")
    return {
        "tag": request.GET.get("tag", "").strip()[:60],
        "language": request.GET.get("language") if request.GET.get("language") in ("en", "sv") else "",
        "sort": sort if sort in SORTS else "title",
        "status": status if edits and status in STATES else Status.PUBLISHED,
    }


def _filtered(articles: QuerySet[Article], chosen: dict[str, Any]) -> QuerySet[Article]:
    if chosen["tag"]:
        articles = articles.filter(tags__name__iexact=chosen["tag"])
    if chosen["language"]:
        articles = articles.filter(language=chosen["language"])
    return articles


def _tags(articles: QuerySet[Article]) -> list[Tag]:
    """The tags of these articles with their counts, the most used first, then by name."""
    counted = Tag.objects.filter(articles__in=articles.order_by()).annotate(uses=Count("articles"))
    return sorted(counted.order_by("-uses", "name")[:MOST_TAGS], key=lambda tag: tag.name.casefold())
