"""Help in the product: the tour as a page, and all keys."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from articles.actions.people import change_preferences

from .handled import SignedInRequest, page


@require_safe
@page
def guide(request: SignedInRequest) -> HttpResponse:
    """`/help/`: what the tour shows, to be read, and every key."""
    return render(request, "articles/guide.html")


@require_POST
@page
def tour_done(request: SignedInRequest) -> HttpResponse:
    """`/help/tour/`: the tour was begun, or is not wanted; it is not offered again."""
    change_preferences(request.user, tour_done=True)
    return redirect("/")
