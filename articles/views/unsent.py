"""A text that was sent, but may not be saved now: it comes back to its writer instead of getting lost.

The session may have ended while somebody wrote, or the protection against forged forms may have expired because they
signed in again in another tab. Both answers hold the text in a form that can be sent once more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.csrf import csrf_failure as plain_csrf_failure

from .handled import page

KEPT = ("title", "text")  # shown, so that they can also be copied; everything else goes along unseen
NOT_KEPT = ("csrfmiddlewaretoken", "do", "picture", *KEPT)


def keeping_text(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorates a page with a text to write: as `page`, but whoever is not signed in any more keeps the text."""
    signed_in = page(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated:
            return give_back(request, status=401)
        return signed_in(request, *args, **kwargs)

    return answer


def give_back(request: HttpRequest, *, status: int) -> HttpResponse:
    """A page with what was sent, and a button that sends it again. Shows nothing that the sender did not send."""
    others = [
        (name, value) for name, values in request.POST.lists() if name not in NOT_KEPT for value in values
    ]  # fmt: skip
    context = {"title": request.POST.get("title", ""), "text": request.POST.get("text", ""), "others": others}
    return render(request, "articles/unsent.html", context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answers a form without a valid token: with the text in it where one of our own pages sent a text."""
    if "text" in request.POST and _from_here(request):
        return give_back(request, status=403)
    return plain_csrf_failure(request, reason=reason)


def _from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this centre sent the form: a foreign one must not fill ours in."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
