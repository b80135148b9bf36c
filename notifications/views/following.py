"""Follow and mute, from wherever one is; and all that one follows."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from articles.signed_in import SignedInRequest
from articles.views.handled import page
from articles.views.listing import number_in, page_of

from .. import own
from ..actions import following
from ..api.follows import follows_of
from ..models import Target


@require_POST
@page
def follow(request: SignedInRequest) -> HttpResponseBase:
    """`/notifications/follow/`. POST `target`, `of`, `do`: follow, mute, stop. Gives the button, or goes back."""
    target, of = request.POST.get("target", ""), request.POST.get("of", "")
    do = request.POST.get("do", "")
    if do in ("follow", "mute"):
        following.follow(request.user, target, of or None, muted=do == "mute")
    else:
        following.let_go(request.user, target, of or None)
    if getattr(request, "htmx", False):
        thing = int(of) if target in (Target.ARTICLE, Target.CATEGORY) else of or None
        context = {"target": target, "of": of, "said": own.following(request.user, target, thing),
                   "look": request.POST.get("look", "")[:20]}  # fmt: skip
        return render(request, "notifications/_follow.html", context)
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/notifications/follows/"
    return redirect(back)


@require_safe
@page
def follows(request: SignedInRequest) -> HttpResponse:
    """`/notifications/follows/`: all that one follows or has muted, the newest first."""
    found = page_of(follows_of(request.user).order_by("-pk"), number_in(request))
    return render(request, "notifications/follows.html", {"page": found})
