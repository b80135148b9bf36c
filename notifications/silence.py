"""Nothing is pushed to a browser in which its person is not signed in any more, however that came about."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.utils import timezone

from articles.actions.people import session_digest
from articles.models import Event
from articles.sockets.callers import users_of_sessions

from .actions import pushing
from .models import PushSubscription
from .telling.kinds import when

AT_ONCE = 500


def fall_silent(user_id: int | None = None) -> int:
    """Silence the browsers (of one person, or of all) whose session was deleted, ran out or is of before a change of
    password, or whose person's account is closed. Gives how many.

    Only digests are kept with browsers, so the keys of all sessions are gone through; held are those of browsers.
    """
    rows = PushSubscription.objects.exclude(session="").order_by()
    rows = rows if user_id is None else rows.filter(user=user_id)
    owners = dict(rows.values_list("session", "user_id"))
    if not owners:
        return 0
    living = Session.objects.filter(expire_date__gt=timezone.now()).values_list("session_key", flat=True)
    keys = [key for key in living.iterator(chunk_size=AT_ONCE) if session_digest(key) in owners]
    users = {session_digest(key): user.pk for key, user in users_of_sessions(keys).items()}
    return pushing.sessions_ended([session for session, owner in owners.items() if users.get(session) != owner])


def _after(event: Event) -> None:
    if event.person_id is not None:  # without one a role changed: nobody is signed out by that
        fall_silent(event.person_id)


when("user.access_changed", _after)
