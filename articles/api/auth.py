"""Who is calling: the session of a browser (with CSRF), or a token of a program."""

from __future__ import annotations

import math
import time
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth
from ninja.throttling import BaseThrottle

from ..models import ApiToken, User


class PersonSession(SessionAuth):
    """A signed-in browser. Inactive accounts have no session: Django's backend drops them."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any | None:
        return request.user if request.user.is_authenticated and request.user.is_active else None


class PersonToken(HttpBearer):
    """`Authorization: Bearer TOKEN`, as printed by `manage.py create_api_token`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any | None:
        user = user_of_token(token)
        if user is not None:
            request.user = user
        return user


def user_of_token(secret: str) -> User | None:
    """The active person for whom this token was made, or None."""
    row = ApiToken.objects.select_related("user").filter(digest=ApiToken.digest_of(secret)).first()
    return row.user if row and row.user.is_active else None


class CallsPerPerson(BaseThrottle):
    """At most 1,000 calls in 10 seconds: twice what the interface promises, far below what would hurt others."""

    window, limit = 10, 1_000

    def allow_request(self, request: HttpRequest) -> bool:
        who = request.user.pk if request.user.is_authenticated else request.META.get("REMOTE_ADDR")
        key = f"api-calls:{who}:{int(time.time() // self.window)}"
        if cache.add(key, 1, self.window * 2):
            return True
        try:
            return cache.incr(key) <= self.limit
        except ValueError:  # it expired between the two
            return True

    def wait(self) -> float:
        return math.ceil(self.window - time.time() % self.window)
