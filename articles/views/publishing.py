"""The step between a draft and its readers: what will change for them; then publish it, plan it, or propose it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import access, documents
from articles.actions.freezing import Contents, read_contents
from articles.actions.live_publishing import hold_live_publishing, publish_now
from articles.actions.planning import plan_publication
from articles.actions.problems import Conflict, Invalid
from articles.actions.proposing import propose_article
from articles.actions.resolving import publish_resolving, settleable
from articles.forms import PublishForm
from articles.models import Article, Significance, Version
from articles.templatetags.kb import said_in_full
from articles.waiting import held_until, is_planned

from .asking import Offer, offer_for
from .difference import difference_of
from .editing import publishers
from .handled import SignedInRequest, page, pressed


@require_http_methods(["GET", "HEAD", "POST"])
@page
def publish(request: SignedInRequest, article_id: int) -> HttpResponseBase:
    """`/articles/<id>/publish/`: look, say what changed. POST `do`: publish (also without), again, plan, propose.

    Whoever may edit, but not publish here, proposes.
    """
    article = access.fetch_article(request.user, "propose", article_id)
    if request.method != "POST":
        return _show(request, article, None)
    do = pressed(request, ("publish", "again", "plan", "propose", "")) or "publish"
    if do != "propose":
        access.require(request.user, "publish", article)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _show(request, article, form, status=422)
    try:
        return _do(request, article, form, do)
    except Invalid as problem:
        form.take(problem)
        return _show(request, article, form, status=422)
    except Conflict as problem:
        return _show(request, article, form, status=409, moved_on=str(problem))
    except documents.DocumentError as problem:
        form.add_error(None, str(problem))
        return _show(request, article, form, status=422)


@require_http_methods(["POST"])
@page
def publish_at_once(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/publish/now/`: in a live topic, what was written so far, without waiting for a pause."""
    version = publish_now(request.user, article_id)
    messages.success(request, _("Version %(number)d is what readers see now.") % {"number": version.number})
    return redirect(f"/articles/{article_id}/edit/")


@require_http_methods(["POST"])
@page
def hold(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/publish/hold/`: in a live topic, what is looked at waits for whoever decides about it.

    The publishing page sends it when it has opened; without scripts there is a button.
    """
    until = hold_live_publishing(request.user, article_id)
    if not getattr(request, "htmx", False):
        return redirect(f"/articles/{article_id}/publish/")
    if until is None:
        return HttpResponse(status=204)  # what there is to say is on the page
    return render(request, "articles/_holding.html", {"held_until": until})


def _do(request: SignedInRequest, article: Article, form: PublishForm, do: str) -> HttpResponse:
    if do == "propose":
        proposal = propose_article(request.user, article.pk, **form.said(request.user))
        messages.success(request, _("Proposed. Whoever may publish here sees it; you can go on writing."))
        return redirect(proposal.get_absolute_url())
    if do == "plan":
        at = form.moment()
        if at is None:
            return _show(request, article, form, status=422)
        plan = plan_publication(
            request.user, article.pk, at, settles=settled_in(request), **form.said(request.user)
        )  # fmt: skip
        messages.success(request, _("It will be published %(when)s.") % {"when": said_in_full(plan.at)})
        return redirect(f"/articles/{article.pk}/")
    version = publish_resolving(
        request.user, article.pk, settled_in(request), seen=form.cleaned_data["seen"], again=do == "again",
        **form.said(request.user),
    )  # fmt: skip
    messages.success(request, _("Version %(number)d is what readers see now.") % {"number": version.number})
    return redirect(f"/articles/{article.pk}/")


def settled_in(request: SignedInRequest) -> list[int]:
    """The flags that are to be resolved with what is published, as the form names them: their ids."""
    return [int(one) for one in request.POST.getlist("settles") if one.isascii() and one.isdigit() and len(one) < 12]


def _show(
    request: SignedInRequest, article: Article, form: PublishForm | None, *, status: int = 200, moved_on: str = ""
) -> HttpResponse:
    """The page as things are now. After a conflict what was filled in stays, and is about what is shown now."""
    if moved_on:
        article = access.fetch_article(request.user, "propose", article.pk)
    contents = read_contents(article, lock=False)
    now = {"seq": contents.seq, "seen": article.version.number if article.version else 0}
    if form is None:
        form = PublishForm(initial=now)
    elif moved_on:
        data = request.POST.copy()
        data.update({name: str(value) for name, value in now.items()})
        form = PublishForm(data)
    may_publish = access.can(request.user, "publish", article)
    difference = difference_of(request, article, article.version, contents.title, contents.document)
    itself = may_publish and article.publishes_itself
    context: dict[str, Any] = {
        "article": article,
        "category": article.category,
        "contents": contents,
        "difference": difference,
        "again": itself and not difference.anywhere and not _is_said(article.version, form),
        **(_held(article) if itself and difference.anywhere else {}),
        "form": form,
        "moved_on": moved_on,
        "settleable": settleable(request.user, article.pk) if may_publish else [],
        "settled": request.POST.getlist("settles") or request.GET.getlist("settles"),
        "may_publish": may_publish,
        "offer": _offer(request, article, form),
        "publishers": "" if may_publish else publishers(article),
        "planning": "hour" in form.errors or "day" in form.errors,
        **_checked(contents),
    }
    return render(request, "articles/publish.html", context, status=status)


def _held(article: Article) -> dict[str, Any]:
    """Whether what is shown could publish itself while somebody decides about it, and until when it does not."""
    pause = round(settings.LIVE_PAUSE.total_seconds())
    return {"holding": not is_planned(article), "held_until": held_until(article), "pause": pause}


def _is_said(version: Version | None, form: PublishForm) -> bool:
    """Whether readers were told already of the version that they see, in the words of the form or as a must-read."""
    if version is None or version.significance == Significance.MUST_READ:
        return True
    sent = (form.data.get("note", "").strip(), form.data.get("significance"))
    return form.is_bound and sent == (version.note, version.significance)


def _offer(request: SignedInRequest, article: Article, form: PublishForm) -> Offer:
    """What is chosen stands in the form that came back, or in the address: a page asks again while somebody chooses."""
    chosen = request.POST if form.is_bound else request.GET
    roles, topics = chosen.getlist("ask_roles"), chosen.getlist("ask_categories")
    errors = {**form.asking_errors, "days": " ".join(map(str, form.errors.get("ask_days", [])))}
    days = form.data.get("ask_days", "") if form.is_bound else ""
    said = {name: message for name, message in errors.items() if message}
    return offer_for(request.user, article, roles, topics, str(days), said)


def _checked(contents: Contents) -> dict[str, list[documents.Finding]]:
    """What the author should mend (`warnings`), and what must be mended first (`errors`)."""
    found = documents.findings(contents.document)
    try:
        documents.check_document(contents.document)
    except documents.DocumentError as problem:
        found.insert(0, documents.Finding("document", "error", str(problem)))
    return {
        "errors": [one for one in found if one.level == "error"],
        "warnings": [one for one in found if one.level == "warning"],
    }
