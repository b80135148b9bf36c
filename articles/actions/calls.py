"""The end of a call: whether the customer got what they needed, and whether the article did its job."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access
from ..models import CallOutcome, User
from ..search import words_of
from .problems import Conflict, TooMany

WINDOW, IN_WINDOW = timedelta(hours=1), 240  # four calls a minute
UNDO = timedelta(minutes=10)


def note_call(
    user: User, article_id: int | None, *, customer_helped: bool, article_helped: bool, query: str = ""
) -> CallOutcome:
    """Record a call that ended on an article, or (None) without one. Raises access.NotFound, TooMany."""
    article = None if article_id is None else access.fetch_article(user, "flag", article_id)
    asked = " ".join(query.split())[:300]
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        now = timezone.now()
        if CallOutcome.objects.filter(user=user, at__gt=now - WINDOW).count() >= IN_WINDOW:
            raise TooMany(_("That are more calls than an hour has. Try again later."), int(WINDOW.total_seconds()))
        return CallOutcome.objects.create(
            user=user, article=article, at=now, customer_helped=customer_helped, article_helped=article_helped,
            query=asked, words=words_of(asked),
        )  # fmt: skip


def take_back_call(user: User, call_id: int) -> None:
    """Undo one's own record of the last minutes. Raises access.NotFound, Conflict when it is older."""
    with transaction.atomic():
        call = CallOutcome.objects.filter(pk=call_id, user=user).first()
        if call is None:
            raise access.NotFound
        if call.at < timezone.now() - UNDO:
            raise Conflict(_("That was recorded too long ago to be taken back."))
        call.delete()
