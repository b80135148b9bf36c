"""What is known of a query besides its words: which answers editors pinned, and what people made of earlier answers.

A lift is small, and its reasons can be counted: clicks on the article from this query in the last months, and calls
that it answered. It decides between answers that are near each other; a pinned one stands above all of them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, Sum
from django.utils import timezone

from .. import epoch
from ..kept import Kept
from ..models import CallOutcome, ChosenAnswer, PinnedAnswer
from .tokens import fold, tokenise

DAYS = 90
STEP = 0.03  # for each doubling of what speaks for an article: thirty clicks lift it as far as anything may
VOTE = 3  # clicks that an answered call is worth
KEPT_MINUTES = 2
_pins: Kept[dict[str, tuple[int, ...]]] = Kept(1)
_lifts: Kept[dict[int, Reason]] = Kept(2_000)


@dataclass(frozen=True)
class Reason:
    """What speaks for an article as an answer to some words."""

    clicks: int = 0
    answered: int = 0
    not_answered: int = 0

    @property
    def factor(self) -> float:
        """By how much it is worth more; the engine bounds it once more."""
        weight = self.clicks + VOTE * (self.answered - self.not_answered)
        return 1 + STEP * math.log2(1 + weight) if weight > 0 else 1.0


def words_of(text: str) -> str:
    """The normal form of a query: its words folded, each once, in one order. "Fee, bin" and "bin fee" are the same."""
    return " ".join(sorted({fold(token.text) for token in tokenise(text)}))[:200]


def pinned_for(text: str) -> tuple[int, ...]:
    """Ids of the articles that are pinned for a query, the newest pin first. Who may see them is asked elsewhere.

    One query after a change, else none.
    """

    def read() -> dict[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for words, article in PinnedAnswer.objects.order_by("-at", "-pk").values_list("words", "article_id"):
            found[words].append(article)
        return {words: tuple(ids) for words, ids in found.items()}

    return _pins.get("pins", epoch.current().listing_seq, read).get(words_of(text), ())


def reasons_for(text: str, articles: list[int]) -> Mapping[int, Reason]:
    """What people made of these articles as answers to a query. Two queries, and none for two minutes after."""
    words, now = words_of(text), timezone.now()
    if not words or not articles:
        return {}
    key = (words, tuple(sorted(articles)))
    mark = int(now.timestamp()) // (60 * KEPT_MINUTES)

    def read() -> dict[int, Reason]:
        since = now - timedelta(days=DAYS)
        chosen = ChosenAnswer.objects.filter(words=words, article__in=articles, day__gte=since.date())
        clicks = dict(chosen.order_by().values_list("article").annotate(Sum("clicks")))
        calls = CallOutcome.objects.filter(words=words, article__in=articles, at__gte=since).order_by()
        yes, no = (Count("pk", filter=Q(article_helped=helped)) for helped in (True, False))
        votes = {pk: found for pk, *found in calls.values_list("article").annotate(yes=yes, no=no)}
        return {pk: Reason(clicks.get(pk, 0), *votes.get(pk, (0, 0))) for pk in {*clicks, *votes}}

    return _lifts.get(key, mark, read)
