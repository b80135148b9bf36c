"""As whom a command acts."""

from __future__ import annotations

from django.core.management.base import CommandError

from articles.models import User


def acting_user(username: str | None) -> User:
    """The active person of that name, or the first administrator. Raises CommandError when there is none."""
    people = User.objects.filter(is_active=True)
    if username:
        found = people.filter(username=username).first()
        if found is None:
            raise CommandError(f"There is no active user {username!r}.")
        return found
    first = people.filter(is_superuser=True).order_by("pk").first()
    if first is None:
        raise CommandError("There is no administrator yet. Make one (createuser), or say who you are with --as USER.")
    return first
