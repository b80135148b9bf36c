"""Flags on the desk, each drawn once for all who would see the same of it, until something about it changes.

The desk is drawn anew whenever anything happens to any flag; the other two hundred look as they did.
"""

from __future__ import annotations

from collections.abc import Hashable
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from articles import days
from articles.kept import Kept
from articles.models import Flag, User
from articles.templatetags.flags import overdue_by, said_due

_HERE = SafeString("\0")  # where the way back goes; no text holds this character
_FIELDS = tuple(field.attname for field in Flag._meta.concrete_fields)
_kept: Kept[str] = Kept(3_000)  # some 3 kB each


def card(user: User, flag: Flag, here: str, *, may_work: bool) -> SafeString:
    """A flag of `flagging.listed` on the board; `here` is where its forms lead back to."""
    html = _drawn("articles/_flag_card.html", flag, may_work=may_work, is_mine=flag.assignee_id == user.pk)
    return mark_safe(html.replace(_HERE, quote(here)))  # noqa: S308 -- drawn by a template


def row(flag: Flag, *, may_work: bool, is_chosen: bool = False) -> SafeString:
    """A flag of `flagging.listed` in the list."""
    html = _drawn("articles/_flag_row.html", flag, may_work=may_work, is_chosen=is_chosen)
    return mark_safe(html)  # noqa: S308 -- as above


def _drawn(template: str, flag: Flag, *, may_work: bool, is_mine: bool = False, is_chosen: bool = False) -> str:
    context = {"flag": flag, "may_work": may_work, "is_mine": is_mine, "is_chosen": is_chosen, "here": _HERE}
    key = (template, flag.pk, may_work, is_mine, is_chosen, get_language(), days.today())
    return _kept.get(key, _look(flag), lambda: render_to_string(template, context))


def _look(flag: Flag) -> Hashable:
    """All that a flag is drawn from: itself, the names in it, and how the time is said at this moment."""
    people = [one and (one.first_name, one.last_name, one.username) for one in (flag.reporter, flag.assignee)]
    above, article, met_by = flag.escalated_to, flag.article, getattr(flag, "met_by", 0)
    return (
        *(getattr(flag, name) for name in _FIELDS), met_by, *people, above and (above.first_name, above.username),
        article and (article.title, article.language), flag.version_id, _time_said(flag),
    )  # fmt: skip


def _time_said(flag: Flag) -> str:
    if not flag.is_open:
        return ""
    return f"late {overdue_by(flag.due)}" if flag.is_overdue else said_due(flag.due)
