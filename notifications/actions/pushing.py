"""Let a browser be told with its tabs closed, and no longer."""

from __future__ import annotations

import base64
import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from articles import access
from articles.actions.problems import Invalid
from articles.models import User

from ..channels import outgoing
from ..models import PushSubscription

MOST_BROWSERS = 10


def subscribe(
    user: User, endpoint: str, p256dh: str, auth: str, browser: str = "", session: str = ""
) -> PushSubscription:
    """Push to this browser. Who shares a browser takes it over: it tells only whoever subscribed last.

    The oldest goes when a person has more than ten. Raises Invalid for an address that is not a push service's.
    """
    try:
        outgoing.check(endpoint)
    except outgoing.NotAllowed as problem:
        raise Invalid(endpoint=str(problem)) from None
    if len(endpoint) > 2_000 or not _is_key(p256dh, 65) or not _is_key(auth, 16):
        raise Invalid(keys=_("These are not the keys of a browser."))
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        values = {"user": user, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "browser": browser[:120],
                  "session": session, "failures": 0, "problem": ""}  # fmt: skip
        row, _created = PushSubscription.objects.update_or_create(digest=digest, defaults=values)
        own = PushSubscription.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)
        PushSubscription.objects.filter(pk__in=list(own[MOST_BROWSERS:])).delete()
    return row


def unsubscribe(user: User, endpoint: str) -> None:
    """Push to this browser no longer; nothing happens where it is not one of theirs."""
    with transaction.atomic():
        PushSubscription.objects.filter(user=user, digest=hashlib.sha256(endpoint.encode()).hexdigest()).delete()


def forget_session(user: User, session: str) -> None:
    """A session has ended: what that browser shows is nobody's business any more. `session` is its digest."""
    with transaction.atomic():
        PushSubscription.objects.filter(user=user, session=session).delete()


def forget_browser(user: User, subscription_id: int) -> None:
    """The same, by its number in the list. Raises access.NotFound."""
    with transaction.atomic():
        if not PushSubscription.objects.filter(user=user, pk=subscription_id).delete()[0]:
            raise access.NotFound


def _is_key(text: str, length: int) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) == length
    except ValueError:
        return False
