"""Confirm that one has read a must-read; remind those who have not."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
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


def _refuse_too_soon(question: MustRead) -> None:
    if question.reminded_at is None:
        return
    again = question.reminded_at + BETWEEN_REMINDERS
    wait = int((again - timezone.now()).total_seconds())
    if wait > 0:
        at = timezone.localtime(again).strftime("%H:%M")
        raise TooMany(_("They were reminded not long ago. Remind them again from %(time)s on.") % {"time": at}, wait)


# --- For the worker ------------------------------------------------------------------------------------


def deadlines_to_tell(today: date, at_most: int = 100) -> list[int]:
    """Ids of the must-read versions whose deadline is near, or over, and has not been told of."""
    current = MustRead.objects.filter(is_current=True, article__status=Status.PUBLISHED, due__isnull=False)
    near = current.filter(due__lte=today + NEAR, due__gte=today, due_told_at=None)
    over = current.filter(due__lt=today, overdue_told_at=None)
    return list((near | over).order_by("due", "pk").values_list("pk", flat=True)[:at_most])


def tell_deadline(version_id: int, now: datetime) -> bool:
    """Remind whoever has not confirmed when the deadline is near; tell managers when it is over. Each once, however
    many workers try. Gives whether there was something to tell."""
    today = timezone.localdate(now)
    with transaction.atomic():
        article_id = MustRead.objects.values_list("article_id", flat=True).get(pk=version_id)
        articles = Article.objects.select_related("category").select_for_update(of=("self",), no_key=True)
        article = articles.get(pk=article_id)
        question = current_must_read(article)
        if question is None or question.pk != version_id or question.due is None:
            return False
        number, over = question.version.number, question.due < today
        told = "overdue_told_at" if over else "due_told_at"
        if getattr(question, told) is not None or question.due > today + NEAR:
            return False
        setattr(question, told, now)
        question.save(update_fields=[told])
        if not record.missing(article, late_on=today if over else None):
            return False
        happened = (
            AcknowledgementOverdue(article, number) if over else events.MustReadAsked(article, number, "deadline")
        )
        events.record(None, happened)
    return True
