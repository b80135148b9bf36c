"""Flags: report, work on, answer, accept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from .. import access
from ..actions import answering, flagging
from ..actions.problems import Invalid
from ..flag_rights import flags_for, may_work_on
from ..models import Flag, FlagJoin, FlagState, FlagStep, User
from ..models.flag import OPEN
from ..signed_in import SignedInRequest
from . import shapes
from .changes import Change
from .paging import Cursor, Limit, page

router = Router(tags=["flags"])
Kind = Literal["incorrect", "outdated", "unclear", "missing", "other"]
Severity = Literal["low", "normal", "urgent"]
State = Literal["new", "assigned", "resolved", "declined", "reopened"]


class FlagIn(Schema):
    article: int | None = None
    kind: Kind
    severity: Severity = "normal"
    body: str
    quote: str = ""
    before: str = ""
    after: str = ""
    version: int | None = None
    query: str = ""


class FlagPatch(Change):
    revision: int | None = None
    kind: Kind | None = None
    severity: Severity | None = None
    assignee: int | None = None
    status: State | None = None
    answer: str | None = None
    version: int | None = None
    warning: str | None = None
    warning_lifted: bool | None = None


class ReopenIn(Schema):
    body: str
    revision: int | None = None


class Wanted(Schema):
    status: str | None = None
    assignee: int | None = None
    article: int | None = None
    overdue: bool | None = None
    mine: bool = False


def flag_line(flag: Flag) -> dict[str, Any]:
    """A flag in a list. Needs all of `flagging.loaded`, and `met_by`, how many joined.

    `anchored` tells whether the passage that it is about is still in the article.
    """
    return {
        "id": flag.pk, "article": flag.article_id, "title": flag.article.title if flag.article else None,
        "kind": flag.kind, "severity": flag.severity, "body": flag.body,
        "quote": flag.quote, "anchored": flag.anchor is not None and flag.anchor.is_placed, "query": flag.query,
        "reporter": shapes.person(flag.reporter), "created_at": shapes.time(flag.created_at),
        "assignee": flag.assignee_id, "assignee_name": flag.assignee.get_full_name() if flag.assignee else None,
        "team": flag.team.name if flag.team else None, "status": flag.status, "due": shapes.time(flag.due),
        "overdue": flag.is_overdue, "escalated_to": flag.escalated_to_id, "answer": flag.answer,
        "answered_by": shapes.person(flag.answered_by), "version": flag.version.number if flag.version else None,
        "accepted": flag.accepted_at is not None, "closed_at": shapes.time(flag.closed_at),
        "joined": getattr(flag, "met_by", 0), "warning": flag.warning, "warning_lifted": flag.warning_lifted,
        "revision": flag.revision, "url": flag.get_absolute_url(),
    }  # fmt: skip


def flag_whole(user: User, flag_id: int) -> dict[str, Any]:
    """A flag with its history."""
    flag = flagging.fetch_flag(user, flag_id)
    flag.met_by = flag.joins.count()  # type: ignore[attr-defined]
    view = access.view_of(user)
    steps = flag.steps.select_related("actor", "to")
    may = may_work_on(view, flag)
    return {
        **flag_line(flag), "history": [_step(one) for one in steps],
        "abilities": [
            *(["answer"] if may else []), *(["accept"] if flag.reporter_id == user.pk else []),
            *(["reopen"] if may or flag.reporter_id == user.pk else []),
        ],
    }  # fmt: skip


def _step(one: FlagStep) -> dict[str, Any]:
    return {
        "at": shapes.time(one.at), "actor": shapes.person(one.actor), "action": one.action,
        "to": shapes.person(one.to), "text": one.text,
    }  # fmt: skip


@router.post("flags", response={201: Any})
def raise_flag(request: SignedInRequest, data: FlagIn) -> Status[dict[str, Any]]:
    """Report that something is wrong or missing. Without an article: a request for one. 429 when it is too often.

    `quote` is the passage that it is about; where the same words stand there more than once, `before` and `after` are
    what stands around it, and `version` is the number of the version that it was seen in. `similar` are open flags that
    may say the same: join one of them instead with `POST flags/{id}/join`.
    """
    article = access.fetch_article(request.user, "flag", data.article) if data.article is not None else None
    similar = flagging.similar_flags(request.user, article, data.body, data.quote, data.query)
    made = flagging.raise_flag(
        request.user, data.article, data.kind, data.severity, data.body, quote=data.quote, before=data.before,
        after=data.after, version=data.version, query=data.query,
    )  # fmt: skip
    return Status(201, {**flag_whole(request.user, made.pk), "similar": [one.pk for one in similar]})


@router.get("flags")
def flags(request: SignedInRequest, wanted: Query[Wanted], limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """The flags that the caller may see, newest first. `status`: one or several, separated by commas, or `open`.

    `mine`: those that the caller raised, joined or has.
    """
    rows = flags_for(request.user)
    if wanted.status:
        rows = rows.filter(status__in=_states(wanted.status))
    if wanted.assignee is not None:
        rows = rows.filter(assignee=wanted.assignee)
    if wanted.article is not None:
        rows = rows.filter(article=wanted.article)
    if wanted.overdue is not None:
        late = Q(status__in=OPEN, due__lte=timezone.now())
        rows = rows.filter(late if wanted.overdue else ~late)
    if wanted.mine:
        user = request.user
        joined = FlagJoin.objects.filter(user=user).values("flag")
        rows = rows.filter(Q(reporter=user) | Q(assignee=user) | Q(pk__in=joined))
    return page(flagging.listed(rows), ("-created_at", "-id"), limit, cursor, flag_line)


def _states(words: str) -> set[str]:
    """States by their names, separated by commas; `open` stands for three. Raises Invalid for another word."""
    names = {name for word in words.split(",") for name in (OPEN if word.strip() == "open" else [word.strip()])}
    if unknown := sorted(names - set(FlagState.values)):
        raise Invalid(status=_("There is no status %(names)s.") % {"names": ", ".join(unknown)})
    return {str(name) for name in names}


@router.get("flags/{int:flag_id}")
def flag(request: SignedInRequest, flag_id: int) -> dict[str, Any]:
    """One flag, with its history and what the caller may do with it."""
    return flag_whole(request.user, flag_id)


@router.patch("flags/{int:flag_id}")
def change(request: SignedInRequest, flag_id: int, data: FlagPatch) -> dict[str, Any]:
    """Work on it: `assignee` gives it to somebody (null: back into the line), `status` resolved or declined closes it
    and needs `answer`; `version` is the number of the version that fixed it. `answer` alone leaves it open. `warning`
    words what readers of the article are warned of while it is urgent and open, `warning_lifted` (true) keeps that from
    them, and shows it again (false).

    With `revision` only if it is still the one that you looked at: else 409, and the message says what is now.
    """
    user, sent = request.user, data.dict(exclude_unset=True)
    revision = flagging.fetch_flag(user, flag_id).revision  # before the transaction: who comes later is told
    revision = revision if data.revision is None else data.revision
    with transaction.atomic():
        for act in _acts(user, flag_id, data, sent):
            revision = act(revision).revision
    return flag_whole(user, flag_id)


def _acts(user: User, flag_id: int, data: FlagPatch, sent: dict[str, Any]) -> list[Callable[[int], Flag]]:
    """What a request asks for, in the order in which it is done; each takes the revision that it is about."""
    acts: list[Callable[[int], Flag]] = []
    if data.kind is not None or data.severity is not None:
        acts.append(
            lambda seen: answering.change_flag(user, flag_id, kind=data.kind, severity=data.severity, revision=seen)
        )
    if data.warning is not None:
        words = data.warning
        acts.append(lambda seen: answering.word_warning(user, flag_id, words, revision=seen))
    if data.warning_lifted:
        acts.append(lambda seen: answering.lift_warning(user, flag_id, revision=seen))
    elif data.warning_lifted is False:
        acts.append(lambda seen: answering.warn_again(user, flag_id, revision=seen))
    if data.assignee is not None:
        whom = data.assignee
        acts.append(lambda seen: answering.assign_flag(user, flag_id, whom, revision=seen))
    elif "assignee" in sent or data.status == "new":
        acts.append(lambda seen: answering.put_back(user, flag_id, revision=seen))
    answer = data.answer or ""
    if data.status == "resolved":
        acts.append(lambda seen: answering.resolve_flag(user, flag_id, answer, version=data.version, revision=seen))
    elif data.status == "declined":
        acts.append(lambda seen: answering.decline_flag(user, flag_id, answer, revision=seen))
    elif data.status == "reopened":
        acts.append(lambda seen: answering.reopen_flag(user, flag_id, answer, revision=seen))
    elif data.status == "assigned" and data.assignee is None:
        acts.append(lambda seen: answering.assign_flag(user, flag_id, user.pk, revision=seen))
    elif data.answer is not None:
        acts.append(lambda seen: answering.answer_flag(user, flag_id, answer, revision=seen))
    return acts


@router.post("flags/{int:flag_id}/join")
def join(request: SignedInRequest, flag_id: int) -> dict[str, Any]:
    """Say that you met the same; its answer is for you too."""
    flagging.join_flag(request.user, flag_id)
    return flag_whole(request.user, flag_id)


@router.post("flags/{int:flag_id}/accept")
def accept(request: SignedInRequest, flag_id: int) -> dict[str, Any]:
    """You raised it, and are content with the answer."""
    answering.accept_answer(request.user, flag_id)
    return flag_whole(request.user, flag_id)


@router.post("flags/{int:flag_id}/reopen")
def reopen(request: SignedInRequest, flag_id: int, data: ReopenIn) -> dict[str, Any]:
    """The answer does not do: say what is still wrong."""
    answering.reopen_flag(request.user, flag_id, data.body, revision=data.revision)
    return flag_whole(request.user, flag_id)
