"""Home: what changed since one last looked, and what waits for oneself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from articles import access, days, epoch, navigation, notices, personal, reviews
from articles import scope as scopes
from articles.actions.personal import news_since
from articles.drafts import unpublished
from articles.flag_rights import flags_for
from articles.kept import Kept
from articles.models import Article, Draft, Flag, Status, User, Version, Visit
from articles.models.flag import CLOSED
from articles.templatetags.kb import said_day

from .drawing import drawn
from .handled import SignedInRequest, page
from .listing import Line, lines, number_in, page_of, with_beginnings

FEW = 6
FIRST = timedelta(days=7)  # what is news to somebody who has never been here
_mine_drawn: Kept[str] = Kept(1_000)
_changes_drawn: Kept[tuple[str, bool]] = Kept(500)  # of some 10 kB


@require_safe
@page
def home(request: SignedInRequest) -> HttpResponse:
    """`/`: what changed since one was last here, then what changed before, page by page; beside it what is one's."""
    user = request.user
    number = number_in(request)
    may = access.site_abilities(user)
    scope = scopes.of(user)
    since = news_since(Visit.objects.filter(user=user).first(), timezone.now())
    seen_as = scope.key if scope.narrows else None
    changes, news = _changes(user, scope, number, since, "create" in may)
    context = {
        "at_home": True,
        "news": news,
        "scope": scope,
        "first_page": number == 1,
        "changes": changes,
        "new": drawn(user, ("new articles", seen_as), lambda: _new(user, scope)) if number == 1 else "",
        "drafts": _drafts(user) if "create" in may else [],
        "mine": _mine(user),
        "notices": notices.about_topics(user, scope.below if scope.narrows else frozenset())[:FEW],
        **(_own(user) if number == 1 else {}),
    }
    return render(request, "articles/home.html", context)


def _own(user: User) -> dict[str, object]:
    """Favourites, what was opened last, and what the whole centre asks for today. At most six queries."""
    stars = personal.favourites(user, FEW)
    shown = {article.pk for article in stars}
    recent = [article for article in personal.recent(user, FEW + len(shown)) if article.pk not in shown]
    return {
        "favourites": stars,
        "recent": recent[:FEW],
        "asked": personal.asked_today(user, FEW),
        "flags": _flags(user),
    }


def _flags(user: User) -> list[Flag]:
    """What waits for this person: flags to answer, the soonest due first; answers to what they reported, to say whether
    they do; then what they reported and is open. What was accepted is done."""
    to_answer = Q(assignee=user) & ~Q(status__in=CLOSED)
    own = flags_for(user).filter(to_answer | Q(reporter=user, accepted_at=None)).select_related("article")
    waits = Case(When(to_answer, then=Value(True)), default=Value(False))
    answered_first = Case(When(status__in=CLOSED, then=Value(0)), default=Value(1), output_field=IntegerField())
    soonest = Case(When(to_answer, then=F("due")))
    return list(own.annotate(waits=waits).order_by("-waits", answered_first, soonest, "-created_at", "-pk")[:FEW])


def by_day(entries: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """Entries under the day of their change, as people say it; the order is kept."""
    days: list[tuple[str, list[Line]]] = []
    for entry in entries:
        day = said_day(timezone.localtime(entry.article.updated_at).date())
        if not days or days[-1][0] != day:
            days.append((day, []))
        days[-1][1].append(entry)
    return days


def _changes(user: User, scope: scopes.Scope, number: int, since: datetime | None, creates: bool) -> tuple[str, bool]:
    """The list, and whether anything in it is news; drawn once for this person in each state of everything."""
    now = epoch.current()
    key = (user.pk, number, since, scope.key, access.view_of(user).audience, get_language(), days.today())

    def draw() -> tuple[str, bool]:
        context = _changed(user, scope, number, since, creates)
        return render_to_string("articles/_changes.html", context), bool(context["news"])

    return _changes_drawn.get(key, (now.access_seq, now.listing_seq), draw)


def _changed(user: User, scope: scopes.Scope, number: int, since: datetime | None, creates: bool) -> dict[str, object]:
    tree = navigation.tree(user)
    inside = _inside(user, scope)
    ordered = with_beginnings(inside).order_by("-updated_at", "-id")
    found = page_of(ordered, number, total=scope.inside if scope.narrows else tree.count, query="")
    entries = lines(user, found.rows)
    after = since or timezone.now() - FIRST  # who has never been here begins with the last days
    news = [entry for entry in entries if entry.article.updated_at > after]
    return {
        "page": found,
        "since": since,
        "news": news,
        "count": inside.filter(updated_at__gt=after).count() if news else 0,
        "days": by_day(entries[len(news) :]),
        "tops": tree.tops,
        "outside": scope.outside if scope.narrows else 0,
        "creates": creates,
        "today": days.today(),
    }


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
    """What this person had a hand in and readers do not see yet, the last changed first. One query."""
    editable = access.articles_for(user, "edit").exclude(status=Status.ARCHIVED)
    drafts = Draft.objects.filter(unpublished.by(user), article__in=editable.order_by())
    shown = drafts.select_related("article").only("changed_at", "article__title", "article__status")
    return list(shown.order_by("-changed_at")[:FEW])


def _mine(user: User) -> str:
    """What this person, or a role of theirs, answers for: first what must be reviewed soonest."""
    now, today = epoch.current(), days.today()

    def draw() -> str:
        return render_to_string("articles/_mine.html", {"mine": _answered_for(user), "today": today})

    return _mine_drawn.get((user.pk, get_language(), today), (now.access_seq, now.listing_seq), draw)


def _answered_for(user: User) -> list[Article]:
    found = reviews.owned_by(user, _published(user)).only("title", "review_date")
    return list(found.order_by(F("review_date").asc(nulls_last=True), "title")[:FEW])
