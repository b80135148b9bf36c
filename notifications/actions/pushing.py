"""Let a browser be told with its tabs closed, and no longer."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from articles import access
from articles.actions.problems import Invalid
from articles.models import User

from ..channels import outgoing
from ..models import PushSubscription

MOST_BROWSERS = 10


def subscribe(
    user: User, endpoint: str, p256dh: str, auth: str, browser: str = "", *, session: str
) -> PushSubscription:
    """Push to this browser while the session (its digest) lasts. Who shares a browser takes it over: it tells only
    whoever subscribed last.

    The oldest goes when a person has more than ten. Raises Invalid for an address that is not a push service's.
    """
    try:
        outgoing.check(endpoint)
    except outgoing.NotAllowed as problem:
        raise Invalid(endpoint=str(problem)) from None
    if len(endpoint) > 2_000 or not _is_key(p256dh, 65) or not _is_key(auth, 16):
        raise Invalid(keys=_("These are not the keys of a browser."))
    digest = digest_of(endpoint)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        values = {"user": user, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "browser": browser[:120],
                  "session": session, "failures": 0, "problem": ""}  # fmt: skip
        row, _created = PushSubscription.objects.update_or_create(digest=digest, defaults=values)
        own = PushSubscription.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)
        PushSubscription.objects.filter(pk__in=list(own[MOST_BROWSERS:])).delete()
    return row


def digest_of(endpoint: str) -> str:
    """By what a browser finds itself among those that the settings list; it makes the same of its endpoint."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def resume(user: User, endpoint: str, *, session: str) -> None:
    """Push to this browser again, in which they are signed in anew. Raises access.NotFound where it is not theirs:
    they had it forgotten, or it was somebody else's who sat here before."""
    with transaction.atomic():
        if not PushSubscription.objects.filter(user=user, digest=digest_of(endpoint)).update(session=session):
            raise access.NotFound


def unsubscribe(user: User, endpoint: str) -> None:
    """Push to this browser no longer; nothing happens where it is not one of theirs."""
    with transaction.atomic():
        PushSubscription.objects.filter(user=user, digest=digest_of(endpoint)).delete()


def fall_silent(user: User, session: str) -> None:
    """A session has ended: whoever sits there now is shown nothing. `session` is its digest."""
    with transaction.atomic():
        PushSubscription.objects.filter(user=user, session=session).update(session="")


def stay_with(user: User, before: str, after: str) -> None:
    """The password was changed in this session, which has another key since, and ends all others. Digests of both."""
    with transaction.atomic():
        PushSubscription.objects.filter(user=user).exclude(session=before).update(session="")
        PushSubscription.objects.filter(user=user, session=before).update(session=after)


def sessions_ended(sessions: Collection[str]) -> int:
    """The same of many, whoever's they were; gives how many browsers fell silent."""
    with transaction.atomic():
        return PushSubscription.objects.filter(session__in=sessions).update(session="")


def fall_silent_everywhere(user: User) -> None:
    """All sessions of a person have ended."""
    with transaction.atomic():
        PushSubscription.objects.filter(user=user).update(session="")


def forget_browser(user: User, subscription_id: int) -> None:
    """Push to a browser no longer, by its number in the list. Raises access.NotFound."""
    with transaction.atomic():
        if not PushSubscription.objects.filter(user=user, pk=subscription_id).delete()[0]:
            raise access.NotFound


def _is_key(text: str, length: int) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) == length
    except ValueError:
        return False
