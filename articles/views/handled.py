"""What stands around every page: sign-in, and an answer for everything that actions and access raise."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from articles import access, documents
from articles.actions.problems import Conflict, Invalid, TooMany
from articles.signed_in import SignedInRequest

from . import errors

__all__ = ["SignedInRequest", "is_refresh", "page", "pressed"]

PageView = Callable[..., HttpResponseBase]


def page(view: PageView) -> PageView:
    """Decorates a page: it asks for sign-in first, and the exceptions of the product become pages.

    NotFound → 404 (the page that an address without anything gets), Forbidden → 403, Conflict → 409, TooMany → 429,
    Invalid and DocumentError → 422. A view that shows a form catches Invalid itself.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        try:
            return view(request, *args, **kwargs)
        except access.NotFound:
            return errors.not_found(request)
        except access.Forbidden:
            return errors.forbidden(request)
        except Conflict as problem:
            return errors.refused(request, [str(problem)], status=409)
        except TooMany as problem:
            return errors.refused(request, [str(problem)], status=429)
        except Invalid as problem:
            return errors.refused(request, list(problem.fields.values()), status=422)
        except documents.DocumentError as problem:
            return errors.refused(request, [str(problem)], status=422)

    return answer


def is_refresh(request: HttpRequest) -> bool:
    """Whether an open page asks for itself anew (static/src/live/refresh.ts), rather than a person for a page."""
    return "X-Live" in request.headers


def is_ahead(request: HttpRequest) -> bool:
    """Whether a browser asks before anybody has followed the link (static/src/ahead.ts)."""
    return "prefetch" in request.headers.get("Sec-Purpose", "")


def pressed(request: HttpRequest, known: Collection[str]) -> str:
    """Which button of a form was pressed: its `do`. Raises Invalid for what is none of those that are `known`."""
    do = request.POST.get("do", "")
    if do not in known:
        raise Invalid(do=_("It is not clear what to do. Press one of the buttons of the page."))
    return do


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back here afterwards; a form that was sent leads back to the page that it was on.

    Its sender is told that nothing of it has arrived. What they wrote may be on that page still (static/src/words.ts).
    """
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
    to = urlsplit(back)._replace(scheme="", netloc="", fragment="").geturl() if is_ours else "/"
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': to, 'unsent': 1})}")
