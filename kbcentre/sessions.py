"""Who is behind a request: Django's sessions and people in the database, looked up with prepared queries."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import middleware
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from articles.models import User
from articles.prepared import Prepared, Slot

_SESSION = Prepared(
    lambda: Session.objects.filter(
        session_key=Slot("key", Session._meta.get_field("session_key")),
        expire_date__gt=Slot("now", Session._meta.get_field("expire_date")),
    )
)
_PERSON = Prepared(lambda: User.objects.filter(pk=Slot("pk", User._meta.pk)).order_by())


class SessionStore(db.SessionStore):
    """Django's own sessions, with a cheaper look at the table. The setting SESSION_ENGINE names the module."""

    def _get_session_from_db(self) -> Session | None:
        found = _SESSION.one(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found


class AuthenticationMiddleware(middleware.AuthenticationMiddleware):
    """Django's, without its promise of a person: each page asks for it, and hundreds of times each goes through it."""

    def process_request(self, request: HttpRequest) -> None:
        """Look up who is behind the request at once."""
        super().process_request(request)
        request.user = middleware.get_user(request)


class PersonBackend(AuthenticationBackend):
    """allauth's sign-in, with a cheaper look at the person of a session."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session; None when they are gone, or their account is closed."""
        found = _PERSON.one(pk=user_id)
        return found if found is not None and self.user_can_authenticate(found) else None
