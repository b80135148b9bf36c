"""What a browser needs for Web Push: the service worker at the root of the site, and where it subscribes."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.actions.people import session_digest
from articles.actions.problems import Invalid
from articles.signed_in import SignedInRequest
from articles.views.handled import page

from ..actions import pushing, retrying


@require_POST
@page
def retry(request: SignedInRequest) -> HttpResponseBase:
    """`/notifications/retry/`, for managers: send once more what was given up."""
    retrying.retry_parked(request.user)
    return redirect("/status/")


@cache
def _script() -> bytes:
    return bytes((settings.BASE_DIR / "static" / "dist" / "service-worker.js").read_bytes())


@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    """`/service-worker.js`: at the root, because a service worker acts for what is beside and below it.

    Its address is always the same, so browsers ask for it again each time.
    """
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_http_methods(["POST", "PUT", "DELETE"])
@page
def push(request: SignedInRequest) -> HttpResponseBase:
    """`/notifications/push/`: POST the browser's subscription as JSON, or DELETE it ({"endpoint"}).

    PUT ({"endpoint"}) resumes it after signing in: 404 where it is not this person's, and the browser gives it up.
    """
    sent = _sent(request)
    endpoint, session = str(sent.get("endpoint", "")), session_digest(request.session.session_key or "")
    if request.method == "PUT":
        pushing.resume(request.user, endpoint, session=session)
        return HttpResponse(status=204)
    if request.method == "DELETE":
        pushing.unsubscribe(request.user, endpoint)
        return HttpResponse(status=204)
    found = sent.get("keys")
    keys: dict[str, Any] = found if isinstance(found, dict) else {}
    try:
        made = pushing.subscribe(
            request.user,
            endpoint,
            str(keys.get("p256dh", "")),
            str(keys.get("auth", "")),
            _browser(request),
            session=session,
        )
    except Invalid as problem:
        return JsonResponse({"error": {"code": "invalid", "message": str(problem)}}, status=422)
    return JsonResponse({"id": made.pk}, status=201)


@require_POST
@page
def forget(request: SignedInRequest) -> HttpResponseBase:
    """`/notifications/push/forget/`. POST `id` of one of one's own browsers."""
    number = request.POST.get("id", "")
    pushing.forget_browser(request.user, int(number) if number.isascii() and number.isdecimal() else 0)
    return redirect("/notifications/settings/#desktop")


def _sent(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body[:10_000])
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def _browser(request: HttpRequest) -> str:
    """What a person recognises their browser by: "Firefox, Windows"."""
    agent = request.headers.get("User-Agent", "")
    names = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
               ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
    name = next((name for mark, name in names if mark in agent), "")
    system = next((name for mark, name in systems if mark in agent), "")
    return ", ".join(word for word in (name, system) if word)
