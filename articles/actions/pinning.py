"""The best answer to a query, by the word of those who write the articles."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, events
from ..models import PinnedAnswer, Status, User
from ..search import words_of
from .problems import Conflict, Invalid

LONGEST = 300
MOST = 3  # articles of one query


def pin_answer(user: User, article_id: int, query: str) -> None:
    """Let an article come first for a query, for all who may see it. Pinning again makes it the first of several.

    Raises access.NotFound/Forbidden, Invalid for a query without words, Conflict for what is not published or when
    three are pinned already.
    """
    query = " ".join(query.split())[:LONGEST]
    words = words_of(query)
    if not words:
        raise Invalid(query=_("Say for which words it is the best answer."))
    with transaction.atomic():
        article = access.fetch_article(user, "pin", article_id, lock=True)
        if article.status != Status.PUBLISHED:
            raise Conflict(_("Only what is published can be pinned."))
        others = PinnedAnswer.objects.filter(words=words, article__in=access.visible_to(user).order_by())
        if others.exclude(article=article).count() >= MOST:
            raise Conflict(_("Three articles are pinned for these words. Take one of them off first."))
        PinnedAnswer.objects.update_or_create(
            words=words, article=article, defaults={"query": query, "pinned_by": user, "at": timezone.now()}
        )
        events.record(user, events.AnswerPinned(article, query, True))


def unpin_answer(user: User, article_id: int, query: str) -> None:
    """Let its words alone decide where it stands. Raises access.NotFound/Forbidden."""
    with transaction.atomic():
        article = access.fetch_article(user, "pin", article_id, lock=True)
        if PinnedAnswer.objects.filter(words=words_of(query), article=article).delete()[0]:
            events.record(user, events.AnswerPinned(article, " ".join(query.split())[:LONGEST], False))
