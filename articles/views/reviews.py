"""What is to be looked at again: for whoever answers for it, and for managers all of it, by owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import Group
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, navigation
from articles import reviews as dates
from articles.actions.problems import Conflict
from articles.actions.reviewing import confirm_still_correct
from articles.models import Article, User
from articles.role_names import role_name
from articles.templatetags.kb import said_day

from .handled import SignedInRequest, page
from .listing import number_in, page_of

WHEN = ("overdue", "coming", "none")


@dataclass(frozen=True)
class Line:
    """One article to review. `may_confirm` and `may_edit` are this person's rights."""

    article: Article
    path: str
    may_confirm: bool
    may_edit: bool


@require_safe
@page
def reviews(request: SignedInRequest) -> HttpResponse:
    """`/reviews/?show=mine|all&when=overdue|coming|none&owner=`: by owner, then by date; `all` is for managers."""
    user, today = request.user, timezone.localdate()
    manages = access.view_of(user).manager
    show = "all" if manages and request.GET.get("show") == "all" else "mine"
    when = request.GET.get("when", "")
    when = when if when in WHEN else WHEN[0]
    rows = dates.to_review(user, everything=show == "all")
    counts = {name: _chosen(rows, name, today).count() for name in WHEN}
    chosen = _of_owner(_chosen(rows, when, today), request.GET.get("owner", "") if show == "all" else "")
    found = page_of(_ordered(chosen), number_in(request), total=chosen.count())
    context: dict[str, Any] = {
        "page": found,
        "groups": _by_owner(_lines(user, found.rows)),
        "show": show,
        "when": when,
        "counts": counts,
        "manages": manages,
        "owners": _owners(_chosen(rows, when, today)) if show == "all" else [],
        "owner": request.GET.get("owner", ""),
        "today": today,
        "lead": dates.lead().days,
    }
    return render(request, "articles/reviews.html", context)


@require_http_methods(["POST"])
@page
def review(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/review/`: it still holds. Back to where the button was."""
    version, due = request.POST.get("version", ""), request.POST.get("due", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
    try:
        made = confirm_still_correct(request.user, article_id, version=seen, due=_day(due))
    except Conflict as problem:
        messages.warning(request, str(problem))
    else:
        if made.next_date:
            said = _("Confirmed. The next review is %(day)s.") % {"day": said_day(made.next_date)}
        else:
            said = _("Confirmed.")
        messages.success(request, said)
    onward = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None) or not onward.startswith("/reviews/"):
        onward = f"/articles/{article_id}/"
    return redirect(onward)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _chosen(rows: QuerySet[Article], when: str, today: date) -> QuerySet[Article]:
    if when == "coming":
        return dates.coming(rows, today)
    if when == "none":
        return rows.filter(review_date=None, evergreen=False)
    return dates.overdue(rows, today)


def _of_owner(rows: QuerySet[Article], owner: str) -> QuerySet[Article]:
    """Those of one owner: role:SLUG, person:NAME, or none."""
    kind, _colon, name = owner.partition(":")
    if kind == "role":
        return rows.filter(owner_role__name=name)
    if kind == "person":
        return rows.filter(owner_user__username=name)
    return rows.filter(owner_role=None, owner_user=None) if owner == "none" else rows


def _ordered(rows: QuerySet[Article]) -> QuerySet[Article]:
    named = rows.annotate(owner_name=Coalesce(F("owner_role__name"), F("owner_user__username")))
    shown = named.select_related(
        "category", "version__author", "owner_user", "owner_role", "last_review__by"
    ).defer("version__document")  # fmt: skip
    return shown.order_by(F("owner_name").asc(nulls_last=True), "review_date", "title", "pk")


def _owners(rows: QuerySet[Article]) -> list[tuple[str, str]]:
    """Who owns some of them: (word of the address, name), at most a hundred of each. Two queries."""
    roles = Group.objects.filter(pk__in=rows.order_by().values("owner_role")).order_by("name")[:100]
    people = User.objects.filter(pk__in=rows.order_by().values("owner_user")).order_by("username")[:100]
    named = [(f"role:{one.name}", role_name(one.name)) for one in roles]
    named += [(f"person:{one.username}", one.get_full_name()) for one in people]
    return [*named, ("none", _("nobody is named"))]


def _lines(user: User, rows: Any) -> list[Line]:
    topics, view = navigation.tree(user).topics, access.view_of(user)
    return [
        Line(
            article=one,
            path=topics[one.category_id].path_name if one.category_id in topics else "",
            may_confirm=access.view_can(view, "review", one),
            may_edit=access.view_can(view, "edit", one),
        )
        for one in rows
    ]


def _by_owner(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """Under the name of who answers for them."""

    def owner(line: Line) -> str:
        article = line.article
        if article.owner_role:
            return role_name(article.owner_role.name)
        return article.owner_user.get_full_name() if article.owner_user else _("nobody is named")

    return [(name, list(found)) for name, found in groupby(lines, key=owner)]
