"""Changes that readers suggest: making one, and answering it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, documents, rendering
from articles.actions import suggesting
from articles.actions.problems import Conflict, Invalid, TooMany
from articles.forms import AnswerForm, SuggestForm
from articles.models import Article, Suggestion, SuggestionState
from articles.waiting import read_since, suggested_by, suggestions_for

from . import undoing
from .coming import when_readers_see
from .editing import preview_of
from .handled import SignedInRequest, page
from .history import beside
from .listing import number_in, page_of
from .unsent import keeping_text

CHOICES = ("ours", "theirs", "both")


# --- Making one --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@keeping_text
def suggest(request: SignedInRequest, article_id: int) -> HttpResponseBase:
    """`/articles/<id>/suggest/`: the article as this reader sees it, to be changed. POST `do`: send, preview."""
    article = access.fetch_article(request.user, "suggest", article_id)
    if article.version is None or article.status != "published":
        raise Conflict(_("Only what is published can be improved by a suggestion."))
    if request.method != "POST":
        return _show_form(request, article, None)
    form = SuggestForm(request.POST)
    if request.POST.get("do") == "preview":
        form.errors.clear()
        made = preview_of(form.data.get("text", ""), article.language)
        if getattr(request, "htmx", False):
            return render(request, "articles/_preview.html", {"preview": made})
        return _show_form(request, article, form, preview=made)
    return _send(request, article, form)


def _send(request: SignedInRequest, article: Article, form: SuggestForm) -> HttpResponse:
    if not form.is_valid():
        for message in form.errors.pop("document", []):
            form.add_error("text", message)
        return _show_form(request, article, form, status=422)
    data = form.cleaned_data
    try:
        document = data["document"] or documents.own_images_only(documents.from_markdown(data["text"])).document
        title = data["title"] if "title" in form.data else None
        made = suggesting.suggest_change(
            request.user, article.pk, document, data["reason"], version=data["version"], title=title
        )
    except TooMany as problem:
        form.add_error(None, str(problem))
        return _show_form(request, article, form, status=429)
    except (Invalid, documents.DocumentError) as problem:
        fields = problem.fields if isinstance(problem, Invalid) else {"text": str(problem)}
        for name, message in fields.items():
            form.add_error(name if name in ("reason", "title") else "text", message)
        return _show_form(request, article, form, status=422)
    messages.success(request, _("Thank you: an editor will answer. You see here what becomes of it."))
    copy = request.POST.get("copy", "")[:60]
    return redirect(made.get_absolute_url() + (f"?{urlencode({'saved': copy})}" if copy else ""))


def _show_form(
    request: SignedInRequest, article: Article, form: SuggestForm | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    assert article.version is not None  # asked before
    seen = rendering.document_for(access.view_of(request.user), article, article.version)
    start = seen
    if form is None:
        version = article.version
        form = SuggestForm(
            initial={"title": version.title, "text": documents.to_markdown(seen), "version": version.number}
        )
    else:
        start = _sent(form) or seen
    context = {
        "article": article,
        "category": article.category,
        "form": form,
        "start": start,
        "start_html": documents.render(start, language=article.language).html,
        **more,
    }
    return render(request, "articles/suggest.html", context, status=status)


def _sent(form: SuggestForm) -> dict[str, Any] | None:
    """The document that came with a form that was not accepted, so that the editor starts with it again."""
    try:
        document = json.loads(form.data.get("document") or "null")
        documents.check_document(document)
    except (ValueError, RecursionError):  # DocumentError is a ValueError
        return None
    made: dict[str, Any] = document
    return made


# --- Seeing and answering them -----------------------------------------------------------------------


@require_safe
@page
def suggestions(request: SignedInRequest) -> HttpResponse:
    """`/suggestions/?show=waiting|mine`: what this person may answer (editors), and what they suggested."""
    edits = "create" in access.site_abilities(request.user)
    show = "mine" if not edits or request.GET.get("show") == "mine" else "waiting"
    rows = suggestions_for(request.user) if show == "waiting" else suggested_by(request.user)
    asked = request.GET.get("article", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 12:
        rows = rows.filter(article_id=int(asked))
    shown = rows.select_related("article", "author", "answered_by").defer("document").order_by("-created_at", "-pk")
    found = page_of(shown, number_in(request))
    return render(request, "articles/suggestions.html", {"page": found, "show": show, "edits": edits})


@require_http_methods(["GET", "HEAD", "POST"])
@page
def suggestion(request: SignedInRequest, suggestion_id: int) -> HttpResponseBase:
    """`/suggestions/<id>/`. POST `do`: merge (`seq`, `choice-N`), decline (`answer`), withdraw."""
    found = suggesting.fetch_suggestion(request.user, suggestion_id)
    if request.method != "POST":
        return _show(request, found, None)
    form = AnswerForm(request.POST)
    try:
        return _answer(request, found, form)
    except Conflict as problem:
        return _show(
            request, suggesting.fetch_suggestion(request.user, suggestion_id), None, 409, moved_on=str(problem)
        )
    except (Invalid, documents.DocumentError) as problem:
        field = "answer" if isinstance(problem, Invalid) and "answer" in problem.fields else None
        form.add_error(field, str(problem))
        return _show(request, found, form, 422)


def _answer(request: SignedInRequest, found: Suggestion, form: AnswerForm) -> HttpResponse:
    form.is_valid()
    answer, do = form.cleaned_data.get("answer", ""), request.POST.get("do")
    if do == "merge":
        suggesting.merge_suggestion(
            request.user, found.pk, seq=form.cleaned_data.get("seq"), choices=_choices(request), answer=answer
        )
        messages.success(request, f"{_('Taken over into the draft.')} {when_readers_see(found.article)}")
        return redirect(f"/articles/{found.article_id}/edit/")
    if do == "decline":
        suggesting.decline_suggestion(request.user, found.pk, answer)
        messages.success(request, _("Declined. Whoever suggested it sees your answer."))
        return redirect("/suggestions/")
    undoing.suggestion_is_withdrawn(request, suggesting.withdraw_suggestion(request.user, found.pk))
    return redirect("/suggestions/?show=mine")


def _choices(request: SignedInRequest) -> dict[int, documents.Choice]:
    """What was chosen for each part that both sides rewrote: fields `choice-0`, `choice-1`, …"""
    found: dict[int, documents.Choice] = {}
    for name, value in request.POST.items():
        number = name.removeprefix("choice-")
        if name != number and number.isdecimal() and value in CHOICES:
            found[int(number)] = value  # type: ignore[assignment]
    return found


def _show(
    request: SignedInRequest, found: Suggestion, form: AnswerForm | None, status: int = 200, *, moved_on: str = ""
) -> HttpResponse:
    """To an editor what merging would change in the draft; to its author what they changed."""
    article = found.article
    edits = access.can(request.user, "answer_suggestion", article)
    context: dict[str, Any] = {
        "article": article,
        "category": article.category,
        "suggestion": found,
        "may_answer": edits and found.is_open,
        "is_mine": found.author_id == request.user.pk,
        "runs": _as_suggested(request, found),
        "moved_on": moved_on,
    }
    if found.state == SuggestionState.MERGED:
        context["since"] = read_since(found)
        context["coming"] = "" if context["since"] else when_readers_see(article)
    if context["may_answer"]:
        merging = suggesting.merging(found)
        context |= _merge_shown(article, merging, _choices(request)) | {"form": _form(form, merging.seq)}
    return render(request, "articles/suggestion.html", context, status=status)


def _form(form: AnswerForm | None, seq: int) -> AnswerForm:
    """The form is about the draft that is shown now; what was typed and is wrong stays."""
    if form is None:
        return AnswerForm(initial={"seq": seq})
    again = AnswerForm({**{name: form.data[name] for name in form.data}, "seq": str(seq)})
    again.is_valid()
    for name, errors in form.errors.items():
        again.add_error(None if name == "__all__" else name, list(errors))
    return again


def _as_suggested(request: SignedInRequest, found: Suggestion) -> list[Any]:
    """What its author changed in what they saw; without what this person may not see (any more)."""
    article = found.article
    roles = rendering.audience_class(
        access.view_of(request.user), article, sorted(found.seen | documents.passage_roles(found.document))
    )
    old, new = (documents.for_audience(one, roles) for one in (suggesting.base_of(found), found.document))
    before, after = (documents.render(one, language=article.language).html for one in (old, new))
    return beside(before, after) if before != after else []


def _merge_shown(article: Article, merging: suggesting.Merging, chosen: dict[int, documents.Choice]) -> dict[str, Any]:
    """What merging would change in the draft; the parts to choose first."""

    def html(document: dict[str, Any]) -> str:
        return documents.render(document, language=article.language).html

    def part(node: dict[str, Any] | None, base: dict[str, Any]) -> str:
        if node is None:
            return ""
        return documents.diff_inline(html(documents.as_document(base)), html(documents.as_document(node)))

    before, after = html(merging.draft), html(merging.merge.document(chosen))
    return {
        "merge_runs": beside(before, after) if before != after else [],
        "draft_title": merging.title,
        "clashes": [
            {
                "number": clash.number, "ours": part(clash.ours, clash.base), "theirs": part(clash.theirs, clash.base),
                "has_both": clash.ours is not None and clash.theirs is not None, "chosen": chosen.get(clash.number, ""),
            }
            for clash in merging.merge.clashes
        ],
    }  # fmt: skip
