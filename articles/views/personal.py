"""Stars, what was opened, what was seen, and tabs: small forms that a script may send in the background."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from articles import tabs
from articles.actions.personal import note_opened, note_visit, set_favourite

from . import undoing
from .handled import SignedInRequest, page

LONGEST = 300  # characters of a question that are looked at


@require_POST
@page
def favourite(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/favourite/`: POST `on=1` puts a star on it, `on=` takes it off."""
    set_favourite(request.user, article_id, request.POST.get("on") == "1")
    return done(request, f"/articles/{article_id}/")


@require_POST
@page
def opened(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/opened/`: POST from the page of an article that is before somebody's eyes. With `tab=1` it was
    asked for ahead, and gets its tab in this browser only now."""
    note_opened(request.user, article_id, request.POST.get("q", "")[:LONGEST])
    response = HttpResponse(status=204)
    if request.POST.get("tab") == "1" and tabs.shown_of(request.user, [article_id]):
        tabs.open_article(request, article_id)
        tabs.keep(response, request.user, tabs.open_in(request))
    return response


@require_POST
@page
def seen(request: SignedInRequest) -> HttpResponse:
    """`/home/seen/`: POST; with `all=1` nothing that changed until now is news any more."""
    note_visit(request.user, all_seen=request.POST.get("all") == "1")
    return done(request, "/")


@require_POST
@page
def close_tab(request: SignedInRequest) -> HttpResponse:
    """`/tabs/close/`: POST `article=<id>` or `all=1`; to the neighbour where the open one was closed.

    Only tabs that are shown count: what may not be seen any more is not a page to go to, nor one that was closed.
    """
    ids = [article.pk for article in tabs.shown_in(request, request.user)]
    asked = request.POST.get("article", "")
    closed = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    here = ids.index(closed) if closed in ids else 0
    left = [] if request.POST.get("all") == "1" else [pk for pk in ids if pk != closed]
    to = request.POST.get("next", "/")
    if f"/articles/{closed}/" in to or not left:
        to = f"/articles/{left[min(here, len(left) - 1)]}/" if left else "/"
    response = HttpResponseRedirect(to if is_ours(request, to) else "/")
    tabs.keep(response, request.user, left)
    if not left and len(ids) > 1:
        undoing.tabs_are_closed(request, ids)
    return response


def done(request: SignedInRequest, otherwise: str) -> HttpResponse:
    """204 for a script, which brings the page up to date itself; else back to the page that asked."""
    if request.headers.get("X-Quiet"):
        return HttpResponse(status=204)
    to = request.POST.get("next", otherwise)
    return HttpResponseRedirect(to if is_ours(request, to) else otherwise)


def is_ours(request: SignedInRequest, address: str) -> bool:
    """Whether an address from a form leads to this installation."""
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
