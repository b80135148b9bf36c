"""Was it answered? Two questions at the end of a call: two keys with scripts, two clicks and a button without."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from articles import access, search_log
from articles.actions import calls
from articles.insights import article_calls
from articles.models import FlagKind

from .handled import SignedInRequest, page


@require_http_methods(["GET", "HEAD", "POST"])
@page
def answered(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/answered/`: POST `customer` and `article`, each yes or no; `query`.

    A "no" leads to a flag with everything filled in. GET shows how often it did its job to those who care for it.
    """
    article = access.fetch_article(request.user, "flag", article_id)
    if request.method != "POST":
        cares = access.can(request.user, "review", article)
        context = {
            "article": article, "category": article.category, "cares": cares,
            "counts": article_calls(article_id) if cares else None,
        }  # fmt: skip
        return render(request, "articles/answered.html", context)
    said = {name: request.POST.get(name) for name in ("customer", "article")}
    if not all(answer in ("yes", "no") for answer in said.values()):
        messages.warning(request, _("Answer both questions."))
        return redirect(f"/articles/{article_id}/answered/")
    query = request.POST.get("query", "")
    made = calls.note_call(
        request.user, article_id, customer_helped=said["customer"] == "yes", article_helped=said["article"] == "yes",
        query=query,
    )  # fmt: skip
    flag = "" if all(answer == "yes" for answer in said.values()) else _flag(article_id, said, query)
    if request.headers.get("X-Dialog"):
        return JsonResponse({"call": made.pk, "flag": flag})
    messages.success(request, _("Noted."))
    return redirect(flag or article.get_absolute_url())


def _flag(article_id: int, said: dict[str, Any], query: str) -> str:
    """The address of a flag that says what was answered."""
    if said["article"] == "no":
        kind, body = FlagKind.UNCLEAR, _("The article did not answer the question of a caller")
    else:
        kind, body = FlagKind.MISSING, _("A caller did not get what they needed")
    if query:
        body = f"{body}: {query}"
    return "/flags/new/?" + urlencode({"article": article_id, "kind": kind.value, "body": body, "query": query})


@require_POST
@page
def clicked(request: SignedInRequest) -> HttpResponse:
    """`/search/clicked/`: `q`, of which somebody opens an answer; sent by the browser on its way there."""
    search_log.note_click(request.POST.get("q", "")[:300])
    return HttpResponse(status=204)


@require_POST
@page
def asked(request: SignedInRequest) -> HttpResponse:
    """`/search/asked/`: `q`, how many answers were `found`, `opened=1` where one of them was used; sent by the palette
    once it is done with. What it sends on to `/search/` is counted there. No query."""
    words, found = request.POST.get("q", "")[:300], request.POST.get("found", "") != "0"
    search_log.note_search(words, int(found))
    if found and request.POST.get("opened") == "1":
        search_log.note_click(words)
    return HttpResponse(status=204)
