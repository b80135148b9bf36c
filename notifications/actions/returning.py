"""Somebody is back: what waited for them is told them, once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from articles import access, asked, events
from articles.models import Article, User

from .. import record
from ..models import Channel, Delivery, DeliveryState
from ..telling.schedule import GRACE

MOST = 50  # must-reads, the newest: the others stand in their list as well


def due_returns(now: datetime, at_most: int = 100) -> list[int]:
    """The ids of those who were away and are back by now, who have waited longest first."""
    rows = User.objects.filter(back_from__lte=now).order_by("back_from", "pk")
    return list(rows.values_list("pk", flat=True)[:at_most])


def come_back(user_id: int, now: datetime) -> bool:
    """Let out what was held while somebody was away: the mails as one digest, and an entry for each must-read that
    they were not told of. What would have popped up meanwhile is over. For the worker; once, however many try.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).filter(pk=user_id, back_from__lte=now).first()
        if user is None:
            return False
        user.back_from = None
        user.save(update_fields=["back_from"])
        held = Delivery.objects.filter(recipient=user, state=DeliveryState.WAITING)
        held.filter(channel=Channel.DESKTOP).update(state=DeliveryState.DROPPED, claimed_until=None)
        held.filter(channel=Channel.EMAIL).update(due_at=now + GRACE, at_once=False)
        events.record(None, *_asked_meanwhile(user))
    return True


def _asked_meanwhile(user: User) -> list[events.MustReadAsked]:
    known = record.told_of(user.pk)
    waiting = record.unconfirmed(user, asked.questions_for(access.read_view(user.pk)))
    questions = [one.question for one in waiting if (one.question.article_id, one.question.number) not in known]
    articles = Article.objects.in_bulk([one.article_id for one in questions[:MOST]])
    return [
        events.MustReadAsked(articles[one.article_id], one.number, "return", user)
        for one in questions[:MOST]
        if one.article_id in articles
    ]
