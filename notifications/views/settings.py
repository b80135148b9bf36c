"""What one is told: the matrix, quiet hours, and what it would have meant last week."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from articles.actions.problems import Invalid
from articles.signed_in import SignedInRequest
from articles.views.handled import page

from ..actions import choosing
from ..channels.push import public_key
from ..models import Channel, NotificationSettings, PushSubscription, Timing
from ..telling.kinds import TABLE, grouped
from ..telling.presets import PRESETS
from ..telling.preview import preview
from .inbox import _back


@require_http_methods(["GET", "HEAD", "POST"])
@page
def settings(request: SignedInRequest) -> HttpResponseBase:
    """`/notifications/settings/`. POST `do`: save, preview (saves nothing), or preset with `preset`."""
    user = request.user
    if request.method != "POST":
        return _show(request, choosing.matrix_of(user), choosing.settings_for(user))
    do = request.POST.get("do", "save")
    try:
        if do == "preset":
            choosing.use_preset(user, request.POST.get("preset", ""))
        else:
            matrix, values = _sent(request)
            if do == "preview":
                return _show(request, matrix, _unsaved(user.pk, values))
            choosing.change_settings(user, matrix=matrix, **values)
    except Invalid as problem:
        matrix, values = _sent(request, strict=False)
        return _show(request, matrix, _unsaved(user.pk, values), problems=problem.fields, status=422)
    messages.success(request, _("Saved. It holds for what happens from now on."))
    return redirect("/notifications/settings/")


@require_POST
@page
def call(request: SignedInRequest) -> HttpResponseBase:
    """`/notifications/call/`. POST `do`: start or end; then back to where one was."""
    if request.POST.get("do") == "start":
        choosing.start_call(request.user)
    else:
        choosing.end_call(request.user)
    return redirect(_back(request))


def _sent(request: SignedInRequest, *, strict: bool = True) -> tuple[dict[str, dict[str, str]], dict[str, Any]]:
    """The matrix and the other values of the form. Raises Invalid for times that are none, unless not `strict`."""
    now = choosing.matrix_of(request.user)
    matrix = {
        kind: {channel: _one_of(request.POST.get(f"{kind}:{channel}", ""), timing) for channel, timing in cells.items()}
        for kind, cells in now.items()
    }
    values: dict[str, Any] = {
        "quiet_from": _time(request, "quiet_from", strict), "quiet_to": _time(request, "quiet_to", strict),
        "daily_at": _time(request, "daily_at", strict) or time(8),
        "working_days": "".join(day for day in request.POST.getlist("working_days") if day in "1234567"),
        "follows_own": "follows_own" in request.POST, "follows_team": "follows_team" in request.POST,
    }  # fmt: skip
    most = request.POST.get("most_mails", "")
    if most.isascii() and most.isdecimal() and len(most) < 4:
        values["most_mails"] = int(most)
    elif strict:
        raise Invalid(most_mails=_("Give a number from 1 to 100."))
    return matrix, values


def _one_of(sent: str, before: str) -> str:
    return sent if sent in Timing.values else before


def _time(request: SignedInRequest, name: str, strict: bool) -> time | None:
    text = request.POST.get(name, "").strip()
    try:
        return time.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        if strict:
            raise Invalid(**{name: _("Give a time as 18:00.")}) from None
        return None


def _unsaved(user_id: int, values: dict[str, Any]) -> NotificationSettings:
    row = NotificationSettings.objects.filter(pk=user_id).first() or NotificationSettings(user_id=user_id)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _show(
    request: SignedInRequest,
    matrix: dict[str, dict[str, str]],
    row: NotificationSettings,
    *,
    problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    browsers = list(PushSubscription.objects.filter(user=request.user))
    context = {
        "rows": [
            (label, [(one, [(channel, matrix[one.kind][channel.value]) for channel in Channel]) for one in tellings])
            for label, tellings in grouped()
        ],
        "channels": list(Channel), "timings": list(Timing), "settings": row, "presets": PRESETS,
        "days": [(str(number + 1), capfirst(name)) for number, name in WEEKDAYS.items()],
        "problems": problems or {}, "now": timezone.now(), "preview": preview(request.user, matrix, row),
        "preset": next((name for name, one in PRESETS.items() if one.matrix() == matrix), ""),
        "push_key": public_key(), "browsers": browsers, "kinds": len(TABLE),
        "pushed_to": " ".join(one.digest for one in browsers if one.session), "has_email": bool(request.user.email),
    }  # fmt: skip
    name = "notifications/_preview.html" if getattr(request, "htmx", False) else "notifications/settings.html"
    return render(request, name, context, status=200 if getattr(request, "htmx", False) else status)
