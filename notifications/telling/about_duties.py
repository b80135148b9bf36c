"""The lines of the table about what must be read and what must be looked at again."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import access
from articles.reviews import responsible_for

from .. import record
from ..models import Notification, Reason
from .about_articles import who
from .kinds import DAILY, MUST_READ, NOW, OFF, Telling, tell
from .rules import Happened, Rule

# --- Who ------------------------------------------------------------------------------------------------


def _missing(happened: Happened) -> dict[int, Reason]:
    article = happened.article
    return {one.pk: Reason.ASSIGNED for one in record.missing(article)} if article else {}


def _overseers(happened: Happened) -> dict[int, Reason]:
    article = happened.article
    people = access.who_can("oversee", article).values_list("pk", flat=True) if article else []
    return dict.fromkeys(people, Reason.ASSIGNED)


def _responsible(happened: Happened) -> dict[int, Reason]:
    article = happened.article
    return {one.pk: Reason.OWNER for one in responsible_for(article)} if article else {}


MISSING = Rule(gettext_lazy("whoever has not confirmed it"), _missing)
OVERSEERS = Rule(gettext_lazy("managers who may read it"), _overseers)
RESPONSIBLE = Rule(gettext_lazy("whoever answers for it, in turn"), _responsible)

# --- What it says -----------------------------------------------------------------------------------------


def _requested(one: Notification) -> str:
    if one.data.get("reason") == "deadline":
        return _("It must be read soon, and you have not confirmed it yet.")
    return _("%(who)s reminds you: it must be read, and you have not confirmed it yet.") % {"who": who(one)}


tell(
    Telling(
        MUST_READ, "duties", gettext_lazy("I must read something"), (MISSING,), _requested, NOW, NOW, NOW, insists=True,
    ),
    Telling(
        "acknowledgement.overdue", "duties", gettext_lazy("Others have not confirmed a must-read in time"),
        (OVERSEERS,), lambda _one: _("The deadline has passed, and not everybody has confirmed it."), NOW, OFF, DAILY,
        place=lambda _one: "acknowledgements/",
    ),
    Telling(
        "review.due", "duties", gettext_lazy("An article that I answer for is to be reviewed"), (RESPONSIBLE,),
        lambda _one: _("It is to be reviewed: does it still hold?"), NOW, OFF, NOW,
    ),
)  # fmt: skip
