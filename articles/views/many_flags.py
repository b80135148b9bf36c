"""Many flags at once, from the list of the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from articles import access
from articles.actions import answering
from articles.actions.problems import Conflict, Invalid
from articles.models import Flag, User

from .desk import Refused, asked_of, desk, show_desk
from .handled import SignedInRequest, is_refresh, page

MOST_AT_ONCE = 100


@dataclass
class Outcome:
    """How many flags were done, and why others were not; `wrong` is what is wrong with the form, in `field`."""

    done: int = 0
    late: int = 0
    closed_to_them: int = 0
    wrong: str = ""
    field: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def bulk(request: SignedInRequest) -> HttpResponseBase:
    """`/flags/bulk/`: `ids`, `do` (take, assign, resolve, decline, put-back), `answer`, `assignee`, `next`.

    Each is done by itself: what somebody else was quicker with, or what whoever is chosen may not have, is told, and
    keeps nothing else from being done. Where the form itself is wrong nothing is done, and the list is shown again as
    the address asks for it, with what was chosen and typed (422). That page asks for itself by GET to stay current.
    """
    if request.method != "POST":
        return desk(request) if is_refresh(request) else redirect(f"/flags/?{request.META['QUERY_STRING']}")
    ids = {int(one) for one in request.POST.getlist("ids") if one.isascii() and one.isdigit() and len(one) < 12}
    whom = _whom(request)
    do = _deed(request, whom)
    if do is None or not ids:
        outcome = Outcome(wrong=_("Choose flags, and what is to be done with them."))
    else:
        outcome = _each(request.user, sorted(ids)[:MOST_AT_ONCE], do, has_somebody=bool(whom))
    if outcome.wrong:
        answer = request.POST.get("answer", "")
        refused = Refused(frozenset(ids), answer, whom, outcome.wrong, outcome.field)
        return show_desk(request, replace(asked_of(request), view="list"), refused)
    _tell(request, outcome)
    return redirect(_back(request))


def _each(user: User, ids: list[int], do: Callable[[User, int], Flag], *, has_somebody: bool) -> Outcome:
    outcome = Outcome()
    for flag_id in ids:
        try:
            do(user, flag_id)
            outcome.done += 1
        except Invalid as problem:
            if has_somebody and "assignee" in problem.fields:  # this one is not for them; the next may be
                outcome.closed_to_them += 1
                continue
            # The same for all of them: nothing is left to try.
            outcome.field, outcome.wrong = next(iter(problem.fields)), " ".join(problem.fields.values())
            break
        except (Conflict, access.NotFound, access.Forbidden):
            outcome.late += 1
    return outcome


def _tell(request: SignedInRequest, outcome: Outcome) -> None:
    done = outcome.done
    if done:
        messages.success(request, ngettext("%(count)d flag done.", "%(count)d flags done.", done) % {"count": done})
    late, closed_to_them = outcome.late, outcome.closed_to_them
    left = (late, ngettext(
        "%(count)d flag was left: it changed meanwhile, or you may not do that to it.",
        "%(count)d flags were left: they changed meanwhile, or you may not do that to them.", late,
    )), (closed_to_them, ngettext(
        "%(count)d flag was left: whoever you chose may not see what it is about.",
        "%(count)d flags were left: whoever you chose may not see what they are about.", closed_to_them,
    ))  # fmt: skip
    for count, words in left:
        if count:
            messages.warning(request, words % {"count": count})


def _whom(request: SignedInRequest) -> int:
    """The id of the person who was chosen, with an account that is open; 0: there is nobody like that."""
    whom = request.POST.get("assignee", "")
    if not (whom.isascii() and whom.isdigit() and len(whom) < 12):
        return 0
    return User.objects.filter(pk=int(whom), is_active=True).values_list("pk", flat=True).first() or 0


def _deed(request: SignedInRequest, to: int) -> Callable[[User, int], Flag] | None:
    answer = request.POST.get("answer", "")
    deeds: dict[str, Callable[[User, int], Flag]] = {
        "take": lambda user, pk: answering.assign_flag(user, pk, user.pk),
        "assign": lambda user, pk: answering.assign_flag(user, pk, to),
        "resolve": lambda user, pk: answering.resolve_flag(user, pk, answer),
        "decline": lambda user, pk: answering.decline_flag(user, pk, answer),
        "put-back": answering.put_back,
    }
    return deeds.get(request.POST.get("do", ""))


def _back(request: SignedInRequest) -> str:
    asked = request.POST.get("next", "")
    return asked if asked.startswith("/flags/?") else "/flags/?view=list"
