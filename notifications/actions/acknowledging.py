"""Confirm that one has read a must-read; remind those who have not."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import access, events
from articles.actions.asking import current_must_read
from articles.actions.problems import Conflict, Invalid, TooMany
from articles.models import Article, MustRead, Status, User

from .. import record
from ..events import AcknowledgementGiven, AcknowledgementOverdue
from ..models import Acknowledgement

BETWEEN_REMINDERS = timedelta(hours=12)
AGAIN = timedelta(days=7)  # after so long managers are told once more of who is late
NEAR = timedelta(days=1)  # so long before a deadline who has not confirmed is reminded


def acknowledge(user: User, article_id: int, version: int) -> tuple[Acknowledgement, bool]:
    """A person has read version number `version`: the must-read one, or a later one that contains it.

    Gives the confirmation, and whether it is new; a second time changes nothing. The article is locked, so that
    nobody confirms an older must-read in the moment in which a newer one is published.
    Raises access.NotFound, Conflict when a newer must-read is there or nothing is asked, Invalid for no such version.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "view", article_id, lock=True)
        before = Acknowledgement.objects.filter(person=user, article=article, number=version).first()
        question = current_must_read(article)
        if question is not None and version < question.version.number:
            raise Conflict(
                _("Version %(number)d must be read now. Look at what has changed, then confirm that one.")
                % {"number": question.version.number}
            )
        if before is not None:
            return before, False
        if question is None or article.status != Status.PUBLISHED:
            raise Conflict(_("Nobody is asked to confirm this article any more."))
        if article.version is None or version > article.version.number:
            raise Invalid(version=_("There is no version %(number)d.") % {"number": version})
        given = Acknowledgement.objects.create(person=user, article=article, number=version, at=timezone.now())
        events.record(user, AcknowledgementGiven(article, version, user))
    return given, True


def remind(user: User, article_id: int) -> int:
    """Remind everybody who is asked, is here and has not confirmed; gives how many they are.

    Raises access.NotFound/Forbidden, Conflict when there is nobody, TooMany within twelve hours of the last reminder.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "oversee", article_id, lock=True)
        question = _current(article)
        _refuse_too_soon(question)
        waiting = len(record.missing(article))
        if not waiting:
            raise Conflict(_("Nobody is left to be reminded."))
        question.reminded_at = timezone.now()
        question.save(update_fields=["reminded_at"])
        events.record(user, events.MustReadAsked(article, question.version.number, "reminder"))
    return waiting


def _current(article: Article) -> MustRead:
    question = current_must_read(article)
    if question is None or article.status != Status.PUBLISHED:
        raise Conflict(_("Nobody is asked to confirm this article any more."))
    return question


def reminded_until(question: MustRead) -> datetime | None:
    """Until when nobody can be reminded again, because they were not long ago."""
    again = question.reminded_at + BETWEEN_REMINDERS if question.reminded_at else None
    return again if again and again > timezone.now() else None


def _refuse_too_soon(question: MustRead) -> None:
    if again := reminded_until(question):
        at = timezone.localtime(again).strftime("%H:%M")
        wait = int((again - timezone.now()).total_seconds())
        raise TooMany(_("They were reminded not long ago. Remind them again from %(time)s on.") % {"time": at}, wait)


# --- For the worker ------------------------------------------------------------------------------------


def deadlines_to_tell(today: date, at_most: int = 100) -> list[int]:
    """Ids of the must-read versions with a deadline that is near or over, and that were not looked at today."""
    current = MustRead.objects.filter(is_current=True, article__status=Status.PUBLISHED, due__lte=today + NEAR)
    rows = current.filter(Q(looked_on=None) | Q(looked_on__lt=today))
    return list(rows.order_by("due", "pk").values_list("pk", flat=True)[:at_most])


def tell_deadline(version_id: int, now: datetime) -> bool:
    """Remind those whose own deadline is near, and tell managers how many are late: when a deadline has passed for
    somebody, and a week after the last time. So at most once a day and must-read, however many people and workers.

    Gives whether there was something to tell.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        article_id = MustRead.objects.values_list("article_id", flat=True).get(pk=version_id)
        articles = Article.objects.select_related("category").select_for_update(of=("self",), no_key=True)
        article = articles.get(pk=article_id)
        question = current_must_read(article)
        if question is None or question.pk != version_id or (question.looked_on or date.min) >= today:
            return False
        told = _deadlines(article, question, now)
        question.looked_on = today
        question.save(update_fields=["looked_on", "overdue_told_at"])
        events.record(None, *told)
    return bool(told)


def _deadlines(article: Article, question: MustRead, now: datetime) -> list[events.Happening]:
    """What is to be told of people's deadlines since the day on which they were looked at last."""
    today, number, before = timezone.localdate(now), question.version.number, question.looked_on
    days = [due for due in record.deadlines(article) if due is not None]
    near = {due for due in days if today <= due <= today + NEAR and (before is None or before < due - NEAR)}
    told: list[events.Happening] = [
        events.MustReadAsked(article, number, "deadline", due=due.isoformat()) for due in sorted(near)
    ]
    late = [due for due in days if due < today]
    last = question.overdue_told_at
    if late and (last is None or max(late) >= (before or date.min) or now - last >= AGAIN):
        question.overdue_told_at = now
        told.append(AcknowledgementOverdue(article, number, len(late)))
    return told
