"""Much that was reported and said, as rows: what the actions would write, in seconds instead of minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from articles.models import Anchor, Article, Comment, Flag, FlagStep, Step, User
from articles.models.flag import CLOSED, FlagState

WORD = 4  # characters of a passage


def flag(article: Article, reporter: User, assignee: User, count: int) -> None:
    """So many flags of all states, each second of a passage, some overdue."""
    now = timezone.now()
    anchors = [_passage(article, number) for number in range(count // 2)]
    Anchor.objects.bulk_create(anchors)
    made = []
    for number in range(count):
        state = list(FlagState)[number % len(FlagState)]
        made.append(
            Flag(
                article=article, kind="outdated", severity="normal", body=f"What stands there is old: {number}.",
                anchor=anchors[number // 2] if number % 2 and number // 2 < len(anchors) else None, reporter=reporter,
                assignee=assignee, created_at=now - timedelta(minutes=number), status=state,
                due=now + timedelta(hours=number - count // 4), answer="Done." if state in CLOSED else "",
                closed_at=now if state in CLOSED else None,
            )
        )  # fmt: skip
    Flag.objects.bulk_create(made)
    FlagStep.objects.bulk_create(
        FlagStep(flag=one, at=one.created_at, actor=reporter, action=Step.RAISED) for one in made
    )


def comment(article: Article, people: Sequence[User], count: int) -> None:
    """So many comments: threads of ten, each fifth about a passage, each third resolved."""
    now = timezone.now()
    threads = max(count // 10, 1)
    anchors = [_passage(article, number) for number in range(threads // 5)]
    Anchor.objects.bulk_create(anchors)
    firsts = [
        Comment(
            article=article, author=people[number % len(people)], body=f"Is that so? {number}", created_at=now,
            anchor=anchors[number // 5] if number % 5 == 0 and number // 5 < len(anchors) else None,
            resolved_at=now if number % 3 == 0 else None,
        )
        for number in range(threads)
    ]  # fmt: skip
    Comment.objects.bulk_create(firsts)
    Comment.objects.bulk_create(
        Comment(
            article=article, thread=first, anchor=first.anchor, author=people[number % len(people)],
            body=f"It is. {number}", created_at=now,
        )
        for number, first in ((number, firsts[number % threads]) for number in range(count - threads))
    )  # fmt: skip


def _passage(article: Article, number: int) -> Anchor:
    start = number % 8
    return Anchor(article=article, quote="as was selected", start=start, end=start + WORD)
