"""The lines of the table about must-reads and review dates."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.templatetags.kb import said_day

from ..models import Notification
from .about_articles import who
from .duty_rules import ASKED, OVERSEERS, RESPONSIBLE
from .kinds import DAILY, NOW, OFF, Telling, tell
from .rules import OWNERS


def _requested(one: Notification) -> str:
    version = one.data.get("version", 0)
    sentences = {
        "reminder": _("%(who)s reminds you: version %(version)d must be read. Read it and confirm it."),
        "return": _("While you were away: version %(version)d must be read. Read it and confirm it."),
        "deadline": _("Version %(version)d must be read, and the deadline is near. Read it and confirm it."),
    }
    sentence = sentences.get(
        str(one.data.get("reason")), _("Version %(version)d must be read. Read it and confirm it.")
    )
    return sentence % {"who": who(one), "version": version}


def _overdue(one: Notification) -> str:
    return ngettext(
        "The deadline for version %(version)d is over, and %(late)d person has not confirmed it.",
        "The deadline for version %(version)d is over, and %(late)d people have not confirmed it.",
        one.data.get("late", 1),
    ) % {"version": one.data.get("version", 0), "late": one.data.get("late", 1)}


def _due(one: Notification) -> str:
    try:
        day = said_day(date.fromisoformat(str(one.data.get("date"))))
    except ValueError:
        return _("It is to be reviewed: say that it is still correct, or change it.")
    return _("It is to be reviewed by %(day)s: say that it is still correct, or change it.") % {"day": day}


def _confirmed(one: Notification) -> str:
    return _("%(who)s looked at it and says that it is still correct.") % {"who": who(one)}


tell(
    Telling(
        "acknowledgement.requested", "duties", gettext_lazy("I am asked to read and confirm something"), (ASKED,),
        _requested, NOW, NOW, NOW, place=lambda _one: "#must-read", insists=True, on_page=True,
    ),
    Telling(
        "acknowledgement.overdue", "duties", gettext_lazy("Somebody has not confirmed a must-read in time"),
        (OVERSEERS,), _overdue, NOW, OFF, DAILY, place=lambda one: f"/must-reads/{one.article_id}/",
    ),
    Telling(
        "review.due", "duties", gettext_lazy("What I answer for is to be reviewed"), (RESPONSIBLE,), _due, NOW, OFF,
        DAILY,
    ),
    Telling(
        "review.confirmed", "duties", gettext_lazy("Somebody says that what I own is still correct"), (OWNERS,),
        _confirmed, OFF, on_page=True,
    ),
)  # fmt: skip
