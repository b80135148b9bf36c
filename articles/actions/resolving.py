"""Publish a version, and answer the flags that it settles: both or neither. At once, by approving, or by a plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .. import access, events
from ..flag_rights import may_work_on
from ..models import Article, Flag, Plan, User, Version
from ..models.flag import OPEN
from .answering import close_as_resolved
from .flagging import loaded
from .proposing import approve_proposal, fetch_proposal
from .publishing import publish_article


def settleable(user: User, article_id: int) -> list[Flag]:
    """The open flags of an article that this person may answer, the most pressing first; at most fifty."""
    view = access.view_of(user)
    rows = loaded().filter(article=article_id, status__in=OPEN).order_by("due", "pk")[:50]
    return [flag for flag in rows if may_work_on(view, flag)]


def publish_resolving(
    user: User, article_id: int, flag_ids: Iterable[int], *, answer: str = "", **said: Any
) -> Version:
    """`publish_article`, and resolve these flags of the article with the new version.

    Without an `answer` whoever raised them is told the note of the version. A flag that somebody has closed meanwhile
    is left as it is. Raises what `publish_article` raises, and access.NotFound/Forbidden for a flag.
    """
    wanted = set(flag_ids)
    if not wanted:
        return publish_article(user, article_id, **said)
    with transaction.atomic():
        access.fetch_article(user, "publish", article_id, lock=True)
        flags = _chosen(user, article_id, wanted)
        version = publish_article(user, article_id, **said)
        events.record(user, *_settle(flags, user, version, answer))
    return version


def approve_resolving(
    user: User, proposal_id: int, flag_ids: Iterable[int], *, answer: str = "", seen: int | None = None
) -> Version:
    """`approve_proposal`, and resolve these flags as `publish_resolving` does; whoever approves answers them."""
    wanted = set(flag_ids)
    if not wanted:
        return approve_proposal(user, proposal_id, seen=seen)
    with transaction.atomic():
        article_id = fetch_proposal(user, proposal_id).article_id
        access.fetch_article(user, "approve", article_id, lock=True)
        flags = _chosen(user, article_id, wanted)
        version = approve_proposal(user, proposal_id, seen=seen)
        events.record(user, *_settle(flags, user, version, answer))
    return version


def to_settle(user: User, article: Article, flag_ids: Iterable[int]) -> list[int]:
    """These ids, in order, to be kept by a plan. Raises access.NotFound/Forbidden as `publish_resolving` does."""
    wanted = set(flag_ids)
    return [flag.pk for flag in _chosen(user, article.pk, wanted)] if wanted else []


def lock_planned(plan: Plan) -> list[Flag]:
    """The flags that a plan is to resolve, locked; without those that its author may not answer any more."""
    if not plan.settles or plan.author is None:
        return []
    view = access.view_of(plan.author)
    return [flag for flag in _locked(plan.article_id, plan.settles) if may_work_on(view, flag)]


def settle_planned(flags: list[Flag], plan: Plan, version: Version) -> list[events.Happening]:
    """Resolve what `lock_planned` gave, in the name of who planned it; gives what happened, to be recorded."""
    return _settle(flags, plan.author, version, "") if plan.author else []


def _chosen(user: User, article_id: int, wanted: set[int]) -> list[Flag]:
    flags = _locked(article_id, wanted)
    if {flag.pk for flag in flags} != wanted:
        raise access.NotFound
    view = access.view_of(user)
    if not all(may_work_on(view, flag) for flag in flags):
        raise access.Forbidden("answer_flag")
    return flags


def _locked(article_id: int, flag_ids: Iterable[int]) -> list[Flag]:
    """Locked before the version is told of: whoever holds the counter of events must wait for nobody."""
    rows = loaded().select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=list(flag_ids), article=article_id).order_by("pk"))


def _settle(flags: Iterable[Flag], user: User, version: Version, answer: str) -> list[events.Happening]:
    still = [flag for flag in flags if flag.is_open]
    words = answer.strip() or _answer(version)
    for flag in still:
        close_as_resolved(flag, user, words, version)
    return [events.FlagResolved(flag) for flag in still]


def _answer(version: Version) -> str:
    if version.note:
        return _("Corrected in version %(number)d: %(note)s") % {"number": version.number, "note": version.note}
    return _("Corrected in version %(number)d.") % {"number": version.number}
