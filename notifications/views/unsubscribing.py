"""The way out of mail, without signing in: one click in the mail program (RFC 8058), or a button on a page."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.models import User
from articles.views import errors

from ..actions.choosing import stop_mail
from ..channels.letter import read_token
from ..telling.kinds import TABLE


@csrf_exempt  # the mail program posts; what it may do is in the signed address
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """`/notifications/unsubscribe/<token>/`. GET asks (mail programs look at links), POST ends it: `all` all mail."""
    try:
        user_id, kind = read_token(token)
    except (signing.BadSignature, ValueError, TypeError):
        return errors.not_found(request)
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return errors.not_found(request)
    everything = request.POST.get("do") == "all" or kind not in TABLE
    if request.method == "POST":
        stop_mail(user, "" if everything else kind)
    context = {
        "label": TABLE[kind].label if kind in TABLE else "",
        "done": request.method == "POST",
        "everything": everything,
    }
    return render(request, "notifications/unsubscribe.html", context)
