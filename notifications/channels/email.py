"""E-mail: one mail for all that is due for a person, in their language, with a way out of it in one click.

A server that does not answer is nobody's mail's fault: everything stays where it is, and the duty waits longer and
longer, which the status page shows. A mail that the server refuses is tried again by itself, and parked in the end.
"""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from articles.models import User

from ..actions.choosing import settings_for
from ..models import Channel, Delivery, DeliveryState, NotificationSettings, Reason
from ..telling.kinds import TABLE
from ..telling.schedule import held_until, next_at
from . import claims
from .checking import sendable
from .letter import letter

AT_ONCE = 20  # people in one step
APART = timedelta(hours=6)  # between two mails about one article, unless one is mentioned
# What a server answers about one mail; anything else is about the server.
ABOUT_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError, UnicodeError)


def send_due(stopping: threading.Event | None = None) -> bool:
    """Send what is due; whether there may be more. Raises what the mail server raises when it is not there."""
    now = timezone.now()
    people = claims.people_due(Channel.EMAIL, now, AT_ONCE)
    if not people:
        return False
    connection = get_connection()
    try:
        for user_id in people:
            if stopping is not None and stopping.is_set():
                break
            send_to(user_id, connection)
    finally:
        connection.close()
    return len(people) == AT_ONCE


def send_to(user_id: int, connection: BaseEmailBackend) -> None:
    """All that is due for one person, as one mail."""
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
    try:
        _send(letter(user, [one.notification for one in ready], number=max(one.pk for one in ready)), connection)
    except ABOUT_ONE_MAIL as problem:
        claims.failed(ready, problem, now)
    except Exception:
        claims.give_back(ready)
        raise
    else:
        claims.sent(ready, now)


def _send(message: EmailMultiAlternatives, connection: BaseEmailBackend) -> None:
    message.connection = connection
    message.send()


def _not_too_often(
    user: User, own: NotificationSettings, deliveries: Sequence[Delivery], now: datetime
) -> list[Delivery]:
    """Put off what would be the second mail about an article within six hours, or beyond the cap of the day."""
    sent = Delivery.objects.filter(recipient=user, channel=Channel.EMAIL, state=DeliveryState.SENT)
    lately = sent.filter(sent_at__gt=now - APART, article__isnull=False).order_by("sent_at")
    last: dict[int | None, datetime] = {pk: at for pk, at in lately.values_list("article", "sent_at") if at}
    ready = []
    for one in deliveries:
        telling = TABLE.get(one.notification.kind)
        insists = one.notification.reason == Reason.MENTION or (telling is not None and telling.insists)
        if one.at_once and not insists and one.article_id in last:
            claims.give_back([one], due_at=last[one.article_id] + APART)
        else:
            ready.append(one)
    if ready and all(one.at_once for one in ready) and _mails_today(user, now) >= own.most_mails:
        claims.give_back(ready, due_at=next_at(own.daily_at, now), digest=True)
        return []
    return ready


def _mails_today(user: User, now: datetime) -> int:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Delivery.objects.filter(
        recipient=user, channel=Channel.EMAIL, state=DeliveryState.SENT, at_once=True, sent_at__gte=midnight
    )
    return today.order_by().values("sent_at").distinct().count()
