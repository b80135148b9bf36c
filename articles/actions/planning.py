"""Publish or archive at a time that was set before: frozen like a proposal, carried out by the worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, documents, events
from ..models import Article, Plan, PlannedAction, PlanProblem, PlanState, Significance, Status, User
from .asking import Asks
from .freezing import close, freeze, refuse_archived, refuse_overtaken, reopen
from .problems import CannotUndo, Conflict, Invalid
from .publishing import publish_frozen, published
from .resolving import lock_planned, settle_planned, to_settle

FARTHEST = timedelta(days=3 * 366)


def plan_publication(
    user: User,
    article_id: int,
    at: datetime,
    *,
    note: str = "",
    significance: str = Significance.NORMAL,
    seq: int | None = None,
    asks: Asks | None = None,
    settles: Iterable[int] = (),
) -> Plan:
    """Publish the draft as it is now at a later time (`at`, aware); the draft may go on.

    `seq`, when given, is the number of the draft update that was looked at; `asks` whom a must-read asks;
    `settles` ids of flags that are resolved with it, as far as they are still open then and its author may.
    Raises access.NotFound/Forbidden (also for a flag), Invalid, Conflict (also when one is planned already),
    documents.DocumentError.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "plan", article_id, lock=True)
        _check_time(at)
        frozen = freeze(user, article, note=note, significance=significance, seq=seq, asks=asks)
        kept = to_settle(user, article, settles)
        return _plan(user, article, Plan(action=PlannedAction.PUBLISH, at=at, settles=kept, **frozen))


def plan_archiving(user: User, article_id: int, at: datetime) -> Plan:
    """Take the article out of use at a later time (`at`, aware), whatever it says then.

    Raises access.NotFound/Forbidden, Invalid, Conflict.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "plan", article_id, lock=True)
        _check_time(at)
        if article.status != Status.PUBLISHED:
            raise Conflict(_("Only what is published can be archived at a later time."))
        plan = Plan(
            article=article, action=PlannedAction.ARCHIVE, at=at, title=article.title, author=user,
            document=documents.empty_document(), draft_seq=0, base_id=article.version_id, created_at=timezone.now(),
        )  # fmt: skip
        return _plan(user, article, plan)


def cancel_plan(user: User, plan_id: int) -> Plan:
    """Do not do it. Raises access.NotFound/Forbidden, Conflict when it does not wait any more."""
    with transaction.atomic():
        article, plan = _fetch(user, plan_id)
        close(plan, user, state=PlanState.CANCELLED)
        events.record(user, events.DraftPlanned(article, plan.pk, plan.state))
    return plan


def resume_plan(user: User, plan_id: int) -> Plan:
    """Let a plan wait again that this person has cancelled; they answer for it now.

    Raises access.NotFound/Forbidden, Invalid when its hour is over, Conflict when it was not they who cancelled it or
    the like is planned meanwhile.
    """
    with transaction.atomic():
        article, plan = _locked(user, plan_id)
        if plan.state != PlanState.CANCELLED or plan.answered_by_id != user.pk:
            raise CannotUndo
        _check_time(plan.at)
        _refuse_second(article, plan)
        plan.author = user
        plan.save(update_fields=["author"])
        reopen(plan, PlanState.WAITING)
        events.record(user, events.DraftPlanned(article, plan.pk, plan.state))
    return plan


def keep_plan(user: User, plan_id: int, *, seen: int) -> Plan:
    """A newer version was published since: publish what was planned all the same.

    `seen` is the number of the version that it was compared with now. Raises access.NotFound/Forbidden, Conflict.
    """
    with transaction.atomic():
        article, plan = _fetch(user, plan_id)
        refuse_archived(article)
        refuse_overtaken(article, seen)
        plan.base_id = article.version_id
        plan.author = user  # who looked last answers for it, also with their rights when the hour comes
        plan.save(update_fields=["base", "author"])
        events.record(user, events.DraftPlanned(article, plan.pk, plan.state))
    return plan


def fetch_plan(user: User, plan_id: int) -> Plan:
    """A plan with its article and people, for those who may edit the article. Raises access.NotFound."""
    found = (
        Plan.objects.select_related("article__category", "article__version__author", "author", "answered_by", "base")
        .filter(pk=plan_id)
        .first()
    )
    if found is None or not access.can(user, "edit", found.article):
        raise access.NotFound
    return found


def due_plans(now: datetime, at_most: int = 50) -> list[int]:
    """The ids of the plans whose hour has come, the earliest first."""
    due = Plan.objects.filter(state=PlanState.WAITING, at__lte=now).order_by("at", "pk")
    return list(due.values_list("pk", flat=True)[:at_most])


def carry_out(plan_id: int, now: datetime) -> Plan | None:
    """Do what was planned, once, however many workers try; None when there is nothing to do (any more).

    What stands against it (a newer version, the archive, rights that were lost) is written into the plan, where its
    author sees it; nothing is published then.
    """
    with transaction.atomic():
        article_id = Plan.objects.filter(pk=plan_id).values_list("article_id", flat=True).first()
        if article_id is None:
            return None
        article = (
            Article.objects.select_related("category").select_for_update(of=("self",), no_key=True).get(pk=article_id)
        )
        plan = Plan.objects.select_for_update(of=("self",), no_key=True).select_related("author").get(pk=plan_id)
        if not plan.is_waiting or plan.at > now:
            return None
        plan.article = article
        happened = _do(article, plan)
        events.record(plan.author, *happened)
        # What becomes of the plan is the clock's doing: whoever planned it is to hear of it.
        events.record(None, events.DraftPlanned(article, plan.pk, plan.state))
    return plan


def _do(article: Article, plan: Plan) -> list[events.Happening]:
    """Carry out a plan that waits; gives what happened to the article."""
    if plan.author is None or not access.can(plan.author, "plan", article):
        return _fail(plan, PlanProblem.RIGHTS)
    if plan.action == PlannedAction.ARCHIVE:
        close(plan, None, state=PlanState.DONE)
        if article.status == Status.ARCHIVED:
            return []
        article.status, article.updated_at = Status.ARCHIVED, timezone.now()
        article.save(update_fields=["status", "updated_at"])
        return [events.ArticleArchived(article)]
    if article.status == Status.ARCHIVED:
        return _fail(plan, PlanProblem.ARCHIVED)
    if plan.is_overtaken:
        return _fail(plan, PlanProblem.NEWER)
    flags = lock_planned(plan)
    try:
        with transaction.atomic():
            version = publish_frozen(plan, article)
            settled = settle_planned(flags, plan, version)
    except (Invalid, documents.DocumentError) as problem:
        return _fail(plan, PlanProblem.REFUSED, str(problem))
    close(plan, None, version=version, state=PlanState.DONE)
    return [*published(article, version), *settled]


def _fail(plan: Plan, problem: PlanProblem, answer: str = "") -> list[events.Happening]:
    close(plan, None, answer, state=PlanState.FAILED, problem=problem)
    return []


def _plan(user: User, article: Article, plan: Plan) -> Plan:
    _refuse_second(article, plan)
    plan.save(force_insert=True)
    events.record(user, events.DraftPlanned(article, plan.pk, PlanState.WAITING.value))
    return plan


def _refuse_second(article: Article, plan: Plan) -> None:
    waiting = Plan.objects.filter(article=article, action=plan.action, state=PlanState.WAITING).first()
    if waiting:
        at = timezone.localtime(waiting.at).strftime("%Y-%m-%d %H:%M")
        raise Conflict(_("That is planned already, for %(at)s. Cancel that plan first.") % {"at": at})


def _check_time(at: datetime) -> None:
    now = timezone.now()
    if at <= now:
        raise Invalid(at=_("Choose a time that is still to come."))
    if at > now + FARTHEST:
        raise Invalid(at=_("Choose a time within three years."))


def _locked(user: User, plan_id: int) -> tuple[Article, Plan]:
    article_id = fetch_plan(user, plan_id).article_id
    article = access.fetch_article(user, "plan", article_id, lock=True)
    return article, Plan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan_id)


def _fetch(user: User, plan_id: int) -> tuple[Article, Plan]:
    """A plan that waits and its article, both locked. Raises also Conflict."""
    article, plan = _locked(user, plan_id)
    if not plan.is_waiting:
        raise Conflict(_("This plan does not wait any more: %(state)s.") % {"state": plan.get_state_display()})
    return article, plan
