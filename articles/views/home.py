"""Home: what changed since one last looked, and what waits for oneself."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from articles import access, epoch, navigation
from articles import scope as scopes
from articles.kept import Kept
from articles.models import Article, Draft, Status, User, Version
from articles.templatetags.kb import said_day

from .drawing import drawn
from .handled import SignedInRequest, page
from .listing import Line, lines, number_in, page_of, with_beginnings

FEW = 6
_mine_drawn: Kept[str] = Kept(1_000)


@require_safe
@page
def home(request: SignedInRequest) -> HttpResponse:
    """`/`: recent changes, page by page; beside them what is new, one's own drafts, and what one answers for."""
    user = request.user
    number = number_in(request)
    may = access.site_abilities(user)
    scope = scopes.of(user)
    seen_as = scope.key if scope.narrows else None
    context = {
        "at_home": True,
        "scope": scope,
        "changes": drawn(user, ("changes", number, seen_as), lambda: _changes(user, scope, number, "create" in may)),
        "new": drawn(user, ("new articles", seen_as), lambda: _new(user, scope)) if number == 1 else "",
        "drafts": _drafts(user) if "create" in may else [],
        "mine": _mine(user),
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


def _changes(user: User, scope: scopes.Scope, number: int, creates: bool) -> str:
    tree = navigation.tree(user)
    ordered = with_beginnings(_inside(user, scope)).order_by("-updated_at", "-id")
    found = page_of(ordered, number, total=scope.inside if scope.narrows else tree.count, query="")
    context = {
        "page": found,
        "days": by_day(lines(user, found.rows)),
        "tops": tree.tops,
        "outside": scope.outside if scope.narrows else 0,
        "creates": creates,
        "today": timezone.localdate(),
    }
    return render_to_string("articles/_changes.html", context)


def _published(user: User) -> QuerySet[Article]:
    return access.visible_to(user).filter(status=Status.PUBLISHED)


def _inside(user: User, scope: scopes.Scope) -> QuerySet[Article]:
    """What is published and inside of the person's scope, where that narrows."""
    return _published(user).filter(scope.condition) if scope.narrows else _published(user)


def _new(user: User, scope: scopes.Scope) -> str:
    """The newest articles, by their first version."""
    first = Version.objects.filter(number=1, article__in=_inside(user, scope).order_by()).select_related("article")
    shown = first.only("number", "published_at", "article__title").order_by("-published_at")[:FEW]
    return render_to_string("articles/_new.html", {"new": shown})


def _drafts(user: User) -> list[Draft]:
    """What this person wrote last and readers do not see yet."""
    editable = access.articles_for(user, "edit").exclude(status=Status.ARCHIVED)
    drafts = Draft.objects.filter(changed_by=user, seq__gt=F("published_seq"), article__in=editable.order_by())
    shown = drafts.select_related("article").only("changed_at", "article__title", "article__status")
    return list(shown.order_by("-changed_at")[:FEW])


def _mine(user: User) -> str:
    """What this person, or a role of theirs, answers for: first what must be reviewed soonest."""
    now, today = epoch.current(), timezone.localdate()

    def draw() -> str:
        return render_to_string("articles/_mine.html", {"mine": _answered_for(user), "today": today})

    return _mine_drawn.get((user.pk, get_language(), today), (now.access_seq, now.listing_seq), draw)


def _answered_for(user: User) -> list[Article]:
    roles = access.view_of(user).group_ids
    unowned = Q(owner_user=None, owner_role=None)
    owned = Q(owner_user=user) | Q(owner_role__in=roles)
    owned |= unowned & (Q(category__owner_user=user) | Q(category__owner_role__in=roles))
    found = _published(user).filter(owned).only("title", "review_date")
    return list(found.order_by(F("review_date").asc(nulls_last=True), "title")[:FEW])
