"""The lines of the table about flags: a help desk lives from everybody hearing when it is their turn."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Flag
from articles.models.flag import FlagJoin

from ..models import Notification, Reason
from .about_articles import says, who
from .kinds import DAILY, NOW, OFF, Telling, tell
from .rules import OWNERS, PERSON, Happened, Rule

# --- Who ------------------------------------------------------------------------------------------------


def _assignee(happened: Happened) -> dict[int, Reason]:
    assignee = happened.event.data.get("assignee")
    return {int(assignee): Reason.ASSIGNED} if assignee else {}


def _reporters(happened: Happened) -> dict[int, Reason]:
    """Whoever raised it, and who joined."""
    flag = happened.event.data.get("flag")
    people = set(FlagJoin.objects.filter(flag=flag).values_list("user_id", flat=True))
    people |= set(Flag.objects.filter(pk=flag, reporter__isnull=False).values_list("reporter_id", flat=True))
    return dict.fromkeys(people, Reason.CONCERNED)


def _answerer(happened: Happened) -> dict[int, Reason]:
    """Whoever answered it last, who need not be the one that has it."""
    answered = Flag.objects.filter(pk=happened.event.data.get("flag"), answered_by__isnull=False)
    return dict.fromkeys(answered.values_list("answered_by_id", flat=True), Reason.CONCERNED)


def _chased(happened: Happened) -> dict[int, Reason]:
    """Whoever has it, unless they were told before, and the manager whose business it is now besides."""
    data = happened.event.data
    found = {} if data.get("handed_over") else _assignee(happened)
    manager = data.get("escalated_to")
    return {**found, **({int(manager): Reason.ASSIGNED} if manager else {})}


ASSIGNEE = Rule(gettext_lazy("whoever has it"), _assignee)
REPORTERS = Rule(gettext_lazy("whoever raised or joined it"), _reporters)
ANSWERER = Rule(gettext_lazy("whoever answered it"), _answerer)
CHASED = Rule(gettext_lazy("whoever has it, and the manager it is escalated to"), _chased)

# --- What it says -----------------------------------------------------------------------------------------


def _raised(one: Notification) -> str:
    if one.data.get("severity") == "urgent":
        return _("%(who)s raised an urgent flag.") % {"who": who(one)}
    return _("%(who)s raised a flag.") % {"who": who(one)}


def _assigned(one: Notification) -> str:
    if one.recipient_id and one.data.get("assignee") == one.recipient_id:
        return _("A flag is yours to answer.")
    if one.data.get("assignee") and one.recipient_id:
        return _("Your flag has somebody who answers it.")
    if one.data.get("assignee"):
        return _("A flag has somebody who answers it.")
    return _("A flag waits for somebody to take it.")


def _updated(one: Notification) -> str:
    fields = one.data.get("fields", [])
    if "joined" in fields:
        return _("%(who)s says the same as a flag.") % {"who": who(one)}
    if "answer" in fields:
        return _("%(who)s answered a flag, which stays open.") % {"who": who(one)}
    if "warning" in fields:
        return _warning(fields) % {"who": who(one)}
    return _("%(who)s changed a flag.") % {"who": who(one)}


def _warning(fields: Collection[str]) -> str:
    if "worded" in fields:
        return _("%(who)s worded the warning of a flag.")
    if "lifted" in fields:
        return _("%(who)s lifted the warning of a flag.")
    if "shown" in fields:
        return _("%(who)s shows the warning of a flag again.")
    return _("%(who)s changed the warning of a flag.")  # told before the events said how


def _is_own(one: Notification) -> bool:
    """Whether its reader raised the flag, and did not join it."""
    return one.data.get("reporter", one.recipient_id) == one.recipient_id


def _resolved(one: Notification) -> str:
    if not one.recipient_id:
        return _("%(who)s resolved a flag.") % {"who": who(one)}
    if _is_own(one):
        return _("%(who)s resolved your flag. Accept the answer, or reopen it.") % {"who": who(one)}
    return _("%(who)s resolved a flag that you joined. Read the answer.") % {"who": who(one)}


def _declined(one: Notification) -> str:
    if not one.recipient_id:
        return _("%(who)s declined a flag, and says why.") % {"who": who(one)}
    if _is_own(one):
        return _("%(who)s declined your flag, and says why.") % {"who": who(one)}
    return _("%(who)s declined a flag that you joined, and says why.") % {"who": who(one)}


def _reopened(one: Notification) -> str:
    if one.recipient_id and one.data.get("assignee") == one.recipient_id:
        return _("%(who)s reopened a flag: the answer did not do. It is yours to answer.") % {"who": who(one)}
    return _("%(who)s reopened a flag: the answer did not do.") % {"who": who(one)}


def _overdue(one: Notification) -> str:
    if one.recipient_id and one.data.get("escalated_to") == one.recipient_id:
        return _("A flag is overdue, and went up to you.")
    return _("A flag is overdue.")


def _place(one: Notification) -> str:
    flag = one.data.get("flag")
    return f"/flags/{flag}/" if flag else "/flags/"


tell(
    Telling(
        "flag.raised", "flags", gettext_lazy("A flag is raised about what is mine"), (ASSIGNEE, OWNERS), _raised,
        NOW, NOW, NOW, place=_place,
    ),
    Telling(
        "flag.assigned", "flags", gettext_lazy("A flag becomes mine"), (ASSIGNEE,), _assigned, NOW, NOW, NOW,
        place=_place,
    ),
    Telling(
        "flag.updated", "flags", gettext_lazy("A flag of mine gets an answer, or company"), (ASSIGNEE, REPORTERS),
        _updated, NOW, place=_place,
    ),
    Telling(
        "flag.resolved", "flags", gettext_lazy("My flag is resolved"), (REPORTERS,),
        _resolved, NOW, NOW, NOW, place=_place,
    ),
    Telling(
        "flag.declined", "flags", gettext_lazy("My flag is declined"), (REPORTERS,),
        _declined, NOW, NOW, NOW, place=_place,
    ),
    Telling(
        "flag.reopened", "flags", gettext_lazy("A flag that I answered, have or reported is reopened"),
        (ASSIGNEE, ANSWERER, REPORTERS), _reopened, NOW, NOW, DAILY, place=_place,
    ),
    Telling(
        "flag.accepted", "flags", gettext_lazy("My answer to a flag is accepted"), (ANSWERER,),
        says(lambda: _("%(who)s is content with the answer to a flag.")), NOW, OFF, OFF, place=_place,
    ),
    Telling(
        "flag.due_soon", "flags", gettext_lazy("A flag of mine will soon be overdue"), (PERSON,),
        says(lambda: _("A flag of yours will soon be overdue.")), NOW, NOW, OFF, place=_place,
    ),
    Telling(
        "flag.overdue", "flags", gettext_lazy("A flag is overdue"), (CHASED,),
        _overdue, NOW, NOW, NOW, place=_place,
    ),
)  # fmt: skip
