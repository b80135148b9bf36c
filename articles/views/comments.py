"""Comments on pages of their own: all threads of an article, and one comment with what may be done to it.

The page of the article shows the newest beside the text; everything here works without a script.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import access
from articles.actions import commenting
from articles.actions.problems import Conflict, Invalid, TooMany
from articles.discussion import comments_of, fetch_comment, loaded, open_threads, threads_of
from articles.models import Article, Comment, Status

from . import undoing
from .handled import SignedInRequest, page
from .listing import number_in, page_of
from .talk import threads_on

PER_PAGE = 20
SHOWN = ("open", "resolved", "all")
DOABLE = ("edit", "delete", "resolve", "open", "thank", "unthank")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def comments(request: SignedInRequest, article_id: int) -> HttpResponseBase:
    """`/articles/<id>/comments/?show=open|resolved|all&thread=`. POST `body`, `parent`: a comment or an answer."""
    article = access.fetch_article(request.user, "comment", article_id)
    if request.method != "POST":
        return _show(request, article)
    asked = request.POST.get("parent", "")
    try:
        made = commenting.add_comment(
            request.user, article_id, request.POST.get("body", ""), parent=int(asked) if asked.isdecimal() else None
        )
    except (Invalid, Conflict, TooMany) as problem:
        status = 422 if isinstance(problem, Invalid) else 409 if isinstance(problem, Conflict) else 429
        return _show(request, article, wrong=str(problem), body=request.POST.get("body", ""), status=status)
    return redirect(made.get_absolute_url())


def _show(
    request: SignedInRequest, article: Article, *, wrong: str = "", body: str = "", status: int = 200
) -> HttpResponse:
    user, asked = request.user, request.GET.get("thread", "") or request.POST.get("parent", "")
    show = request.GET.get("show", "open")
    show = show if show in SHOWN else "open"
    rows = threads_of(user, article)
    if asked.isdecimal() and len(asked) < 12:
        rows = rows.filter(pk=int(asked))
        if not rows.exists():
            raise access.NotFound
    elif show == "open":
        rows = open_threads(user, article)
    elif show == "resolved":
        rows = rows.filter(resolved_at__isnull=False)
    found = page_of(loaded(rows, user).order_by("-pk"), number_in(request), size=PER_PAGE)
    context: dict[str, Any] = {
        "article": article, "category": article.category, "page": found, "show": show, "user": user,
        "threads": threads_on(user, article, list(found.rows)), "one": asked if asked.isdecimal() else "",
        "closed": article.status == Status.ARCHIVED, "wrong": wrong, "body": body,
        "moderates": access.can(user, "moderate", article),
    }  # fmt: skip
    return render(request, "talk/comments.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def comment(request: SignedInRequest, comment_id: int) -> HttpResponseBase:
    """`/comments/<id>/`. POST `do`: edit (`body`), delete, resolve, open, thank, unthank."""
    found = fetch_comment(request.user, comment_id)
    if request.method != "POST":
        return _show_one(request, found)
    do = request.POST.get("do")
    if do not in DOABLE:
        raise Invalid(do=_("It is not clear what to do with this comment. Press one of the buttons under it."))
    try:
        if do == "edit":
            commenting.edit_comment(request.user, comment_id, request.POST.get("body", ""))
        elif do == "delete":
            commenting.delete_comment(request.user, comment_id)
            undoing.comment_is_gone(request, found)
        elif do in ("resolve", "open"):
            commenting.resolve_thread(request.user, comment_id, resolved=do == "resolve")
        else:
            commenting.thank(request.user, comment_id, thanks=do == "thank")
    except Invalid as problem:
        return _show_one(request, found, wrong=str(problem), body=request.POST.get("body", ""), status=422)
    return redirect(f"{found.article.get_absolute_url()}#comment-{found.pk}")


def _show_one(
    request: SignedInRequest, found: Comment, *, wrong: str = "", body: str | None = None, status: int = 200
) -> HttpResponse:
    shown = loaded(comments_of(request.user, found.article), request.user).get(pk=found.pk)
    own = found.author_id == request.user.pk
    context = {
        "article": found.article, "category": found.article.category, "comment": shown, "user": request.user,
        "may_edit": own and not found.is_deleted, "wrong": wrong, "body": found.body if body is None else body,
        "may_delete": not found.is_deleted and (own or access.can(request.user, "moderate", found.article)),
    }  # fmt: skip
    return render(request, "talk/comment.html", context, status=status)
