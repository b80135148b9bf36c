"""What happens to flags by the clock, and when people come and go: done by the worker, as often as it likes.

Each function finds what is due, and looks again under the lock of each flag before it does anything; so several
workers at once do everything once, and one that was killed is followed by one that goes on.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .. import access, events
from ..flag_rights import may_have
from ..models import Flag, Step
from ..models.flag import OPEN
from ..routing import escalation, route
from .answering import save_step
from .flagging import loaded, lock_flag, note_step


def due_reminders(now: datetime, at_most: int = 50) -> list[int]:
    """Ids of the open flags of which somebody is to be reminded."""
    rows = Flag.objects.filter(status__in=OPEN, remind_at__lte=now, overdue_at__isnull=True)
    return list(rows.order_by("remind_at", "pk").values_list("pk", flat=True)[:at_most])


def due_flags(now: datetime, at_most: int = 50) -> list[int]:
    """Ids of the open flags whose time has passed and of which nobody has been told yet."""
    rows = Flag.objects.filter(status__in=OPEN, due__lte=now, overdue_at__isnull=True)
    return list(rows.order_by("due", "pk").values_list("pk", flat=True)[:at_most])


def remind(flag_id: int, now: datetime) -> Flag | None:
    """Remind whoever has the flag, once; None when there is nothing to remind of (any more)."""
    with transaction.atomic():
        flag = lock_flag(flag_id)
        if not flag.is_open or flag.remind_at is None or flag.remind_at > now or flag.overdue_at:
            return None
        flag.remind_at = None
        flag.save(update_fields=["remind_at"])  # nothing that anybody decides on: the revision stays
        if flag.assignee is None or flag.due <= now:
            return None
        flag.steps.create(at=timezone.now(), action=Step.REMINDED, to=flag.assignee)
        events.record(None, events.FlagDueSoon(flag))
    return flag


def escalate(flag_id: int, now: datetime) -> Flag | None:
    """Say that the flag is overdue, once, and make it a manager's business besides; None when it is not (any more)."""
    with transaction.atomic():
        flag = lock_flag(flag_id)
        if not flag.is_overdue_at(now) or flag.overdue_at is not None:
            return None
        flag.overdue_at, flag.remind_at, flag.escalated_to = now, None, escalation(flag)
        flag.save(update_fields=["overdue_at", "remind_at", "escalated_to"])
        flag.steps.create(at=timezone.now(), action=Step.OVERDUE, to=flag.escalated_to or flag.assignee)
        events.record(None, events.FlagOverdue(flag))
    return flag


def ownerless(at_most: int = 200, after: int = 0) -> tuple[list[int], int | None]:
    """Ids of open flags of a batch that are nobody's any more, and where the next batch begins.

    Whoever has them left or may not see them now, or whoever they went up to left, or is no manager any more.

    The ids are those among the first `at_most` open flags with a larger id than `after`. Six queries.
    """
    rows = list(loaded().filter(status__in=OPEN, pk__gt=after).order_by("pk")[:at_most])
    people = {pk for row in rows for pk in (row.assignee_id, row.escalated_to_id) if pk}
    views = access.read_views(people)
    lost = [row.pk for row in rows if not _is_owned(row, views)]
    return lost, rows[-1].pk if len(rows) == at_most else None


def hand_over(flag_id: int) -> Flag | None:
    """Give an open flag to the next in line, if whoever has it cannot answer it any more; else None.

    So with the manager to whom it went up: the next one is told that it is theirs now.
    """
    with transaction.atomic():
        flag = lock_flag(flag_id)
        people = [pk for pk in (flag.assignee_id, flag.escalated_to_id) if pk]
        views = access.read_views(people)
        if not flag.is_open or _is_owned(flag, views):
            return None
        had, up = flag.assignee_id, flag.escalated_to_id
        if had is None or not may_have(views[had], flag):
            routed = route(flag)
            flag.assignee, flag.team = routed.person, routed.team
        if flag.assignee is None:  # nobody is there at all: it is tried again when somebody comes
            return None
        if up and not _may_oversee(views[up], flag):
            flag.escalated_to = escalation(flag)
        happened: list[events.OfFlag] = []
        if flag.assignee_id != had:
            save_step(flag, None, Step.HANDED_OVER, to=flag.assignee)
            happened.append(events.FlagAssigned(flag, had, handed_over=True))
        else:
            flag.save(update_fields=["escalated_to"])
        if flag.escalated_to and flag.escalated_to_id != up:
            note_step(flag, None, Step.WENT_UP, to=flag.escalated_to)
            happened.append(events.FlagOverdue(flag, handed_over=True))
        events.record(None, *happened)
    return flag


def has_ownerless() -> bool:
    """Whether an open flag has nobody, or somebody whose account is closed: asked often, one query."""
    lost = Q(assignee__isnull=True) | Q(assignee__is_active=False)
    return Flag.objects.filter(lost, status__in=OPEN).exists()


def of_marked_passages() -> frozenset[tuple[int, str]]:
    """The open flags about passages for certain roles, with for whom those are: asked often, one query.

    When a version marks a passage, no right changes and yet somebody may not see a flag of theirs any more.
    """
    rows = Flag.objects.filter(status__in=OPEN, anchor__isnull=False).exclude(anchor__audience="").order_by()
    return frozenset(rows.values_list("pk", "anchor__audience"))


def _is_owned(flag: Flag, views: dict[int, access.View]) -> bool:
    if flag.assignee_id is None or not may_have(views[flag.assignee_id], flag):
        return False
    return flag.escalated_to_id is None or _may_oversee(views[flag.escalated_to_id], flag)


def _may_oversee(view: access.View, flag: Flag) -> bool:
    """Whether it can be the business of this person that a flag is overdue: a manager still, who sees what it is of."""
    return view.manager and may_have(view, flag)
