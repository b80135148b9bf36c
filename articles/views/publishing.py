"""The step between a draft and its readers: what will change for them, beside what they see now."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import access, documents, rendering
from articles.actions.problems import Conflict, Invalid
from articles.actions.publishing import publish_article
from articles.drafts import store
from articles.forms import PublishForm
from articles.models import Article

from .handled import SignedInRequest, page
from .history import Run, beside


@dataclass(frozen=True)
class Proposal:
    """What publishing would make: the draft, and how it differs from the version that readers see."""

    seq: int
    html: str
    runs: list[Run]
    old_title: str
    changes: bool


@require_http_methods(["GET", "HEAD", "POST"])
@page
def publish(request: SignedInRequest, article_id: int) -> HttpResponseBase:
    """`/articles/<id>/publish/`: look, say what changed, publish."""
    article = access.fetch_article(request.user, "publish", article_id)
    if request.method != "POST":
        proposal = _proposal(request, article)
        return _show(request, article, proposal, PublishForm(initial={"seq": proposal.seq}))
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _show(request, article, _proposal(request, article), form, status=422)
    try:
        version = publish_article(request.user, article.pk, **form.cleaned_data)
    except Invalid as problem:
        for name, message in problem.fields.items():
            form.add_error(name if name in form.fields else None, message)
        return _show(request, article, _proposal(request, article), form, status=422)
    except Conflict as problem:
        return _moved_on(request, article, str(problem))
    except documents.DocumentError as problem:
        form.add_error(None, str(problem))
        return _show(request, article, _proposal(request, article), form, status=422)
    messages.success(request, _("Version %(number)d is what readers see now.") % {"number": version.number})
    return redirect(f"/articles/{article.pk}/")


def _moved_on(request: SignedInRequest, article: Article, message: str) -> HttpResponse:
    """The draft is not the one that was looked at: show it as it is now; note and significance stay filled in."""
    proposal = _proposal(request, article)
    form = PublishForm({**request.POST.dict(), "seq": str(proposal.seq)})
    return _show(request, article, proposal, form, status=409, moved_on=message)


def _proposal(request: SignedInRequest, article: Article) -> Proposal:
    doc, seq = store.load(article.pk)
    document = documents.read_draft(doc)
    new = rendering.make(document, documents.passage_roles(document), article.language).html
    if article.version is None:
        return Proposal(seq, new, [], article.title, changes=True)
    old = rendering.rendered_for(access.view_of(request.user), article, article.version).html
    changes = old != new or article.version.title != article.title
    return Proposal(seq, new, beside(old, new) if old != new else [], article.version.title, changes)


def _show(
    request: SignedInRequest, article: Article, proposal: Proposal, form: PublishForm, *, status: int = 200,
    moved_on: str = "",
) -> HttpResponse:  # fmt: skip
    context = {
        "article": article, "category": article.category, "proposal": proposal, "form": form, "moved_on": moved_on,
        "readers": access.who_can("view", article).count() if article.version_id else None,
    }  # fmt: skip
    return render(request, "articles/publish.html", context, status=status)
