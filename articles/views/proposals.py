"""What waits between drafts and readers: proposals to approve, and what is planned."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, documents
from articles.actions import planning, proposing
from articles.actions.problems import Conflict, Invalid
from articles.actions.resolving import approve_resolving, settleable
from articles.flag_rights import flags_on
from articles.forms import AnswerForm
from articles.models import Plan, Proposal, User, Version
from articles.waiting import planned_for, proposed_by, waiting_for

from . import undoing
from .asking import told_of
from .difference import difference_of
from .handled import SignedInRequest, page, pressed
from .listing import number_in, page_of
from .publishing import settled_in

SHOWN = ("waiting", "planned", "mine")


@require_safe
@page
def proposals(request: SignedInRequest) -> HttpResponse:
    """`/proposals/?show=waiting|planned|mine`: what this person may approve, what is planned, what they proposed."""
    if "create" not in access.site_abilities(request.user):
        raise access.NotFound
    show = request.GET.get("show", "")
    show = show if show in SHOWN else SHOWN[0]
    found = page_of(_rows(request.user, show), number_in(request))
    return render(request, "articles/proposals.html", {"page": found, "show": show, "at_proposals": True})


def _rows(user: User, show: str) -> QuerySet[Any]:
    """The rows of a list, without their texts."""
    if show == "planned":
        plans = planned_for(user).select_related("article", "author", "version")
        return plans.defer("document", "version__document")
    found = proposed_by(user) if show == "mine" else waiting_for(user)
    shown = found.select_related("article", "author", "answered_by", "version").defer("document", "version__document")
    return shown.order_by("-created_at", "-pk")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def proposal(request: SignedInRequest, proposal_id: int) -> HttpResponseBase:
    """`/proposals/<id>/`. POST `do`: approve (with `settles`: flags), return (with `answer`), withdraw."""
    found = proposing.fetch_proposal(request.user, proposal_id)
    if request.method != "POST":
        return _show_proposal(request, found, None)
    do = pressed(request, ("approve", "return", "withdraw"))
    form = AnswerForm(request.POST)
    try:
        return _decide(request, found, form, do)
    except Conflict as problem:
        now = proposing.fetch_proposal(request.user, proposal_id)
        return _show_proposal(request, now, form, status=409, moved_on=str(problem))
    except Invalid as problem:
        form.add_error("answer", " ".join(problem.fields.values()))
        return _show_proposal(request, found, form, status=422)


def _decide(request: SignedInRequest, found: Proposal, form: AnswerForm, do: str) -> HttpResponse:
    form.is_valid()
    if do == "approve":
        version = approve_resolving(
            request.user, found.pk, settled_in(request), seen=form.cleaned_data.get("seen")
        )  # fmt: skip
        messages.success(request, _("Version %(number)d is what readers see now.") % {"number": version.number})
        return redirect(f"/articles/{found.article_id}/")
    if do == "return":
        proposing.return_proposal(request.user, found.pk, form.cleaned_data.get("answer", ""))
        messages.success(request, _("Returned. Whoever proposed it sees your comment."))
        return redirect("/proposals/")
    undoing.proposal_is_withdrawn(request, proposing.withdraw_proposal(request.user, found.pk))
    return redirect(f"/articles/{found.article_id}/edit/")


def _show_proposal(
    request: SignedInRequest, found: Proposal, form: AnswerForm | None, *, status: int = 200, moved_on: str = ""
) -> HttpResponse:
    """The proposal beside what readers see now, or, once it was decided, beside what they saw then."""
    article = found.article
    against = article.version if found.is_open else found.base
    may_approve = found.is_open and access.can(request.user, "approve", article)
    context = {
        "article": article,
        "category": article.category,
        "proposal": found,
        "asks": told_of(request, article, found, waits=found.is_open),
        "difference": difference_of(request, article, against, found.title, found.document),
        "seen": _number(article.version),
        "overtaken": found.is_open and found.base_id != article.version_id,
        "form": form or AnswerForm(),
        "moved_on": moved_on,
        "may_approve": may_approve,
        "settleable": settleable(request.user, article.pk) if may_approve else [],
        "settled": request.POST.getlist("settles"),
        "is_mine": found.author_id == request.user.pk,
        "warnings": [one for one in documents.findings(found.document) if one.level == "warning"],
    }
    return render(request, "articles/proposal.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def plan(request: SignedInRequest, plan_id: int) -> HttpResponseBase:
    """`/plans/<id>/`: what will happen, or what became of it. POST `do`: cancel, keep (with `seen`)."""
    found = planning.fetch_plan(request.user, plan_id)
    if request.method != "POST":
        return _show_plan(request, found)
    do = pressed(request, ("cancel", "keep"))
    form = AnswerForm(request.POST)
    form.is_valid()
    try:
        if do == "keep":
            planning.keep_plan(request.user, found.pk, seen=form.cleaned_data.get("seen") or 0)
            messages.success(request, _("It will be published as planned."))
        else:
            undoing.plan_is_cancelled(request, planning.cancel_plan(request.user, found.pk))
    except Conflict as problem:
        now = planning.fetch_plan(request.user, plan_id)
        return _show_plan(request, now, status=409, moved_on=str(problem))
    return redirect(f"/articles/{found.article_id}/")


def _show_plan(request: SignedInRequest, found: Plan, *, status: int = 200, moved_on: str = "") -> HttpResponse:
    article = found.article
    shows_text = found.action == "publish"
    against = article.version if found.is_waiting else found.base
    context = {
        "article": article,
        "category": article.category,
        "plan": found,
        "asks": told_of(request, article, found, waits=found.is_waiting),
        "difference": difference_of(request, article, against, found.title, found.document) if shows_text else None,
        "seen": _number(article.version),
        "moved_on": moved_on,
        "may_change": found.is_waiting and access.can(request.user, "plan", article),
        "settles": list(flags_on(access.view_of(request.user), article).filter(pk__in=found.settles[:50])),
    }
    return render(request, "articles/plan.html", context, status=status)


def _number(version: Version | None) -> int:
    return version.number if version else 0
