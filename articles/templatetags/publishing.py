"""What an article's pages say of what waits between its draft and its readers.

{% load publishing %}
{% waiting_of article %}            banners for those who may edit it: proposal, plans, suggestions, live publishing
{% waiting_counts %}                links with numbers, for the left rail of those who write
{% start_document document %}       the block of data with which the editor starts (static/src/editor)
"""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from articles import access
from articles.models import (
    Article,
    LiveWriting,
    Plan,
    PlanState,
    Proposal,
    ProposalState,
    Suggestion,
    SuggestionState,
)
from articles.views.drawing import drawn
from articles.waiting import held_until, suggestions_for, waiting_for

register = template.Library()
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.inclusion_tag("articles/_waiting.html", takes_context=True)
def waiting_of(context: template.Context, article: Article, *, editing: bool = False) -> dict[str, Any]:
    """Three queries, and two more in a live category on the editing page (`editing`), where one can publish at once."""
    newest = Proposal.objects.filter(article=article).select_related("author", "answered_by", "base")
    proposal = newest.defer("document", "base__document").order_by("-created_at", "-pk").first()
    if proposal and proposal.state not in (ProposalState.OPEN, ProposalState.RETURNED):
        proposal = None
    live = article.publishes_itself
    refused = live and editing and LiveWriting.objects.filter(draft=article.pk, refused_seq__gt=0).exists()
    held = held_until(article) if live and editing else None
    plans = _plans(article)
    return {
        "article": article,
        "proposal": proposal,
        "plans": plans,
        "awaited": next((plan for plan in plans if plan.holds_live_publishing), None),
        "suggestions": Suggestion.objects.filter(article=article, state=SuggestionState.OPEN).count(),
        "live": live and editing,
        "refused": refused,
        "held_until": held,
        "pause": round(settings.LIVE_PAUSE.total_seconds()),
        "user": context.get("user"),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("parts/waiting.html", takes_context=True)
def waiting_counts(context: template.Context) -> dict[str, Any]:
    """No query for most pages: people with the same roles share the numbers until something changes."""
    user = context["request"].user
    if not user.is_authenticated or "create" not in access.site_abilities(user):
        return {"shown": False}

    def count() -> dict[str, int]:
        return {"proposals": waiting_for(user).count(), "suggestions": suggestions_for(user).count()}

    return {"shown": True, **drawn(user, ("waiting counts",), count)}


def _plans(article: Article) -> list[Plan]:
    """What waits, and the last thing that could not be carried out while nothing was published or planned since."""
    rows = Plan.objects.filter(article=article).select_related("author").defer("document").order_by("-created_at")[:10]
    found = list(rows)
    for plan in found:
        plan.article = article
    waiting = [plan for plan in found if plan.state == PlanState.WAITING]
    last = found[0] if found and found[0].state == PlanState.FAILED else None
    failed = [last] if last and not _moved_on(article, last) else []
    return [*waiting, *failed]


def _moved_on(article: Article, plan: Plan) -> bool:
    """Whether something was published after a plan had failed."""
    published = article.version.published_at if article.version else None
    return bool(published and plan.answered_at and published > plan.answered_at)


@register.simple_tag
def start_document(document: dict[str, Any]) -> SafeString:
    """Escaped as Django's json_script does it, so that nothing in a text can end the element."""
    data = mark_safe(json.dumps(document, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308
    return format_html('<script type="application/json" data-start-document>{}</script>', data)
