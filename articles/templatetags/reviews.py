"""What pages say to whoever answers for what an article says.

{% load reviews %}
{% review_of article_id drawn %}    the question whether it still holds, for whoever may say so, when the date is near
{% reviews_waiting %}               a link with the number of reviews that wait, for the left rail
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from articles import access, reviews
from articles.drawn import Drawn
from articles.models import Article
from articles.views.drawing import drawn as draw

register = template.Library()


@register.inclusion_tag("articles/_review.html", takes_context=True)
def review_of(context: template.Context, article_id: int, drawn: Drawn) -> dict[str, Any]:
    """No query before the date is near; then one, because who may confirm depends on the person."""
    if not drawn.review_due:
        return {}
    articles = Article.objects.select_related("category", "version").defer("version__document")
    article = articles.filter(pk=article_id).first()
    if article is None or not access.can(context["request"].user, "review", article):
        return {}
    return {
        "article": article,
        "is_overdue": article.is_overdue(timezone.localdate()),
        "may_edit": access.can(context["request"].user, "edit", article),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("articles/_reviews_waiting.html", takes_context=True)
def reviews_waiting(context: template.Context) -> dict[str, Any]:
    """No query for most pages: counted once for each person until lists change."""
    user = context["request"].user
    today = timezone.localdate()

    def count() -> int:
        return reviews.near(reviews.to_review(user, everything=False), today).count()

    return {"total": draw(user, ("reviews waiting", user.pk), count), "manager": access.view_of(user).manager}
