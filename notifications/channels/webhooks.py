"""Webhooks: what happened, signed as Standard Webhooks has it, so that the other side knows who sent it, and when.

The id of a message is the same however often it is sent, the time is signed with it: who keeps the ids of the last
five minutes and refuses what is older takes nothing twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import threading
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation

from articles.models import Event

from .. import log, presenting
from ..delivery import Told
from ..models import DeliveryState, Notification, Webhook, WebhookDelivery
from ..telling.hooks import wants
from ..telling.recipients import data_of
from . import outgoing
from .claims import CLAIM, FIRST_WAIT, TRIES, wait_after

AT_ONCE = 50


def send_due(stopping: threading.Event | None = None) -> bool:
    """Send what is due; whether there may be more. An address that does not answer delays only what is for it."""
    now = timezone.now()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    rows = WebhookDelivery.objects.filter(free, state=DeliveryState.WAITING, due_at__lte=now, webhook__active=True)
    ids = list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    down: set[int] = set()
    for pk in ids:
        if stopping is not None and stopping.is_set():
            break
        one = rows.select_related("webhook").filter(pk=pk).first()
        if one is None or one.webhook_id in down:
            continue
        mine = WebhookDelivery.objects.filter(free, pk=pk, state=DeliveryState.WAITING)
        if not mine.update(claimed_until=now + CLAIM):
            continue
        if not _send(one, timezone.now()):
            down.add(one.webhook_id)
            _put_off(one.webhook_id, timezone.now())
    return len(ids) == AT_ONCE


def _send(one: WebhookDelivery, now: datetime) -> bool:
    """One message; gives whether the address took it."""
    found = log.read(one.event - 1, until=one.event, people=())
    if not found or not wants(one.webhook, found[0]):  # asked again: what was public then may not be now
        _note(one, state=DeliveryState.DROPPED)
        return True
    body = json.dumps(payload(found[0]), ensure_ascii=False, separators=(",", ":")).encode()
    signed = signature(one.webhook, f"evt_{one.webhook_id}_{one.event}", now, body)
    try:
        outgoing.post(one.webhook.url, body, {"Content-Type": "application/json", **signed}).must_be_good()
    except (outgoing.NotAllowed, OSError, http.client.HTTPException) as problem:
        attempts = one.attempts + 1
        parked = attempts >= TRIES or isinstance(problem, outgoing.NotAllowed)
        _note(
            one, attempts=attempts, problem=str(problem)[:1_000], due_at=now + wait_after(attempts),
            state=DeliveryState.PARKED if parked else DeliveryState.WAITING,
        )  # fmt: skip
        return False
    _note(one, state=DeliveryState.SENT, sent_at=now, problem="")
    return True


def _put_off(webhook_id: int, now: datetime) -> None:
    """An address did not take a message: what else is due for it waits a little, so that others have their turn."""
    due = WebhookDelivery.objects.filter(webhook=webhook_id, state=DeliveryState.WAITING, due_at__lte=now)
    due.update(due_at=now + FIRST_WAIT)


def _note(one: WebhookDelivery, **values: Any) -> None:
    WebhookDelivery.objects.filter(pk=one.pk).update(claimed_until=None, **values)


def payload(told: Told) -> dict[str, Any]:
    """What is sent: for programs, and as `text` for chat systems, in the language of the centre."""
    event: Event = told.event
    one = Notification(
        kind=event.kind, article=event.article, actor=event.actor, event=event.seq, newest=event.seq,
        data=data_of(told), at=event.at,
    )  # fmt: skip
    with translation.override(settings.LANGUAGE_CODE):
        url = presenting.absolute(presenting.place(one))
        article = {"id": event.article.pk, "title": event.article.title} if event.article else None
        return {
            "type": event.kind,
            "timestamp": event.at.isoformat(),
            "text": f"{presenting.text(one)} {url}",
            "data": {
                "seq": event.seq, "article": article, "url": url,
                "actor": {"id": event.actor.pk, "name": event.actor.get_full_name()} if event.actor else None,
                **data_of(told),
            },
        }  # fmt: skip


def signature(hook: Webhook, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks: HMAC-SHA256 over id, time and body."""
    stamp = str(int(now.timestamp()))
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id, "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }  # fmt: skip
