"""Whether an article did its job, for those who answer for it.

{% load calls %}
{% with_answered rail drawn article_id as rail %}    the drawn rail, with the line for its owner in its place
"""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from articles import access
from articles.drawn import Drawn
from articles.fragments import drawn_once
from articles.insights import article_calls

register = template.Library()
PLACE = "<!--answered-->"


@register.simple_tag(takes_context=True)
def with_answered(context: template.Context, rail: str, drawn: Drawn, article_id: int) -> SafeString:
    """HTML that was drawn for all people with the same roles. One query for owners of the article, none for others."""
    line = ""
    if drawn.number and access.is_among(access.view_of(context["request"].user), drawn.owners):
        calls, customers, articles = article_calls(article_id)
        shown = {"article_id": article_id, "calls": calls, "customers": customers, "articles": articles}
        line = drawn_once(
            "answered", tuple(shown.values()), lambda: render_to_string("articles/_answered_line.html", shown), token=""
        )
    return mark_safe(str(rail).replace(PLACE, line, 1))  # noqa: S308 -- both were drawn by templates
