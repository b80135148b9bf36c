"""What every page says in the same way: icons, people, times.

{% load kb %}
{% icon "pencil" %}              an icon of the sprite (static/src/icons.json), hidden from those who listen
{% who user %}                   the small round mark with initials
{{ moment|when }}                "10:32", "yesterday 16:05", "12 Nov": as people say it, the exact time on hover
{{ moment|at }}                  "Thursday 1 January 2027, 06:00": for what is still to come
{% span start end %}             "today 17:07 – 22:07"
{{ day|on_day }}                 "today", "tomorrow", "1 Mar 2027"
{% remembered "name" x %}…{% endremembered %}   a part that depends on the language, the day and x alone
{% path_of category.pk as path %}   the topics above, for a path
{% shortcut_groups as groups %}     every key, by place
{{ slug|role_name }}             a role as people call it; {{ slugs|role_names }} several
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles import navigation, shortcuts
from articles.fragments import TOKEN, drawn_once
from articles.models import User
from articles.role_names import role_name, role_names

register = template.Library()
HUES = 8
register.filter("role_name", role_name)
register.filter("role_names", role_names)


@cache
def sprite() -> str:
    """Address of the icon sprite; asked once, because a page draws some thirty icons."""
    return static("kb/icons.svg")


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`name` is one of static/src/icons.json; `size` is "small" or nothing."""
    classes = f"i {size}" if size else "i"
    # Both arguments are written by us in templates, never by people.
    return mark_safe(f'<svg class="{classes}" aria-hidden="true"><use href="{sprite()}#{name}"/></svg>')  # noqa: S308


@register.simple_tag
def who(user: User) -> SafeString:
    """Initials of a person on one of eight colours; the name stands beside it or in the label of the control."""
    return format_html(
        '<span class="who" data-hue="{}" aria-hidden="true">{}</span>', (user.pk or 0) % HUES, user.initials
    )


@register.filter
def when(moment: datetime | None) -> str:
    """A `<time>` as people say it, relative to now in the time zone of the centre; empty for None."""
    if moment is None:
        return ""
    return _when(moment, timezone.localdate(), get_language())


@lru_cache(maxsize=4096)
def _when(moment: datetime, _today: date, _language: str | None) -> SafeString:
    local = timezone.localtime(moment)
    return _time(local, said(local, timezone.localtime()))


@register.filter
def at(moment: datetime | None) -> str:
    """A `<time>` still to come, in full: "Thursday 1 January 2027, 06:00"; empty for None."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return _time(local, said_in_full(moment))


@register.simple_tag
def span(start: datetime, end: datetime) -> SafeString:
    """Two `<time>` as people say them: "today 17:07 – 22:07", "yesterday 08:00 – tomorrow 12:00"."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    until = date_format(last, "H:i") if first.date() == last.date() else said_exactly(last)
    return format_html("{} – {}", _time(first, said_exactly(first)), _time(last, until))


def said_exactly(local: datetime) -> str:
    """ "today 17:07", "29 Nov 17:07": the day in words, and always the time."""
    return f"{said_day(local.date())} {date_format(local, 'H:i')}"


def _time(local: datetime, words: str) -> SafeString:
    """A `<time>` with these words, and the exact moment on hover."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"), date_format(local, "j F Y H:i"), words,
    )  # fmt: skip


def said_in_full(moment: datetime) -> str:
    """ "Thursday 1 January 2027, 06:00" in the time zone of the centre."""
    return date_format(timezone.localtime(moment), "l j F Y, H:i")


def said(moment: datetime, now: datetime) -> str:
    """ "10:32" today, "yesterday 16:05", "Tuesday 09:15" within six days, "12 Nov" this year, "12 Nov 2023" before."""
    days = (now.date() - moment.date()).days
    if days == 0:
        return date_format(moment, "H:i")
    if days == 1:
        return _("yesterday %(time)s") % {"time": date_format(moment, "H:i")}
    if 1 < days < 7:
        return date_format(moment, "l H:i")
    return short_date(moment, with_year=moment.year != now.year)


def short_date(day: date, *, with_year: bool) -> str:
    """ "12 Nov" or "12 Nov 2026"; in Swedish the month has a small letter."""
    month = "j b" if get_language() == "sv" else "j M"
    return date_format(day, f"{month} Y" if with_year else month)


@register.filter
def when_to(moment: datetime | None) -> str:
    """A `<time>` still to come, in short: "16:00" today, "tomorrow 16:00", "30 Nov"; empty for None."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    days = (local.date() - timezone.localdate()).days
    said_short = date_format(local, "H:i") if days == 0 else said_day(local.date())
    if days == 1:
        said_short = f"{said_short} {date_format(local, 'H:i')}"
    return _time(local, said_short)


@register.filter
def on_day(day: date | None) -> str:
    """A `<time>` for a date without a time; empty for None."""
    if day is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', day.isoformat(), date_format(day, "l j F Y"), said_day(day)
    )


def said_day(day: date) -> str:
    """ "today", "yesterday", "tomorrow", else "1 Mar 2027" (without the year in this year)."""
    today = timezone.localdate()
    near = {today: _("today"), today - timedelta(days=1): _("yesterday"), today + timedelta(days=1): _("tomorrow")}
    return near.get(day) or short_date(day, with_year=day.year != today.year)


class Remembered(template.Node):
    """See `remembered`."""

    def __init__(self, name: str, arguments: list[FilterExpression], inside: template.NodeList) -> None:
        self._name = name
        self._arguments = arguments
        self._inside = inside

    def render(self, context: template.Context) -> SafeString:
        values = tuple(argument.resolve(context) for argument in self._arguments)
        return drawn_once(self._name, values, lambda: self._draw(context), token=context.get("csrf_token", ""))

    def _draw(self, context: template.Context) -> str:
        with context.push(csrf_token=TOKEN):
            return self._inside.render(context)


@register.tag
def remembered(parser: Parser, token: Token) -> Remembered:
    """A part of a page that says the same to everybody in one language: drawn once per process.

    {% remembered "name" value … %} … {% endremembered %}: drawn anew for each combination of the values, and each day.
    Nothing inside may depend on anything else; the token of a form is put in for each request.
    """
    _tag, name, *arguments = token.split_contents()
    inside = parser.parse(("endremembered",))
    parser.delete_first_token()
    return Remembered(name.strip("\"'"), [parser.compile_filter(argument) for argument in arguments], inside)


@register.simple_tag
def shortcut_groups() -> tuple[shortcuts.Group, ...]:
    """All keys, by place."""
    return shortcuts.GROUPS


@register.simple_tag(takes_context=True)
def path_of(context: template.Context, category_id: int) -> list[navigation.Topic]:
    """The topics from the top down to a category, as far as the person sees them."""
    topic = navigation.tree(context["request"].user).topics.get(category_id)
    return topic.path if topic else []
