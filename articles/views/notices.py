"""Notices: written, changed and taken back by managers and by those who publish in a topic."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from articles import access
from articles.actions import announcing
from articles.actions.problems import Conflict, Invalid
from articles.forms.talk import NoticeForm, local
from articles.models import Notice, User
from articles.notices import managed_by, may_announce

from . import undoing
from .handled import SignedInRequest, page
from .listing import number_in, page_of


@require_http_methods(["GET", "HEAD", "POST"])
@page
def notices(request: SignedInRequest) -> HttpResponseBase:
    """`/notices/`: what is shown, planned and over; and a form for a new one."""
    if not may_announce(request.user):
        raise access.Forbidden("announce")
    form = _form(request)
    if request.method == "POST" and form.is_valid() and _save(request, form, None):
        return redirect("/notices/")
    found = page_of(managed_by(request.user), number_in(request))
    context = {"page": found, "form": form, "now": timezone.now()}
    return render(request, "talk/notices.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def notice(request: SignedInRequest, notice_id: int) -> HttpResponseBase:
    """`/notices/<id>/`. POST `do`: save, end."""
    found = announcing.fetch_notice(request.user, notice_id)
    if request.method == "POST" and request.POST.get("do") == "end":
        kept = announcing.fetch_notice(request.user, notice_id)
        announcing.end_notice(request.user, notice_id)
        undoing.notice_is_gone(request, kept)
        return redirect("/notices/")
    form = _form(request, found)
    if request.method == "POST" and form.is_valid() and _save(request, form, found):
        return redirect("/notices/")
    context = {"notice": found, "form": form, "now": timezone.now()}
    return render(request, "talk/notice.html", context, status=422 if form.errors else 200)


def _form(request: SignedInRequest, found: Notice | None = None) -> NoticeForm:
    start = None
    if found is not None:
        start = {
            "text": found.text, "tone": found.tone, "starts": local(found.starts_at), "ends": local(found.ends_at),
            "categories": [one.slug for one in found.categories.all()],
            "roles": [one.name for one in found.roles.all()],
        }  # fmt: skip
    return NoticeForm(request.user, _roles(request.user), request.POST or None, initial=start)


def _roles(user: User) -> list[str]:
    """Managers may address every role; others those that they hold."""
    if access.can(user, "announce_to_all"):
        names = Group.objects.exclude(name=access.EVERYONE).order_by("name").values_list("name", flat=True)
        return list(names)
    return sorted(access.view_of(user).roles - {access.EVERYONE})


def _save(request: SignedInRequest, form: NoticeForm, found: Notice | None) -> bool:
    data = form.cleaned_data
    try:
        if found is None:
            announcing.add_notice(
                request.user, data["text"], data["ends"], starts=data["starts"], roles=data["roles"],
                categories=data["categories"], tone=data["tone"],
            )  # fmt: skip
        else:
            announcing.edit_notice(
                request.user, found.pk, text=data["text"], starts=data["starts"], ends=data["ends"],
                roles=data["roles"], categories=data["categories"], tone=data["tone"],
            )  # fmt: skip
    except Invalid as problem:
        form.take(problem)
        return False
    except Conflict as problem:
        form.add_error(None, str(problem))
        return False
    return True
