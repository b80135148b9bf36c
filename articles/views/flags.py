"""Reporting that something is wrong, and one flag with all that happened to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import access, anchors
from articles.actions import flagging
from articles.actions.problems import Conflict, Invalid, TooMany
from articles.flag_rights import may_work_on
from articles.forms import FlagForm
from articles.models import Article, Flag, FlagKind, Severity
from articles.models.flag import CLOSED

from .handled import SignedInRequest, page

PASSAGE = ("quote", "before", "after", "version")  # what the page of an article tells of what is selected there


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: SignedInRequest) -> HttpResponseBase:
    """`/flags/new/?article=&quote=&query=&kind=&severity=&body=`: a form, in a dialog where there are scripts.

    POST `do`: report; `anyway`: although something alike is reported; `join-<id>`: that was it;
    `join-asked`: so it was of whoever searched for the same (`query`).
    """
    if request.method != "POST":
        asked = request.GET
        initial = {name: asked[name] for name in ("body", "query", *PASSAGE) if name in asked}
        article = _article(request, asked)
        kind = FlagKind.INCORRECT if article else FlagKind.MISSING
        initial["kind"] = _one_of(asked.get("kind", ""), FlagKind.values, kind)
        initial["severity"] = _one_of(asked.get("severity", ""), Severity.values, Severity.NORMAL)
        return _show_form(request, article, FlagForm(initial={**initial, "article": article.pk if article else None}))
    do = request.POST.get("do", "")
    if do == "join-asked" or (do.startswith("join-") and do[5:].isdecimal()):
        return _join(request, do[5:])
    return _report(request, FlagForm(request.POST), anyway=do == "anyway")


def _join(request: SignedInRequest, what: str) -> HttpResponse:
    """`what` is the id of a flag, or "asked". Whoever comes too late can report it."""
    try:
        if what == "asked":
            joined = flagging.join_asked(request.user, request.POST.get("query", "")[: flagging.LONGEST_QUERY])
        else:
            joined = flagging.join_flag(request.user, int(what))
    except Conflict as problem:
        article, said = _article(request, request.POST), request.POST.copy()
        said.setdefault("kind", FlagKind.INCORRECT if article else FlagKind.MISSING)
        said.setdefault("severity", Severity.NORMAL)
        form = FlagForm(said)
        form.full_clean()
        form.add_error(None, str(problem))
        return _show_form(request, article, form, 409)
    return _done(request, joined, _("Noted: you met it too. You will get the answer as well."))


def _report(request: SignedInRequest, form: FlagForm, *, anyway: bool) -> HttpResponse:
    article = _article(request, request.POST)
    if not form.is_valid():
        return _show_form(request, article, form, 422)
    data = form.cleaned_data
    if data["body"].strip() and not anyway:
        alike = [one for one in _similar(request, article, form) if _says_the_same(one, data)]
        if alike or _is_asked(request, article, form):
            return _show_form(request, article, form, 409, alike=alike)
    try:
        flag = flagging.raise_flag(
            request.user, article.pk if article else None, data["kind"], data["severity"], data["body"],
            query=data["query"], **{name: data[name] for name in PASSAGE},
        )  # fmt: skip
    except (Invalid, TooMany) as problem:
        fields = problem.fields if isinstance(problem, Invalid) else {None: str(problem)}
        if "quote" in fields:  # pressed once more it goes without
            form.data = _without_passage(form.data)
            fields = {None: _("This passage is not in the article as you see it now: report it without.")}
        for name, message in fields.items():
            form.add_error(name if name in form.fields else None, message)
        return _show_form(request, article, form, 422 if isinstance(problem, Invalid) else 429)
    return _done(request, flag, "")


def _without_passage(said: Any) -> QueryDict:
    kept = said.copy()
    for name in PASSAGE:
        kept[name] = ""
    return kept


def _similar(request: SignedInRequest, article: Article | None, form: FlagForm) -> list[Flag]:
    said = form.data if form.is_bound else form.initial
    body, quote, query = (str(said.get(name) or "") for name in ("body", "quote", "query"))
    return flagging.similar_flags(request.user, article, body, quote, query[: flagging.LONGEST_QUERY])


def _is_asked(request: SignedInRequest, article: Article | None, form: FlagForm) -> bool:
    """Whether somebody else asked for what was searched for here."""
    said = form.data if form.is_bound else form.initial
    return article is None and flagging.is_asked(request.user, str(said.get("query") or "")[: flagging.LONGEST_QUERY])


def _says_the_same(flag: Flag, data: dict[str, Any]) -> bool:
    quote = data["quote"]
    return flagging.likeness(flag, data["body"], "") >= 85 or (
        bool(quote) and flag.kind == data["kind"] and flagging.likeness(flag, "", quote) >= 85
    )


def _show_form(
    request: SignedInRequest,
    article: Article | None,
    form: FlagForm,
    status: int = 200,
    *,
    alike: list[Flag] | None = None,
) -> HttpResponse:
    context = {
        "article": article,
        "category": article.category if article else None,
        "form": form,
        "quote": form["quote"].value() or "",
        "query_kept": form["query"].value() or "",
        "again": alike is not None,
        "is_asked": _is_asked(request, article, form),
        "open_flags": alike if alike is not None else _similar(request, article, form),
        "back": article.get_absolute_url() if article else _search(form["query"].value()),
    }
    return render(request, "articles/flag_new.html", context, status=status)


def _done(request: SignedInRequest, flag: Flag, words: str) -> HttpResponse:
    """In a dialog a word of thanks, and the page stays; else back to where one was."""
    if request.headers.get("X-Dialog"):
        return render(request, "articles/flag_done.html", {"flag": flag, "words": words, "category": None})
    messages.success(request, words or _("Reported. You will get an answer."))
    return redirect(flag.article.get_absolute_url() if flag.article else flag.get_absolute_url())


def _article(request: SignedInRequest, said: QueryDict) -> Article | None:
    """The article that is meant; None where none is named. Raises access.NotFound."""
    asked = said.get("article", "")
    if not asked:
        return None
    if not asked.isascii() or not asked.isdigit() or len(asked) > 12:
        raise access.NotFound
    return access.fetch_article(request.user, "flag", int(asked))


def _one_of(asked: str, values: list[str], otherwise: str) -> str:
    return asked if asked in values else otherwise


def _search(query: str | None) -> str:
    return f"/search/?{urlencode({'q': query})}" if query else "/flags/"


@require_http_methods(["GET", "HEAD"])
@page
def flag(request: SignedInRequest, flag_id: int) -> HttpResponse:
    """`/flags/<id>/`: what was reported, where it stands, what was answered, and all that happened."""
    found = flagging.fetch_flag(request.user, flag_id)
    view = access.view_of(request.user)
    joins = [one.user for one in found.joins.select_related("user").order_by("at")[:50]]
    context = {
        "flag": found,
        "article": found.article,
        "category": found.article.category if found.article else None,
        "is_there": _is_there(view, found),
        "steps": list(found.steps.select_related("actor", "to")),
        "joins": joins,
        "may_work": may_work_on(view, found),
        "is_mine": found.reporter_id == request.user.pk,
        "may_join": found.is_open and found.reporter_id != request.user.pk and request.user not in joins,
        "is_closed": found.status in CLOSED,
    }
    return render(request, "articles/flag.html", context)


def _is_there(view: access.View, flag: Flag) -> bool:
    """Whether the passage that a flag is about is still in the article."""
    return flag.article is not None and flag.anchor is not None and anchors.is_there(view, flag.article, flag.anchor)


@require_http_methods(["POST"])
@page
def join(request: SignedInRequest, flag_id: int) -> HttpResponse:
    """`/flags/<id>/join/`."""
    try:
        flagging.join_flag(request.user, flag_id)
        messages.success(request, _("Noted: you met it too. You will get the answer as well."))
    except Conflict as problem:
        messages.warning(request, str(problem))
    return redirect(f"/flags/{flag_id}/")
