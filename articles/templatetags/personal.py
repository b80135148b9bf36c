"""What is of one person in a page that was drawn for many.

{% load personal %}
{% as_mine drawn.main article_id as main %}    an article with this person's star, open or folded as they left it
{% with_tokens drawn.right as right %}         the same for what has no more than forms
"""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from articles import fragments, personal, places

register = template.Library()


@register.simple_tag(takes_context=True)
def as_mine(context: template.Context, html: str, article_id: int) -> SafeString:
    """No query for most pages: whether the article has this person's star is remembered."""
    request = context["request"]
    on = personal.is_favourite(request.user, article_id)

    def draw() -> str:
        shown = {"article_id": article_id, "on": on, "csrf_token": fragments.TOKEN}
        return render_to_string("articles/_star.html", shown)

    star = fragments.drawn_once("star", (article_id, on), draw, token=context.get("csrf_token", ""))
    is_folded = request.COOKIES.get("kb_details") == f"{request.user.pk}:folded"
    said = html.replace(places.STAR, star).replace(places.FOLD, "" if is_folded else " open")
    return with_tokens(context, said)


@register.simple_tag(takes_context=True)
def with_tokens(context: template.Context, html: str) -> SafeString:
    """With the token of this request in each form."""
    return fragments.filled(html, token=context.get("csrf_token", ""))
