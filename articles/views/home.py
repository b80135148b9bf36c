"""Home: what changed since one last looked, and what waits for oneself."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import access, navigation
from articles.models import Article, Draft, Status, Version
from articles.templatetags.kb import said_day

from .handled import SignedInRequest, page
from .listing import Line, lines, page_of, with_beginnings

FEW = 6


@require_safe
@page
def home(request: SignedInRequest) -> HttpResponse:
    """`/`: recent changes, page by page; beside them what is new, one's own drafts, and what one answers for."""
    user = request.user
    published = access.visible_to(user).filter(status=Status.PUBLISHED)
    changes = page_of(
        request,
        with_beginnings(published).order_by("-updated_at", "-id"),
        total=navigation.tree(user).count,
    )
    edits = "create" in access.site_abilities(user)
    context = {
        "at_home": True,
        "page": changes,
        "days": by_day(lines(user, changes.rows)),
        "tops": navigation.tree(user).tops,
        "new": _new(published) if changes.number == 1 else [],
        "drafts": _drafts(request) if edits else [],
        "mine": _mine(request, published),
        "today": timezone.localdate(),
    }
    return render(request, "articles/home.html", context)


def by_day(entries: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """Entries under the day of their change, as people say it; the order is kept."""
    days: list[tuple[str, list[Line]]] = []
    for entry in entries:
        day = said_day(timezone.localtime(entry.article.updated_at).date())
        if not days or days[-1][0] != day:
            days.append((day, []))
        days[-1][1].append(entry)
    return days


def _new(published: QuerySet[Article]) -> list[Version]:
    """The newest articles: those whose first version still holds, or was published last."""
    first = Version.objects.filter(number=1, article__in=published.order_by())
    return list(
        first.select_related("article").only("number", "published_at", "article__title").order_by("-published_at")[:FEW]
    )


def _drafts(request: SignedInRequest) -> list[Draft]:
    """What this person wrote last and readers do not see yet."""
    editable = access.articles_for(request.user, "edit").exclude(status=Status.ARCHIVED)
    drafts = Draft.objects.filter(changed_by=request.user, seq__gt=F("published_seq"), article__in=editable.order_by())
    return list(
        drafts.select_related("article")
        .only("changed_at", "article__title", "article__status")
        .order_by("-changed_at")[:FEW]
    )


def _mine(request: SignedInRequest, published: QuerySet[Article]) -> list[Article]:
    """What this person, or a role of theirs, answers for: first what must be reviewed soonest."""
    view = access.view_of(request.user)
    roles = view.group_ids
    own = Q(owner_user=request.user) | Q(owner_role__in=roles)
    unowned = Q(owner_user=None, owner_role=None)
    own |= unowned & (Q(category__owner_user=request.user) | Q(category__owner_role__in=roles))
    return list(
        published.filter(own)
        .only("title", "review_date")
        .order_by(F("review_date").asc(nulls_last=True), "title")[:FEW]
    )
