"""Pages that say what went wrong: what happened, what is safe, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest) -> HttpResponse:
    """404, word for word what Django answers for an address without anything: absent and hidden look the same."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest) -> HttpResponse:
    """403: the person sees the thing, but may not do that to it."""
    return render(request, "403.html", status=403)


def refused(request: HttpRequest, reasons: Sequence[str], *, status: int) -> HttpResponse:
    """409 or 422: what was sent cannot be done; `reasons` are sentences for people."""
    return render(request, "errors/refused.html", {"reasons": reasons}, status=status)
