"""What waits for a person to decide: asked by lists, by the numbers in the rail, and by the API."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from . import access
from .models import Plan, PlanState, Proposal, ProposalState, Suggestion, SuggestionState, User


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
