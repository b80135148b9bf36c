"""The articles that are open beside each other in one browser: their ids, in a cookie of one person.

Ids alone, so that the cookie tells nothing, and what may not be seen any more is left out without a word. The server
draws the tabs with the page, so nothing shifts; and whoever is signed out has none (`ForgetTabs`): desks are shared.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from . import access
from .models import Article, User
from .search import seen_rows

COOKIE = "kb_tabs"
MOST = 9
AGE = 14 * 86_400


def open_in(request: HttpRequest) -> list[int]:
    """The ids of the articles that this browser has open for this person, in the order of their tabs."""
    user, _, ids = request.COOKIES.get(COOKIE, "").partition(":")
    if user != str(request.user.pk):
        return []
    numbers = (int(part) for part in ids.split(".") if part.isascii() and part.isdigit() and len(part) < 10)
    return list(dict.fromkeys(numbers))[:MOST]


def shown_in(request: HttpRequest, user: User) -> list[Article]:
    """The open articles that the person may see; no query while lists and rights do not change, then two."""
    return shown_of(user, open_in(request))


def shown_of(user: User, ids: list[int]) -> list[Article]:
    """Those of these articles that have a tab for this person, in their order; as many queries."""
    rows = seen_rows(access.view_of(user), ids) if ids else {}
    return [rows[pk] for pk in ids if pk in rows]


def open_article(request: HttpRequest, article_id: int) -> None:
    """Open an article in this request: behind the others, and the oldest goes when there are too many."""
    ids = open_in(request)
    if article_id not in ids:
        request.COOKIES[COOKIE] = _written(request.user.pk, [*ids, article_id][-MOST:])


def keep(response: HttpResponse, user: User, ids: list[int]) -> None:
    """Write the tabs into the browser; none at all takes the cookie away."""
    if not ids:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE, _written(user.pk, ids), max_age=AGE, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _written(user_id: int | None, ids: list[int]) -> str:
    return f"{user_id}:{'.'.join(map(str, ids))}"


class ForgetTabs:
    """Middleware: a browser in which nobody is signed in keeps no tabs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if COOKIE in request.COOKIES and not request.user.is_authenticated and COOKIE not in response.cookies:
            response.delete_cookie(COOKIE, samesite="Lax")
        return response
