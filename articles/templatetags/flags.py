"""How times of flags are said.

{% load flags %}
{{ flag.due|due_said }}          "in 22 min", "14:00", "tomorrow 09:00", "Tue 11:30", "12 Nov"
{{ flag.due|overdue_by }}        "5 min", "2 h", "3 d"
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .kb import short_date

register = template.Library()
SOON = timedelta(minutes=90)


@register.filter
def due_said(moment: datetime) -> SafeString:
    """A `<time>` to come, as people say it; the exact one on hover."""
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"), date_format(local, "l j F Y H:i"), said_due(moment),
    )  # fmt: skip


def said_due(moment: datetime) -> str:
    """ "in 22 min", "14:00", "tomorrow 09:00", "Tue 11:30", "12 Nov"."""
    local, now = timezone.localtime(moment), timezone.localtime()
    days = (local.date() - now.date()).days
    if local - now < SOON:
        return _("in %(count)d min") % {"count": max(0, int((local - now).total_seconds() // 60))}
    if days == 0:
        return date_format(local, "H:i")
    if days == 1:
        return _("tomorrow %(time)s") % {"time": date_format(local, "H:i")}
    return date_format(local, "D H:i") if days < 7 else short_date(local, with_year=local.year != now.year)


@register.filter
def overdue_by(moment: datetime) -> str:
    """How long ago that was, in the largest unit."""
    minutes = max(0, int((timezone.now() - moment).total_seconds() // 60))
    if minutes < 60:
        return _("%(count)d min") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)d h") % {"count": minutes // 60}
    return _("%(count)d d") % {"count": minutes // (24 * 60)}
