"""The inbox: grouped by article, filtered, read and put away."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from articles import access
from articles.signed_in import SignedInRequest
from articles.views.handled import page
from articles.views.listing import number_in

from .. import inbox, presenting
from ..actions import choosing, following, reading
from ..by_article import page_of_threads
from ..models import Notification
from ..telling.kinds import GROUPS, kinds_in
from ..telling.schedule import held_until

FEW = 6
MOST_POPUPS = 5
SHOWS = {
    "inbox": gettext_lazy("Inbox"),
    "unread": gettext_lazy("Unread"),
    "done": gettext_lazy("Done"),
}


@require_safe
@page
def inbox_page(request: SignedInRequest) -> HttpResponse:
    """`/notifications/?show=inbox|unread|done&group=&page=`."""
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "inbox"
    group = request.GET.get("group", "")
    group = group if group in GROUPS else ""
    rows = _shown(request, show)
    if group:
        rows = rows.filter(kind__in=kinds_in(group))
    found = page_of_threads(access.view_of(request.user), rows, number_in(request))
    context = {
        "threads": found.rows, "page": found, "show": show, "shows": SHOWS,
        "group": group, "groups": GROUPS, "address": request.get_full_path(),
        # Not `unread`: that is the number on the bell, of all kinds.
        "unread_here": inbox.unread_count(request.user, kinds_in(group) if group else None),
        "settings": choosing.settings_for(request.user), "now": timezone.now(),
    }  # fmt: skip
    return render(request, "notifications/inbox.html", context)


def _shown(request: SignedInRequest, show: str) -> QuerySet[Notification]:
    if show == "done":
        return inbox.of(request.user).filter(done_at__isnull=False)
    if show == "unread":
        return inbox.unread_of(request.user)
    return inbox.of(request.user).filter(done_at__isnull=True)


@require_safe
@page
def latest(request: SignedInRequest) -> HttpResponse:
    """`/notifications/latest/`: what the bell opens; a part of a page."""
    rows = presenting.loaded(inbox.of(request.user).filter(done_at__isnull=True))
    known = inbox.still_known(access.view_of(request.user), list(rows.order_by("-at", "-pk")[:FEW]))
    unread = inbox.unread_count(request.user)
    context = {
        "notifications": known, "unread": unread, "settings": choosing.settings_for(request.user),
        "now": timezone.now(),
    }  # fmt: skip
    response = render(request, "notifications/_latest.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@page
def open_one(request: SignedInRequest, notification_id: int) -> HttpResponse:
    """`/notifications/<id>/`: note it as read, and lead to what it is about."""
    one = reading.open_notification(request.user, notification_id)
    return redirect(presenting.place(one))


@require_POST
@page
def mark(request: SignedInRequest) -> HttpResponseBase:
    """`/notifications/mark/`. POST `do`: read, unread, done (`ids`: "1,2"), read-all, done-all (`group`: only what is
    under that heading), mute (`article`)."""
    do, ids = request.POST.get("do", ""), _numbers(request.POST.get("ids", ""))
    user, group = request.user, request.POST.get("group", "")
    kinds = kinds_in(group) if group else None
    if do == "read":
        reading.mark_read(user, ids)
    elif do == "unread":
        reading.mark_unread(user, ids)
    elif do == "done":
        reading.mark_done(user, ids)
    elif do == "read-all":
        reading.mark_read(user, kinds=kinds)
    elif do == "done-all":
        count = reading.mark_done(user, kinds=kinds)
        if count:
            said = ngettext("%(count)d put away.", "%(count)d put away.", count)
            messages.success(request, said % {"count": count})
    elif do == "mute":
        article = _numbers(request.POST.get("article", ""))
        if article:
            following.mute(user, article[0])
            messages.success(request, _("Muted. You still hear of what is about yourself."))
        reading.mark_done(user, ids)
    if request.headers.get("X-Quiet"):  # from a script, which brings the page up to date itself
        return HttpResponse(status=204)
    return redirect(_back(request))


@require_safe
@page
def popups(request: SignedInRequest) -> JsonResponse:
    """`/notifications/popups/?ids=1,2`: those of them that are to show on the desktop now, as they may be shown now."""
    user = request.user
    if held_until(choosing.settings_for(user), timezone.now(), back_from=user.back_from) is not None:
        return JsonResponse({"items": []})
    ids = _numbers(request.GET.get("ids", ""))[:50]
    rows = inbox.told_to(user).filter(pk__in=ids, pops=True, read_at=None)
    known = inbox.still_known(access.view_of(user), list(presenting.loaded(rows).order_by("-pk")[:MOST_POPUPS]))
    response = JsonResponse({"items": [presenting.popup(one) for one in known]})
    response["Cache-Control"] = "private, no-store"
    return response


def _numbers(text: str) -> list[int]:
    """ "1,2" → [1, 2]; anything else in it counts as not there."""
    words = (word.strip() for word in text[:20_000].split(","))
    return [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 18]


def _back(request: SignedInRequest) -> str:
    """Where the form stood: an address of the inbox, or the inbox."""
    back = request.POST.get("back", "")
    return back if back.startswith("/notifications/") and "\\" not in back else "/notifications/"
