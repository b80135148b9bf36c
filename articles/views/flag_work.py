"""What somebody does with a flag.

What needs words is a small form on a page of its own, which the desk shows in a dialog; the rest is done at once, and
undone from the message that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import access
from articles.actions import answering, flagging
from articles.actions.problems import Conflict, Invalid
from articles.flag_rights import may_work_on, who_can_have
from articles.forms import WorkForm
from articles.models import Flag, User, Version

from . import undoing
from .handled import SignedInRequest, page

MOST_PEOPLE = 300
Done = tuple[Flag, str]


def _assign(user: User, flag: Flag, data: dict[str, Any]) -> Done:
    if data["assignee"] is None:
        raise Invalid(assignee=_("Choose a person."))
    made = answering.assign_flag(user, flag.pk, data["assignee"], revision=data["revision"])
    return made, _("Given to %(name)s.") % {"name": made.assignee.get_full_name() if made.assignee else ""}


def _take(user: User, flag: Flag, data: dict[str, Any]) -> Done:
    return answering.assign_flag(user, flag.pk, user.pk, revision=data["revision"]), _("It is yours.")


def _put_back(user: User, flag: Flag, data: dict[str, Any]) -> Done:
    made = answering.put_back(user, flag.pk, revision=data["revision"])
    return made, _("Put back. Now it is with %(name)s.") % {
        "name": made.assignee.get_full_name() if made.assignee else "–"
    }


def _resolve(user: User, flag: Flag, data: dict[str, Any]) -> Done:
    made = answering.resolve_flag(user, flag.pk, data["answer"], version=data["version"], revision=data["revision"])
    return made, _("Resolved. Whoever reported it gets your answer.")


def _decline(user: User, flag: Flag, data: dict[str, Any]) -> Done:
    made = answering.decline_flag(user, flag.pk, data["answer"], revision=data["revision"])
    return made, _("Declined. Whoever reported it gets your answer.")


def _answer(user: User, flag: Flag, data: dict[str, Any]) -> Done:
    return answering.answer_flag(user, flag.pk, data["answer"], revision=data["revision"]), _(
        "Answered. It stays open."
    )


def _reopen(user: User, flag: Flag, data: dict[str, Any]) -> Done:
    try:
        return answering.reopen_flag(user, flag.pk, data["answer"], revision=data["revision"]), _("Opened again.")
    except Invalid as problem:
        raise Invalid(answer=problem.fields["body"]) from None


def _accept(user: User, flag: Flag, data: dict[str, Any]) -> Done:
    return answering.accept_answer(user, flag.pk, revision=data["revision"]), _("Thank you. The flag is done.")


def _change(user: User, flag: Flag, data: dict[str, Any]) -> Done:
    made = answering.change_flag(
        user, flag.pk, kind=data["kind"] or None, severity=data["severity"] or None, revision=data["revision"]
    )
    return made, _("Changed.")


def _warn(user: User, flag: Flag, data: dict[str, Any]) -> Done:
    return answering.word_warning(user, flag.pk, data["warning"], revision=data["revision"]), _("Readers see it now.")


def _lift(user: User, flag: Flag, data: dict[str, Any]) -> Done:
    return answering.lift_warning(user, flag.pk, revision=data["revision"]), _("The warning is gone.")


# What stands in the address → what is done, and whether it has a form of its own.
ACTS: dict[str, tuple[Callable[[User, Flag, dict[str, Any]], Done], bool]] = {
    "assign": (_assign, True),
    "take": (_take, False),
    "put-back": (_put_back, False),
    "resolve": (_resolve, True),
    "decline": (_decline, True),
    "answer": (_answer, True),
    "reopen": (_reopen, True),
    "accept": (_accept, False),
    "change": (_change, True),
    "warning": (_warn, True),
    "lift": (_lift, False),
}


@require_http_methods(["GET", "HEAD", "POST"])
@page
def act(request: SignedInRequest, flag_id: int, do: str) -> HttpResponseBase:
    """`/flags/<id>/<do>/`, one of ACTS. POST also `next`, the address to go on at."""
    if do not in ACTS:
        raise access.NotFound
    found = flagging.fetch_flag(request.user, flag_id)
    _require(request.user, found, do)
    done, has_form = ACTS[do]
    if request.method != "POST":
        if not has_form:  # an address of a form that is no more, or the way back from signing in
            return redirect(_next(request, found))
        return _show(request, found, do, WorkForm(initial=_start(found)))
    form = WorkForm(request.POST)
    if not form.is_valid():
        return _show(request, found, do, form, 422) if has_form else redirect(_next(request, found))
    try:
        made, words = done(request.user, found, form.cleaned_data)
    except Conflict as problem:
        if not has_form:
            messages.warning(request, str(problem))
            return redirect(_next(request, found))
        now = flagging.fetch_flag(request.user, flag_id)
        again = WorkForm({**request.POST.dict(), "revision": str(now.revision)})
        return _show(request, now, do, again, 409, moved_on=str(problem))
    except Invalid as problem:
        for name, message in problem.fields.items():
            form.add_error(name if name in form.fields else None, message)
        return _show(request, found, do, form, 422)
    undoing.flag_is_changed(request, words, do, found, made)
    return redirect(_next(request, made))


def _require(user: User, flag: Flag, do: str) -> None:
    """Refused is who may not do it, before a form is shown. The actions ask again."""
    mine = flag.reporter_id == user.pk
    allowed = mine if do == "accept" else may_work_on(access.view_of(user), flag) or (mine and do == "reopen")
    if not allowed:
        raise access.Forbidden(do)


def _start(flag: Flag) -> dict[str, Any]:
    return {
        "revision": flag.revision, "assignee": flag.assignee_id, "kind": flag.kind, "severity": flag.severity,
        "warning": flag.warning or flag.body.split("\n")[0][:300],
    }  # fmt: skip


def _show(
    request: SignedInRequest, flag: Flag, do: str, form: WorkForm, status: int = 200, *, moved_on: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "flag": flag,
        "article": flag.article,
        "category": flag.article.category if flag.article else None,
        "do": do,
        "form": form,
        "moved_on": moved_on,
        "next": _next(request, flag),
    }
    if do == "assign":
        context["people"] = people_for(flag)
    if do == "resolve" and flag.article is not None:
        rows = Version.objects.filter(article=flag.article, published_at__gte=flag.created_at)
        context["versions"] = list(rows.only("number", "note", "published_at", "article_id")[:10])
    return render(request, "articles/flag_work.html", context, status=status)


def people_for(flag: Flag) -> list[User]:
    """To whom a flag may sensibly be given: who may mend the article, its team, managers, and who has it now."""
    sensible = Q(groups__name=access.MANAGER) | Q(is_superuser=True) | Q(pk=flag.assignee_id)
    if flag.team_id:
        sensible |= Q(groups=flag.team_id)
    if flag.article is not None:
        sensible |= Q(pk__in=access.who_can("answer_flag", flag.article).order_by().values("pk"))
    able = who_can_have(flag).order_by().values("pk")
    people = User.objects.filter(sensible, is_active=True, pk__in=able).distinct()
    return list(people.order_by("first_name", "last_name", "username")[:MOST_PEOPLE])


def _next(request: SignedInRequest, flag: Flag) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return flag.get_absolute_url()
