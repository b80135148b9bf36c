"""Work on a flag until it is answered: give it to somebody, answer, close it; accept the answer, or reopen it.

Whoever decides has seen the newest: each action takes the `revision` that was looked at, or the one that holds when
it begins. Of two who press at one moment one wins; the other is told by Conflict who was first and what is now.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, events
from ..flag_rights import may_have, may_work_on
from ..models import Flag, FlagKind, FlagState, Severity, Step, User, Version
from ..models.flag import CLOSED
from ..routing import route
from ..working_hours import calendar
from .flagging import fetch_flag, lock_flag, note_step, what_is_now
from .problems import CannotUndo, Conflict, Invalid
from .proposing import clean_answer


def assign_flag(user: User, flag_id: int, assignee_id: int, *, revision: int | None = None) -> Flag:
    """Give an open flag to somebody who sees what it is about (oneself among them).

    Raises access.NotFound/Forbidden, Invalid, Conflict.
    """
    with _working(user, flag_id, revision) as flag:
        _require_open(flag)
        assignee = User.objects.filter(pk=assignee_id).first()
        if assignee is None or not may_have(access.read_view(assignee.pk), flag):
            raise Invalid(assignee=_("There is nobody like that who could answer this."))
        if flag.status == FlagState.ASSIGNED and flag.assignee_id == assignee.pk:
            return flag
        had, flag.assignee, flag.status = flag.assignee_id, assignee, FlagState.ASSIGNED
        _keep(flag, user, Step.ASSIGNED, events.FlagAssigned(flag, had), to=assignee)
    return flag


def put_back(user: User, flag_id: int, *, revision: int | None = None) -> Flag:
    """Give an open flag back to the line: to the next whose turn it is, other than who had it, if there is anybody.

    Raises access.NotFound/Forbidden, Conflict.
    """
    with _working(user, flag_id, revision) as flag:
        _require_open(flag)
        had = flag.assignee_id
        routed = route(flag, but=[had] if had else [])
        flag.assignee, flag.team, flag.status = routed.person or flag.assignee, routed.team, FlagState.NEW
        _keep(flag, user, Step.RETURNED, events.FlagAssigned(flag, had), to=flag.assignee)
    return flag


def answer_flag(user: User, flag_id: int, answer: str, *, revision: int | None = None) -> Flag:
    """Tell whoever raised it something, while it stays open. Raises access.NotFound/Forbidden, Invalid, Conflict."""
    answer = _clean(answer)
    with _working(user, flag_id, revision) as flag:
        _require_open(flag)
        _note_answer(flag, user, answer)
        _keep(flag, user, Step.ANSWERED, events.FlagUpdated(flag, ("answer",)), answer)
    return flag


def resolve_flag(
    user: User, flag_id: int, answer: str, *, version: int | None = None, revision: int | None = None
) -> Flag:
    """It is done, and this is the answer; `version` is the number of the version of its article that fixed it.

    Raises access.NotFound/Forbidden, Invalid, Conflict.
    """
    answer = _clean(answer)
    with _working(user, flag_id, revision) as flag:
        _require_open(flag)
        close_as_resolved(flag, user, answer, _version(flag, version))
        events.record(user, events.FlagResolved(flag))
    return flag


def decline_flag(user: User, flag_id: int, answer: str, *, revision: int | None = None) -> Flag:
    """Nothing is to be done, and this is why. Raises access.NotFound/Forbidden, Invalid, Conflict."""
    answer = _clean(answer)
    with _working(user, flag_id, revision) as flag:
        _require_open(flag)
        _note_answer(flag, user, answer)
        flag.status, flag.closed_at, flag.remind_at = FlagState.DECLINED, timezone.now(), None
        _keep(flag, user, Step.DECLINED, events.FlagDeclined(flag), answer)
    return flag


def reopen_flag(user: User, flag_id: int, why: str, *, revision: int | None = None) -> Flag:
    """The answer does not do: for whoever raised the flag, and those who work on it.

    It gets a new time to be answered, and stays with whoever has it, or goes to the next in line.
    Raises access.NotFound/Forbidden, Invalid, Conflict when it is open.
    """
    why = clean_answer(why, "body", _("Say what is still wrong."))
    flag = fetch_flag(user, flag_id)
    if user.pk != flag.reporter_id and not may_work_on(access.view_of(user), flag):
        raise access.Forbidden("reopen_flag")
    with _locked(flag, revision) as flag:
        _require_closed(flag)
        now = timezone.now()
        flag.status, flag.closed_at, flag.accepted_at = FlagState.REOPENED, None, None
        flag.overdue_at = flag.escalated_to = None
        flag.version = None
        flag.reopenings += 1
        flag.due, flag.remind_at = calendar().due(flag.severity, now)
        if flag.assignee_id is None or not may_have(access.read_view(flag.assignee_id), flag):
            routed = route(flag)
            flag.assignee, flag.team = routed.person, routed.team
        _keep(flag, user, Step.REOPENED, events.FlagReopened(flag), why)
    return flag


def accept_answer(user: User, flag_id: int, *, revision: int | None = None) -> Flag:
    """Whoever raised the flag is content. Raises access.NotFound/Forbidden, Conflict when it is not answered."""
    flag = fetch_flag(user, flag_id)
    if flag.reporter_id != user.pk:
        raise access.Forbidden("accept_answer")
    if flag.accepted_at is not None:
        return flag
    with _locked(flag, revision) as flag:
        _require_closed(flag)
        flag.accepted_at = timezone.now()
        _keep(flag, user, Step.ACCEPTED, events.FlagAccepted(flag))
    return flag


def undo_taking(user: User, flag_id: int, assignee_id: int | None, status: str, *, revision: int) -> Flag:
    """Give a flag that one has taken back to who had it, as it stood; to the next in line if they cannot have it now.

    `revision` is the one since it was taken. Raises access.NotFound/Forbidden, CannotUndo.
    """
    try:
        with _working(user, flag_id, revision) as flag:
            _require_open(flag)
            had = User.objects.filter(pk=assignee_id or 0).first()
            if had is None or not may_have(access.read_view(had.pk), flag):
                routed = route(flag, but=[user.pk])
                had, flag.team, status = routed.person or flag.assignee, routed.team, FlagState.NEW
            was, flag.assignee, flag.status = flag.assignee_id, had, status
            _keep(flag, user, Step.RETURNED, events.FlagAssigned(flag, was), to=had)
    except Conflict as problem:
        raise CannotUndo from problem
    return flag


def undo_accepting(user: User, flag_id: int, *, revision: int) -> Flag:
    """Whoever raised the flag has not said yet that they are content; `revision` is the one since they said so.

    Raises access.NotFound/Forbidden, CannotUndo.
    """
    flag = fetch_flag(user, flag_id)
    if flag.reporter_id != user.pk:
        raise access.Forbidden("accept_answer")
    try:
        with _locked(flag, revision) as flag:
            flag.accepted_at = None
            _keep(flag, user, Step.NOT_ACCEPTED, events.FlagUpdated(flag, ("accepted",)))
    except Conflict as problem:
        raise CannotUndo from problem
    return flag


def undo_lifting(user: User, flag_id: int, *, revision: int) -> Flag:
    """Warn readers again, in the words of before; `revision` is the one since the warning was lifted.

    Raises access.NotFound/Forbidden, CannotUndo.
    """
    try:
        return warn_again(user, flag_id, revision=revision)
    except Conflict as problem:
        raise CannotUndo from problem


def change_flag(
    user: User, flag_id: int, *, kind: str | None = None, severity: str | None = None, revision: int | None = None
) -> Flag:
    """Call it something else. Another severity is another time by which it is due, counted from when it was raised.

    Where that is still to come, it is not overdue any more, and no longer the business of the manager it went up to.

    Raises access.NotFound/Forbidden, Invalid, Conflict.
    """
    if kind is not None and kind not in FlagKind.values:
        raise Invalid(kind=_("Choose one of: %(values)s.") % {"values": ", ".join(FlagKind.values)})
    if severity is not None and severity not in Severity.values:
        raise Invalid(severity=_("Choose one of: %(values)s.") % {"values": ", ".join(Severity.values)})
    with _working(user, flag_id, revision) as flag:
        changed = []
        if kind is not None and kind != flag.kind:
            flag.kind = kind
            changed.append("kind")
        if severity is not None and severity != flag.severity:
            _require_open(flag)
            flag.severity = severity
            flag.due, flag.remind_at = calendar().due(severity, _waits_since(flag))
            if flag.due > timezone.now():
                flag.overdue_at = flag.escalated_to = None
            changed.append("severity")
        if changed:
            words = {"kind": flag.get_kind_display(), "severity": flag.get_severity_display()}
            said = ", ".join(str(words[name]) for name in changed)
            _keep(flag, user, Step.CHANGED, events.FlagUpdated(flag, tuple(changed)), said)
    return flag


def word_warning(user: User, flag_id: int, words: str, *, revision: int | None = None) -> Flag:
    """Say in other words what readers of the article are warned of, while an urgent flag is open; empty: the flag's.

    Raises access.NotFound/Forbidden, Invalid, Conflict.
    """
    words = " ".join(words.split())
    if len(words) > 300:
        message = _("That has %(count)d characters; %(most)d are the most.")
        raise Invalid(warning=message % {"count": len(words), "most": 300})
    with _working(user, flag_id, revision) as flag:
        _require_warning(flag)
        flag.warning, flag.warning_lifted = words, False
        _keep(flag, user, Step.WARNED, events.FlagUpdated(flag, ("warning", "worded")), words)
    return flag


def lift_warning(user: User, flag_id: int, *, revision: int | None = None) -> Flag:
    """Warn readers no more, although the flag stays open. Raises access.NotFound/Forbidden, Conflict."""
    with _working(user, flag_id, revision) as flag:
        _require_warning(flag)
        flag.warning_lifted = True
        _keep(flag, user, Step.LIFTED, events.FlagUpdated(flag, ("warning", "lifted")))
    return flag


def warn_again(user: User, flag_id: int, *, revision: int | None = None) -> Flag:
    """Warn readers as before the warning was lifted; nothing changes where it was not.

    Raises access.NotFound/Forbidden, Conflict.
    """
    with _working(user, flag_id, revision) as flag:
        if not flag.warning_lifted:
            return flag
        _require_warning(flag)
        flag.warning_lifted = False
        _keep(flag, user, Step.WARNED_AGAIN, events.FlagUpdated(flag, ("warning", "shown")), flag.warning)
    return flag


# --- For the other actions on flags -------------------------------------------------------------------


def close_as_resolved(flag: Flag, user: User, answer: str, version: Version | None) -> None:
    """Write that a locked flag is resolved; records no event."""
    _note_answer(flag, user, answer)
    flag.status, flag.closed_at, flag.remind_at, flag.version = FlagState.RESOLVED, timezone.now(), None, version
    save_step(flag, user, Step.RESOLVED, answer)


def save_step(flag: Flag, user: User | None, step: Step, text: str = "", to: User | None = None) -> None:
    """Save a locked flag as its next revision, with a line of its history."""
    flag.revision += 1
    flag.save()
    note_step(flag, user, step, text, to)


@contextmanager
def _working(user: User, flag_id: int, revision: int | None) -> Iterator[Flag]:
    """A flag that this person may work on, locked and as it was looked at."""
    flag = fetch_flag(user, flag_id)
    if not may_work_on(access.view_of(user), flag):
        raise access.Forbidden("answer_flag")
    with _locked(flag, revision) as locked:
        yield locked


@contextmanager
def _locked(flag: Flag, revision: int | None) -> Iterator[Flag]:
    """The flag under its lock, if it is still as it was looked at; else Conflict."""
    expected = flag.revision if revision is None else revision
    with transaction.atomic():
        locked = lock_flag(flag.pk)
        if locked.revision != expected:
            raise Conflict(what_is_now(locked))
        yield locked


def _keep(
    flag: Flag, user: User, step: Step, happened: events.OfFlag, text: str = "", *, to: User | None = None
) -> None:
    save_step(flag, user, step, text, to)
    events.record(user, happened)


def _note_answer(flag: Flag, user: User, answer: str) -> None:
    flag.answer, flag.answered_by = answer, user
    flag.first_answer_at = flag.first_answer_at or timezone.now()


def _waits_since(flag: Flag) -> datetime:
    reopened = flag.steps.filter(action=Step.REOPENED).order_by("-pk").first()
    return reopened.at if reopened else flag.created_at


def _version(flag: Flag, number: int | None) -> Version | None:
    if number is None:
        return None
    found = Version.objects.filter(article=flag.article_id, number=number).defer("document").first()
    if found is None or flag.article_id is None:
        raise Invalid(version=_("The article has no version %(number)d.") % {"number": number})
    return found


def _clean(answer: str) -> str:
    return clean_answer(answer, "answer", _("Write an answer: whoever reported this is waiting for it."))


def _require_open(flag: Flag) -> None:
    if not flag.is_open:
        raise Conflict(what_is_now(flag))


def _require_closed(flag: Flag) -> None:
    if flag.status not in CLOSED:
        raise Conflict(what_is_now(flag))


def _require_warning(flag: Flag) -> None:
    if flag.article_id is None or not flag.is_open or flag.severity != Severity.URGENT:
        raise Conflict(_("Only an urgent flag that is open warns the readers of its article."))
