"""Web Push: to browsers with their tabs closed (RFC 8030), encrypted for them (RFC 8291), signed by us (RFC 8292)."""

from __future__ import annotations

import base64
import http.client
import json
import logging
import os
import threading
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import ngettext
from py_vapid import Vapid02

from articles.models import User

from .. import presenting
from ..actions.choosing import settings_for
from ..models import Channel, Notification, PushKey, PushSubscription
from ..telling.schedule import held_until
from . import claims, outgoing
from .checking import sendable

logger = logging.getLogger(__name__)
AT_ONCE = 50
TTL = timedelta(hours=12)  # what a browser that is switched off is not told later than that
GONE = (404, 410)
FAILURES = (outgoing.NotAllowed, OSError, http.client.HTTPException, ValueError)  # of one browser, maybe for a moment
GIVE_UP = 20  # failures in a row: the browser is forgotten


def public_key() -> str:
    """The key that browsers subscribe with (applicationServerKey), base64url. Made at first use."""
    point = _key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def _key() -> ec.EllipticCurvePrivateKey:
    row = PushKey.objects.filter(pk=1).first()
    if row is None:
        made = ec.generate_private_key(ec.SECP256R1())
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        with transaction.atomic():  # two who come first at one time keep the same one
            row, _created = PushKey.objects.get_or_create(pk=1, defaults={"private_pem": pem})
    key: ec.EllipticCurvePrivateKey = Vapid02.from_pem(row.private_pem.encode()).private_key
    return key


def send_due(stopping: threading.Event | None = None) -> bool:
    """Push what is due; whether there may be more."""
    people = claims.people_due(Channel.DESKTOP, timezone.now(), AT_ONCE)
    for user_id in people:
        if stopping is not None and stopping.is_set():
            break
        send_to(user_id)
    return len(people) == AT_ONCE


def send_to(user_id: int) -> None:
    """All that is due for one person, to each of their browsers."""
    now = timezone.now()
    deliveries = claims.claim(Channel.DESKTOP, user_id, now)
    if not deliveries:
        return
    user = deliveries[0].recipient
    later = held_until(settings_for(user), now, back_from=user.back_from)
    if later is not None:
        claims.give_back(deliveries, due_at=later)
        return
    wanted = sendable(user, deliveries)
    claims.drop(one for one in deliveries if one not in wanted)
    if not wanted:
        return
    message = _message(user, [one.notification for one in wanted])
    # Whoever was reached in one browser is not told again for the sake of another: it is one person, and which of their
    # browsers have it is not kept. In the other one open pages show it meanwhile, and the inbox has it.
    reached, problems = False, list[Exception]()
    for browser in PushSubscription.objects.filter(user=user).exclude(session=""):
        try:
            reached = _push(browser, message) or reached
        except FAILURES as problem:
            problems.append(problem)
    if reached:
        claims.sent(wanted, now)
    elif problems:
        claims.failed(wanted, problems[0], now)
    else:  # there is no browser any more
        claims.drop(wanted)


def _message(user: User, notifications: list[Notification]) -> bytes:
    """What the service worker shows: one as it is, several as one."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        if len(notifications) == 1:
            shown = presenting.popup(notifications[0])
        else:
            count = len(notifications)
            said = ngettext("%(count)d thing has happened", "%(count)d things have happened", count)
            titles = dict.fromkeys(one.article.title for one in notifications if one.article)
            shown = {
                "tag": f"kb-{notifications[0].pk}", "title": said % {"count": count},
                "body": ", ".join(list(titles)[:3]), "url": "/notifications/",
            }  # fmt: skip
    shown["body"] = shown["body"][:300]
    return json.dumps(shown, ensure_ascii=False).encode()


def _push(browser: PushSubscription, message: bytes) -> bool:
    """To one browser; whether it has it now. One that is no more is forgotten. Raises what went wrong, once noted."""
    try:
        answer = outgoing.post(browser.endpoint, encrypted(browser, message), _headers(browser.endpoint))
        if answer.status in GONE:
            browser.delete()
            return False
        answer.must_be_good()
    except FAILURES as problem:
        browser.failures += 1
        browser.problem = str(problem)[:1_000]
        if browser.failures >= GIVE_UP:
            browser.delete()
        else:
            browser.save(update_fields=["failures", "problem"])
        raise
    PushSubscription.objects.filter(pk=browser.pk).update(failures=0, problem="", used_at=timezone.now())
    return True


def encrypted(browser: PushSubscription, message: bytes) -> bytes:
    """The message as only this browser can read it: aes128gcm (RFC 8188) with its keys."""
    body: bytes = http_ece.encrypt(
        message, salt=os.urandom(16), private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_decoded(browser.p256dh), auth_secret=_decoded(browser.auth), version="aes128gcm",
    )  # fmt: skip
    return body


def _headers(endpoint: str) -> Mapping[str, str]:
    parts = urlsplit(endpoint)
    vapid = Vapid02(_key())
    claim = {"sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}", "aud": f"{parts.scheme}://{parts.netloc}"}
    signed: dict[str, str] = vapid.sign(claim)
    return {
        **signed, "TTL": str(int(TTL.total_seconds())), "Urgency": "normal", "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
    }  # fmt: skip


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
