"""What every page says of what its reader has chosen to see first.

{% load scope %}
{% rail category %}                  the left rail
{% my_topics category %}             the topics in the left rail, with counts, and the switch to all of them
{% outside_note count %}             over a list: how much lies outside of the reader's topics, and the same switch
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from articles import epoch, fragments, navigation
from articles import scope as scopes
from articles.models import Category

register = template.Library()


@register.simple_tag(takes_context=True)
def rail(context: template.Context, current: Category | None = None) -> SafeString:
    """The left rail. Drawn once for each person and topic until lists, rights or their choice change."""
    request, now = context["request"], epoch.current()
    # Only the person: what else they may do and chose is of the state, or in the values.
    place, at_home = current.pk if current else None, bool(context.get("at_home"))
    values = (request.user.pk, place, at_home, scopes.of(request.user).key)

    def draw() -> str:
        shown = {"request": request, "user": request.user, "shell": context["shell"], "category": current}
        frame = {"at_home": at_home, "csrf_token": fragments.TOKEN, "here": fragments.HERE}
        return render_to_string("parts/rail.html", {**shown, **frame})

    token, here = context.get("csrf_token", ""), request.get_full_path()
    state = (now.access_seq, now.listing_seq)
    return fragments.drawn_once("rail", values, draw, token=token, here=here, mark=state)


@register.inclusion_tag("parts/my_topics.html", takes_context=True)
def my_topics(context: template.Context, current: Category | None = None) -> dict[str, Any]:
    """No query for most pages: what is drawn is shared by all who chose, and see, the same."""
    request = context["request"]
    if not request.user.is_authenticated:
        return {"shown": False}
    place = current.pk if current else None

    def draw(scope: scopes.Scope, tree: navigation.Tree) -> str:
        here = tree.topics.get(place) if place is not None else None
        opened = {topic.id for topic in here.path} if here else set()
        shown = {"topics": tree.tops, "here": here, "opened": opened, "tree": tree}
        return render_to_string("parts/scope_tree.html", {**shown, "scope": scope})

    tree = scopes.drawn(request.user, (place, get_language()), draw)
    return {**_switch(context), "shown": True, "tree": mark_safe(tree)}  # noqa: S308 -- drawn by a template


@register.inclusion_tag("parts/outside_note.html", takes_context=True)
def outside_note(context: template.Context, count: int = 0, *, key: bool = True) -> dict[str, Any]:
    """`count` of what the list leaves out. `key`: whether G does it here; once on a page is enough."""
    return {**_switch(context), "count": count, "key": key}


def _switch(context: template.Context) -> dict[str, Any]:
    request = context["request"]
    return {
        "scope": scopes.of(request.user) if request.user.is_authenticated else None,
        "next": context.get("here") or request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }
