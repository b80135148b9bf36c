"""Nothing is pushed to a browser in which its person is not signed in any more, however that came about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.contrib.sessions.models import Session
from django.utils import timezone

from articles.actions.people import session_digest
from articles.models import Event
from articles.sockets.callers import users_of_sessions

from .models import PushSubscription
from .telling.kinds import when

AT_ONCE = 500


def fall_silent(user_id: int | None = None) -> int:
    """Silence the browsers (of one person, or of all) whose session was deleted, ran out or is of before a change of
    password, or whose person's account is closed. Gives how many.

    Only digests are kept with browsers, so the keys of all sessions are gone through, but few are held at a time.
    """
    rows = PushSubscription.objects.exclude(session="").order_by()
    rows = rows if user_id is None else rows.filter(user=user_id)
    owners = dict(rows.values_list("session", "user_id"))
    if not owners:
        return 0
    keys = Session.objects.filter(expire_date__gt=timezone.now()).values_list("session_key", flat=True)
    pushed_to = (key for key in keys.iterator(chunk_size=AT_ONCE) if session_digest(key) in owners)
    for some in _chunks(pushed_to):
        for key, user in users_of_sessions(some).items():
            if owners[session_digest(key)] == user.pk:
                del owners[session_digest(key)]
    return sum(PushSubscription.objects.filter(session__in=some).update(session="") for some in _chunks(iter(owners)))


def _chunks(values: Iterator[str]) -> Iterable[list[str]]:
    return iter(lambda: list(islice(values, AT_ONCE)), [])


def _after(event: Event) -> None:
    if event.person_id is not None:  # without one a role changed: nobody is signed out by that
        fall_silent(event.person_id)


when("user.access_changed", _after)
