"""What a person is to confirm and has confirmed, and confirming it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, rendering
from articles.access import View
from articles.actions.problems import Conflict, Invalid
from articles.models import Article, Version
from articles.signed_in import SignedInRequest
from articles.views.handled import page
from articles.views.history import Run, beside
from articles.views.listing import number_in, page_of

from .. import record
from ..actions.acknowledging import acknowledge as do_acknowledge
from ..models import Acknowledgement


@require_safe
@page
def must_reads(request: SignedInRequest) -> HttpResponse:
    """`/must-reads/`: what waits for this person, and below it what they have confirmed, newest first."""
    context = {
        "at_must_reads": True,
        "waiting": record.waiting_for(request.user),
        "page": page_of(_confirmed(request), number_in(request)),
        "show": "mine",
        "today": timezone.localdate(),
        "is_absent": request.user.is_absent(timezone.localdate()),
        "oversees": access.view_of(request.user).manager,
    }
    return render(request, "notifications/must_reads.html", context)


def _confirmed(request: SignedInRequest) -> QuerySet[Acknowledgement]:
    """Of articles that they still see, without their texts."""
    visible = access.visible_to(request.user).order_by()
    rows = Acknowledgement.objects.filter(person=request.user, article__in=visible).select_related("article__version")
    return (
        rows.defer("article__version__document").annotate(newest=F("article__version__number")).order_by("-at", "-pk")
    )


@require_http_methods(["POST"])
@page
def acknowledge(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/acknowledge/`: the form on the page of the article."""
    said = request.POST.get("version", "")
    version = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
    try:
        given, _is_new = do_acknowledge(request.user, article_id, version)
    except (Conflict, Invalid) as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("Confirmed: you have read version %(number)d.") % {"number": given.number})
    return redirect(f"/articles/{article_id}/")


@dataclass(frozen=True)
class Panel:
    """What the page of an article says to somebody who is asked to confirm it: since when, and what is new for them."""

    waiting: record.Waiting
    shown: int  # the version on the page, which they confirm
    runs: list[Run]

    @property
    def knows_it(self) -> bool:
        """Whether they have confirmed an earlier version, so that the changes are what they have to read."""
        return self.waiting.confirmed > 0


def panel_of(view: View, article_id: int, waiting: record.Waiting, shown: int) -> Panel:
    """The panel for a person with these rights; three queries where there are changes to show, else none.

    Both texts are those of the person's audience class: a passage that is not for them is in neither.
    """
    runs: list[Run] = []
    if waiting.confirmed:
        runs = _changes(view, article_id, waiting.confirmed, shown)
    return Panel(waiting, shown, runs)


def _changes(view: View, article_id: int, old: int, new: int) -> list[Run]:
    article = Article.objects.select_related("category").get(pk=article_id)
    found = Version.objects.filter(article=article, number__in=(old, new)).select_related("rendering")
    versions = {one.number: one for one in found}
    if len(versions) < 2:
        return []
    before, after = (rendering.rendered_for(view, article, versions[number]).html for number in (old, new))
    return [] if before == after else beside(before, after)
