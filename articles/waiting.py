"""What waits for a person to decide: asked by lists, by the numbers in the rail, and by the API."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from . import access
from .models import (
    Article,
    LiveWriting,
    Plan,
    PlannedAction,
    PlanState,
    Proposal,
    ProposalState,
    Suggestion,
    SuggestionState,
    User,
    Version,
)


def waiting_for(user: User) -> QuerySet[Proposal]:
    """The open proposals that this person may approve."""
    return Proposal.objects.filter(state=ProposalState.OPEN, article__in=access.articles_to_release(user).order_by())


def proposed_by(user: User) -> QuerySet[Proposal]:
    """What this person proposed, as far as they may still edit it."""
    return Proposal.objects.filter(author=user, article__in=access.articles_for(user, "edit").order_by())


def planned_for(user: User) -> QuerySet[Plan]:
    """What is to happen to articles that this person may edit, and then what became of their own plans.

    What waits comes first, the earliest first.
    """
    editable = access.articles_for(user, "edit").order_by()
    waiting = Q(state=PlanState.WAITING, article__in=editable)
    own = Q(author=user, article__in=editable) & ~Q(state=PlanState.WAITING)
    first = Case(When(state=PlanState.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    return Plan.objects.filter(waiting | own).annotate(first=first).order_by("first", "at", "pk")


def suggestions_for(user: User) -> QuerySet[Suggestion]:
    """The open suggestions that this person may answer."""
    editable = access.articles_for(user, "edit").order_by()
    return Suggestion.objects.filter(state=SuggestionState.OPEN, article__in=editable)


def suggested_by(user: User) -> QuerySet[Suggestion]:
    """What this person suggested for articles that they may still see."""
    return Suggestion.objects.filter(author=user, article__in=access.visible_to(user).order_by())


def read_since(suggestion: Suggestion) -> int | None:
    """The number of the first version that holds what was taken over; None where readers do not see it yet.

    Of all that was published after it, only what was frozen before, or is an old version, does not hold it.
    """
    before = {"version": OuterRef("pk"), "draft_seq__lt": suggestion.draft_seq}
    later = Version.objects.filter(
        article=suggestion.article_id, published_at__gte=suggestion.answered_at, restored_from=None
    )
    later = later.exclude(Exists(Plan.objects.filter(**before))).exclude(Exists(Proposal.objects.filter(**before)))
    return later.order_by("number").values_list("number", flat=True).first()


def plans_in_time() -> QuerySet[Plan]:
    """Plans to publish that no newer version has overtaken, whatever became of them."""
    return Plan.objects.filter(action=PlannedAction.PUBLISH, base=F("article__version"))


def is_planned(article: Article) -> bool:
    """Whether the draft of an article that would publish itself waits for a plan instead."""
    return plans_in_time().filter(article=article, state=PlanState.WAITING).exists()


def held_until(article: Article) -> datetime | None:
    """Until when the draft does not publish itself as it is now, because somebody decides about it; None: it does."""
    held = LiveWriting.objects.filter(draft=article.pk, held_seq=F("draft__seq"), held_until__gt=timezone.now())
    return held.values_list("held_until", flat=True).first()
