"""What pages show of notifications.

{% load telling %}
{% sending_state %}                            what waits to be sent, on the status page
{% unread_number as unread %}                  the number on the bell of the top bar
{% follow_button "article" article.pk %}       follow, or mute; for this reader
{% with_follow html "article" article.pk %}    the same, put into what was drawn for many readers, where its mark is
{{ one|sentence }} {{ one|leads_to }}          what a notification says, and where it leads
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from articles import fragments

from .. import own, presenting, sending
from ..models import Notification

register = template.Library()
MARK = "<!--follow-->"


@register.simple_tag(takes_context=True)
def unread_number(context: template.Context) -> int:
    """How many notifications the reader of this page has not read."""
    return own.unread(context["request"].user)


@register.simple_tag(takes_context=True)
def follow_button(context: template.Context, target: str, of: int | str | None, look: str = "") -> SafeString:
    """The form with which the reader of this page follows or mutes something; `look` is a class of its buttons."""
    said = own.following(context["request"].user, target, of)

    def draw() -> str:
        shown = {"target": target, "of": of, "said": said, "look": look, "csrf_token": fragments.TOKEN}
        return render_to_string("notifications/_follow.html", shown)

    return fragments.drawn_once("follow", (target, of, said, look), draw, token=context.get("csrf_token", ""))


@register.simple_tag(takes_context=True)
def with_follow(context: template.Context, html: str, target: str, of: int | str | None) -> SafeString:
    """HTML that was drawn for all people with the same roles, with this reader's button at its mark."""
    # Both were drawn by templates.
    return mark_safe(str(html).replace(MARK, follow_button(context, target, of), 1))  # noqa: S308


@register.inclusion_tag("notifications/_sending.html", takes_context=True)
def sending_state(context: template.Context) -> dict[str, Any]:
    """How it goes with what is sent: for the status page."""
    ways, stuck = sending.ways(), sending.stuck()
    parked = any(way.parked for way in ways) or any(one.parked for one in stuck)
    return {"ways": ways, "stuck": stuck, "anything_parked": parked, "csrf_token": context.get("csrf_token", "")}


@register.filter
def sentence(one: Notification) -> str:
    """What happened, without the title."""
    return presenting.sentence(one)


@register.filter
def leads_to(one: Notification) -> str:
    """The address that notes it as read and leads to what it is about."""
    return presenting.way(one)


@register.filter
def shown_number(count: int) -> str:
    """ "7", and "99+" from a hundred on."""
    return str(count) if count < 100 else "99+"
