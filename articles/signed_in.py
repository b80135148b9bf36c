"""The type of a request with a person behind it: after `page` (views) or the API's authentication let it through."""

from __future__ import annotations

from django.http import HttpRequest

from .models.person import User


class SignedInRequest(HttpRequest):
    """A request whose user is signed in and active."""

    user: User


def person(request: HttpRequest) -> User:
    """Who is behind a request that Django's admin let through, which types it as a plain HttpRequest."""
    if not isinstance(request.user, User):
        raise TypeError("This page is for people who have signed in.")
    return request.user
