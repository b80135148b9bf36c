"""E-mail: one mail for all that is due for a person, in their language, with a way out of it in one click.

A server that does not answer is nobody's mail's fault: everything waits a little, and the duty longer and longer, which
the status page shows. A mail that the server refuses is tried again by itself, and parked in the end; so is one on
which the server hangs up or falls silent while it takes others.
"""

from __future__ import annotations

import logging
import smtplib
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.utils import timezone

from articles.models import User

from ..actions.choosing import settings_for
from ..models import Channel, Delivery, NotificationSettings, Preference, Timing
from ..telling.kinds import TABLE
from ..telling.pacing import paced
from ..telling.schedule import APART, held_until, next_at
from . import claims
from .checking import sendable
from .letter import letter

logger = logging.getLogger(__name__)
AT_ONCE = 20  # people in one step
MOST_BROKEN = 5  # in one step: each may cost the time for which a silent server is waited for, and is claimed meanwhile
# What a server answers about one mail; anything else is about the server.
ABOUT_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError, UnicodeError)


@dataclass
class Step:
    """How many mails went out, and those on which the server went away: what they tell of, and what was raised."""

    out: int = 0
    broken: list[tuple[list[Delivery], Exception]] = field(default_factory=list)

    def settle(self, *, answers: bool) -> None:
        """Put off what broke: as its own fault where the server is there and took another. Else raises that it did not
        take anything: others go first the next time."""
        now, theirs = timezone.now(), answers and self.out > 0
        for told, problem in self.broken:
            if theirs:
                claims.failed(told, problem, now)
            else:
                claims.give_back(told, due_at=now + claims.FIRST_WAIT)
        if self.broken and not theirs:
            raise self.broken[-1][1]


def send_due(stopping: threading.Event | None = None) -> bool:
    """Send what is due; whether there may be more. Raises what the mail server raises when it is not there, or takes
    nothing."""
    people = claims.people_due(Channel.EMAIL, timezone.now(), AT_ONCE)
    step, answers = Step(), True
    connection = get_connection()
    for user_id in people:
        if (stopping is not None and stopping.is_set()) or not answers or len(step.broken) == MOST_BROKEN:
            break
        before = len(step.broken)
        send_to(user_id, connection, step)
        answers = len(step.broken) == before or _answers(connection)
    step.settle(answers=answers)
    return len(people) == AT_ONCE or len(step.broken) == MOST_BROKEN


def _answers(connection: BaseEmailBackend) -> bool:
    """Whether the server is there for a fresh connection, after one was lost."""
    gone = (OSError, smtplib.SMTPException)
    with suppress(*gone):
        connection.close()
    try:
        connection.open()
    except gone:
        return False
    with suppress(*gone):
        connection.close()
    return True


def send_to(user_id: int, connection: BaseEmailBackend, step: Step) -> None:
    """All that is due for one person, as one mail; what came of it is noted in `step`."""
    now = timezone.now()
    deliveries = claims.claim(Channel.EMAIL, user_id, now)
    if not deliveries:
        return
    user = deliveries[0].recipient
    own = settings_for(user)
    later = held_until(own, now, back_from=user.back_from)
    if later is not None and user.is_active:
        claims.give_back(deliveries, due_at=later)
        return
    wanted = sendable(user, deliveries) if user.email else []
    claims.drop(one for one in deliveries if one not in wanted)
    ready = _not_too_often(user, own, wanted, now)
    if not ready:
        return
    message, told = _written(user, ready, now)
    if message is None:
        return
    try:
        _send(message, connection)
    except ABOUT_ONE_MAIL as problem:
        claims.failed(told, problem, now)
    except Exception as problem:
        logger.warning("The mail server went away over a mail: %s", problem)
        step.broken.append((told, problem))
    else:
        step.out += 1
        claims.sent(told, now)
        claims.again(told, now + APART)


def _letter(user: User, deliveries: Sequence[Delivery]) -> EmailMultiAlternatives:
    """The mail about these; the same ones that say the same make the same Message-ID."""
    told = [one.notification for one in deliveries]
    message = letter(user, told, number=max(one.newest for one in told))
    message.message()  # a header that cannot be written fails here, where it is nobody else's fault
    return message


def _written(
    user: User, deliveries: list[Delivery], now: datetime
) -> tuple[EmailMultiAlternatives | None, list[Delivery]]:
    """The mail about these, and what it tells of: what cannot be said in words fails alone; no server is at fault."""
    try:
        return _letter(user, deliveries), deliveries
    except DatabaseError:
        raise  # the database is away: nothing is the matter with the mail
    except Exception as problem:
        logger.exception("A mail about %d notifications could not be made", len(deliveries))
        sayable = [one for one in deliveries if _written(user, [one], now)[0]] if len(deliveries) > 1 else deliveries
        if len(sayable) == len(deliveries):  # it is this one, or what they are together
            claims.failed(deliveries, problem, now)
            return None, []
    return _written(user, sayable, now) if sayable else (None, [])


def _send(message: EmailMultiAlternatives, connection: BaseEmailBackend) -> None:
    message.connection = connection
    message.send()


def _not_too_often(
    user: User, own: NotificationSettings, deliveries: Sequence[Delivery], now: datetime
) -> list[Delivery]:
    """Those that go out now; the others are put off."""
    # Also what waits to be sent once more, because more has happened since.
    sent = Delivery.objects.filter(recipient=user, channel=Channel.EMAIL, sent_at__gt=now - APART)
    lately = sent.filter(article__isnull=False).order_by("sent_at")
    last: dict[int | None, datetime] = {pk: at for pk, at in lately.values_list("article", "sent_at") if at}
    found = paced(deliveries, own, hourly=_hourly(user), last=last, mails_today=partial(_mails_today, user, now))
    for one, moment in found.later:
        claims.give_back([one], due_at=moment)
    if found.daily:
        claims.give_back(found.daily, due_at=next_at(own.daily_at, now), digest=True)
    return found.now


def _hourly(user: User) -> set[str]:
    """The kinds that this person wants mailed hourly; what comes once a day comes then, whatever else was mailed."""
    rows = Preference.objects.filter(user=user, channel=Channel.EMAIL).values_list("kind", "timing")
    chosen = dict(rows)
    return {kind for kind, one in TABLE.items() if chosen.get(kind, one.email) == Timing.HOURLY}


def _mails_today(user: User, now: datetime) -> int:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Delivery.objects.filter(recipient=user, channel=Channel.EMAIL, at_once=True, sent_at__gte=midnight)
    return today.order_by().values("sent_at").distinct().count()
