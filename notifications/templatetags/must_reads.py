"""What pages say to whoever is asked to confirm something.

{% load must_reads %}
{% must_reads as waiting %}                 what this person is to confirm, for the strip above every page
{% must_read_of article_id number as asked %}   the panel on the page of an article that shows version `number`, or None
"""

from __future__ import annotations

from django import template

from articles import access
from notifications.record import Waiting, waiting_for
from notifications.views.must_reads import Panel, panel_of

register = template.Library()


@register.simple_tag(takes_context=True)
def must_reads(context: template.Context) -> list[Waiting]:
    """No query for whoever has nothing to confirm, else one for the whole page."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return []
    if not hasattr(request, "must_reads"):
        request.must_reads = waiting_for(request.user)
    found: list[Waiting] = request.must_reads
    return found


@register.simple_tag(takes_context=True)
def must_read_of(context: template.Context, article_id: int, number: int) -> Panel | None:
    """None for whoever is not asked to confirm this article."""
    waiting = next((one for one in must_reads(context) if one.question.article_id == article_id), None)
    if waiting is None or number < waiting.question.number:
        return None
    return panel_of(access.view_of(context["request"].user), article_id, waiting, number)
