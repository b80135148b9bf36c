"""When the centre works, and how long a flag may wait: for managers."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import access
from articles.actions import centre_hours
from articles.actions.problems import Conflict, Invalid
from articles.forms.hours import HolidayForm, HoursForm, said
from articles.models import CentreHours, Holiday
from articles.working_hours import parse, read_calendar

from . import undoing
from .handled import SignedInRequest, page


@require_http_methods(["GET", "HEAD", "POST"])
@page
def hours(request: SignedInRequest) -> HttpResponse:
    """`/flags/hours/`. POST `do`: hours (`day0`…`day6`, `urgent`, `normal`, `low`), holiday, remove (`day`)."""
    access.require(request.user, "set_centre_hours")
    if request.method != "POST":
        return _show(request)
    do = request.POST.get("do")
    if do == "holiday":
        return _add(request)
    if do == "remove":
        return _remove(request)
    return _set(request)


def _set(request: SignedInRequest) -> HttpResponse:
    form = HoursForm(request.POST, calendar=read_calendar())
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        centre_hours.set_hours(
            request.user, form.week(), form.targets(), revision=form.cleaned_data["revision"]
        )  # fmt: skip
    except Invalid as problem:
        for message in problem.fields.values():
            form.add_error(None, message)
        return _show(request, form, status=422)
    except Conflict as problem:
        messages.warning(request, str(problem))
        return _show(request, status=409)
    messages.success(request, _("Saved. Open flags are due by these hours now."))
    return redirect("/flags/hours/")


def _add(request: SignedInRequest) -> HttpResponse:
    form = HolidayForm(request.POST)
    if not form.is_valid():
        return _show(request, holiday=form, status=422)
    data = form.cleaned_data
    try:
        centre_hours.set_holiday(request.user, data["day"], data["name"], data["hours"])
    except Invalid as problem:
        for name, message in problem.fields.items():
            form.add_error(name if name in form.fields else "hours", message)
        return _show(request, holiday=form, status=422)
    return redirect("/flags/hours/")


def _remove(request: SignedInRequest) -> HttpResponse:
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
        undoing.holiday_is_gone(request, centre_hours.remove_holiday(request.user, day))
    except (ValueError, access.NotFound):
        messages.warning(request, _("That day is as every other already."))
    return redirect("/flags/hours/")


def _show(
    request: SignedInRequest, form: HoursForm | None = None, holiday: HolidayForm | None = None, status: int = 200
) -> HttpResponse:
    row = CentreHours.objects.filter(pk=1).select_related("changed_by").first()
    if form is None:
        form = HoursForm(calendar=read_calendar(), initial={"revision": row.revision if row else None})
    coming = Holiday.objects.filter(day__gte=timezone.localdate())[:200]
    context = {
        "form": form,
        "holiday": holiday or HolidayForm(),
        "holidays": [(one, said(parse(one.hours))) for one in coming],
        "row": row,
        "category": None,
    }
    return render(request, "articles/hours.html", context, status=status)
