"""From the event log to people: one per installation, and harmless when there are two.

It reads the log in the order of `seq`, event after event. Who is told is decided first, without a lock; then one short
transaction moves the cursor from the event before to this one, and writes the notifications and what is to be sent.
Where the cursor does not stand there any more, another dispatcher was faster, and nothing is written. So a killed
dispatcher loses no notification and makes none twice, and nobody who writes waits while it thinks.

An event that cannot be decided does not keep the others waiting: it is noted, tried again later and later, and after
some tries parked, where the status page shows it.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Case, F, PositiveBigIntegerField, Q, Value, When
from django.utils import timezone

from articles import events

from . import log
from .delivery import Told
from .events import NotificationCreated
from .models import Channel, Delivery, DeliveryState, Dispatched, Notification, Stuck
from .telling import hooks
from .telling.kinds import TABLE, THEN
from .telling.recipients import Decision, decide
from .telling.schedule import APART

logger = logging.getLogger(__name__)
AT_ONCE = 100
TRIES = 6
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)


class Overtaken(Exception):
    """Another dispatcher has told of this event already."""


class ReadMeanwhile(Overtaken):
    """What was to tell of this event as well was read while it was decided: it is decided once more."""


def run_once(stopping: threading.Event | None = None) -> tuple[bool, int]:
    """Tell of the next events. Gives whether there may be more, and how far it has come."""
    position = cursor()
    tolds = log.read(position, limit=AT_ONCE, people=())
    if not tolds:
        return show_what_is_due() | try_again(), position
    if tolds[0].seq > position + 1:
        logger.warning("The log begins at %d, after the cursor %d: what was between is lost", tolds[0].seq, position)
    silent = position  # events up to here tell nobody: their cursor is written together with the next that does
    for told in tolds:
        if stopping is not None and stopping.is_set():
            break
        try:
            decision = _decided(told)
            hooked = _hooked(told)
            if decision.tells_somebody or hooked:
                _write(told, decision, hooked, before=position)
                position = told.seq
            silent = told.seq
        except Overtaken:  # nothing is written; of what is read a row at least is one less the next time
            return True, cursor()
    if silent != position:
        Dispatched.objects.filter(pk=1, seq=position).update(seq=silent)
    show_what_is_due()
    return True, silent


def cursor() -> int:
    """The newest event of which it has been decided who is told."""
    row, _created = Dispatched.objects.get_or_create(pk=1)
    return row.seq


def _hooked(told: Told) -> list[int]:
    """The webhooks that get it; none for now where that cannot be decided."""
    try:
        return hooks.wanting(told)
    except DatabaseError:
        raise
    except Exception as problem:
        logger.exception("Which webhooks get event %d could not be decided", told.seq)
        _note_stuck(told, problem)
        return []


def _decided(told: Told) -> Decision:
    """Who is told; nobody for now where that cannot be decided."""
    try:
        return _considered(told)
    except DatabaseError:
        raise  # the database is away: nothing is the matter with the event
    except Exception as problem:
        logger.exception("Who is told of event %d (%s) could not be decided", told.seq, told.event.kind)
        _note_stuck(told, problem)
        return Decision()


def _considered(told: Told) -> Decision:
    """What an event means for what was told before it, and who is told of it. Raises whatever goes wrong."""
    if then := THEN.get(told.event.kind):
        then(told.event)
    return decide(told, timezone.now()) if told.event.kind in TABLE else Decision()


def _write(told: Told, decision: Decision, hooked: list[int], *, before: int | None) -> None:
    """The notifications of one event, what is to be sent, and the cursor, together. Raises Overtaken, ReadMeanwhile.

    `before` is where the cursor must stand; None when the event was stuck and the cursor has long passed it.
    """
    try:
        with transaction.atomic():
            if before is not None and not Dispatched.objects.filter(pk=1, seq=before).update(seq=told.seq):
                raise Overtaken
            if before is None and not Stuck.objects.filter(event=told.seq).delete()[0]:
                raise Overtaken
            hooks.enqueue(told, hooked)
            if make(decision, told.seq):
                events.record(None, NotificationCreated(told.seq))
    except IntegrityError as problem:  # somebody was told of it already: the cursor was put back
        raise Overtaken from problem


def make(decision: Decision, batch: int) -> bool:
    """Write what was decided; gives whether open pages have to be told. For the dispatcher, inside its transaction.

    Raises ReadMeanwhile.
    """
    _lock_unread(decision.again)
    made = Notification.objects.bulk_create(one for one, _deliveries in decision.new)
    deliveries = []
    for one, (_same, wanted) in zip(made, decision.new, strict=True):
        for delivery in wanted:
            delivery.notification = one
            deliveries.append(delivery)
    Delivery.objects.bulk_create(deliveries)
    if decision.again:
        rows = Notification.objects.filter(pk__in=decision.again)
        # What is to come later comes then, with what it tells of more.
        now_or_on_the_desktop = Q(shows_at__lte=timezone.now()) | Q(pops=True) | Q(pk__in=decision.popping)
        shown = Case(
            When(now_or_on_the_desktop, then=Value(batch, output_field=PositiveBigIntegerField())), default=F("batch")
        )
        rows.update(**decision.changes, batch=shown, count=F("count") + 1)
        rows.exclude(pk__in=decision.popping).update(pops=False)  # they have switched the desktop off since
        rows.filter(pk__in=decision.popping).update(pops=True)
        _send_again(decision.later)
    return bool(decision.again) or any(one.batch is not None for one in made)


def _lock_unread(ids: list[int]) -> None:
    """Nobody reads these until the end of the transaction. Raises ReadMeanwhile where somebody has: what joined it then
    would ring no bell, and its mail would be dropped as read."""
    rows = Notification.objects.filter(pk__in=ids, read_at__isnull=True, done_at__isnull=True).order_by("pk")
    if ids and len(rows.select_for_update(no_key=True).values_list("pk")) < len(ids):
        raise ReadMeanwhile


def _send_again(wanted: list[Delivery]) -> None:
    """What tells of more by now: bring what waits forward, make what is not there; never a second one at a time.

    A mail that is out already is followed by another as soon as there may be one about the article; it is asked then
    whether its reader has read meanwhile. What was on a desktop is replaced there by open pages alone.
    """
    for (channel, due, at_once), some in groupby(sorted(wanted, key=_when), key=_when):
        made = list(some)
        there = Delivery.objects.filter(channel=channel, notification__in=[one.notification.pk for one in made])
        known = set(there.values_list("notification", flat=True))
        if at_once:
            there.filter(state=DeliveryState.WAITING, due_at__gt=due).update(due_at=due, at_once=True)
        Delivery.objects.bulk_create(one for one in made if one.notification.pk not in known)
        if channel == Channel.EMAIL:
            again: dict[str, Any] = {"state": DeliveryState.WAITING, "attempts": 0, "at_once": at_once}
            there.filter(state=DeliveryState.DROPPED).update(due_at=due, **again)
            there.filter(state=DeliveryState.SENT, sent_at__lte=due - APART).update(due_at=due, **again)
            there.filter(state=DeliveryState.SENT).update(due_at=F("sent_at") + APART, **again)


def _when(one: Delivery) -> tuple[str, datetime, bool]:
    return one.channel, one.due_at, one.at_once


# --- What comes later -----------------------------------------------------------------------------------


def show_what_is_due() -> bool:
    """Bring into inboxes what was wanted there hourly or daily, all that is due as one batch; whether there was any."""
    now = timezone.now()
    due = Notification.objects.filter(batch__isnull=True, shows_at__lte=now)
    if not due.exists():
        return False
    with transaction.atomic():
        # The number of a batch is that of the newest event told of. Where that has told people itself, it tells them
        # the same once more: open pages know what they know.
        batch = Dispatched.objects.select_for_update(no_key=True).get(pk=1).seq
        if due.update(batch=batch):
            events.record(None, NotificationCreated(batch))
    return True


# --- What went wrong --------------------------------------------------------------------------------------


def _note_stuck(told: Told, problem: Exception) -> None:
    said = f"{type(problem).__name__}: {problem}"[:2_000]
    with transaction.atomic():
        row, created = Stuck.objects.get_or_create(
            event=told.seq,
            defaults={"kind": told.event.kind, "problem": said, "due_at": timezone.now() + FIRST_WAIT},
        )
        if not created:
            row.attempts += 1
            row.problem, row.parked = said, row.attempts >= TRIES
            row.due_at = timezone.now() + min(FIRST_WAIT * 4 ** (row.attempts - 1), LONGEST_WAIT)
            row.save()


def try_again(now: datetime | None = None) -> bool:
    """Decide once more about what could not be decided; whether one was tried."""
    due = Stuck.objects.filter(parked=False, due_at__lte=now or timezone.now()).first()
    if due is None:
        return False
    found = log.read(due.event - 1, until=due.event, people=())
    if not found:  # the log has forgotten it
        Stuck.objects.filter(pk=due.pk).delete()
        return True
    try:
        decision, hooked = _considered(found[0]), hooks.wanting(found[0])
    except DatabaseError:
        raise
    except Exception as problem:
        logger.exception("Who is told of event %d could not be decided again", due.event)
        _note_stuck(found[0], problem)
        return True
    try:
        _write(found[0], decision, hooked, before=None)
    except ReadMeanwhile:
        logger.info("Event %d is decided once more: somebody read meanwhile", due.event)
    except Overtaken:
        logger.info("Event %d was told of meanwhile", due.event)
    return True
