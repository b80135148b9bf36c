"""What `manage.py check --deploy` says about settings and data that do not belong in production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import DatabaseError

DEMO_NAMES = ("clara", "carl", "erik", "ella", "maria", "admin")


@register(Tags.security, deploy=True)
def settings_for_production(**_kwargs: Any) -> list[CheckMessage]:
    """Combinations that work on one's own machine and must not face a public."""
    found: list[CheckMessage] = []
    if not settings.REDIS_URL:
        found.append(
            Caution(
                "REDIS_URL is not set, so there can be only one process.",
                hint="With gunicorn beside daphne, set REDIS_URL; else changes reach open pages a second later.",
                id="kbcentre.W001",
            )
        )
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(
            Caution(
                "The database is SQLite, which one machine can use.",
                hint="Set DATABASE_URL=postgres://… for several machines, or when hundreds write at once.",
                id="kbcentre.W002",
            )
        )
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        found.append(
            Caution(
                "EMAIL_URL is not set: password resets are printed instead of sent.",
                hint="Set EMAIL_URL=smtp://host:port.",
                id="kbcentre.W003",
            )
        )
    return found


@register(Tags.security, deploy=True)
def no_demo_passwords(**_kwargs: Any) -> list[CheckMessage]:
    """The sign-ins of the demo centre are known to everybody."""
    from articles.models import User

    try:
        people = list(User.objects.filter(username__in=DEMO_NAMES, is_active=True))
    except DatabaseError:
        return []  # not migrated yet: nobody can sign in at all
    open_to_all = [user.username for user in people if check_password("demo", user.password)]
    if not open_to_all:
        return []
    return [
        Error(
            f"The password of {', '.join(open_to_all)} is the one of the demo centre.",
            hint="Give them others, or close the accounts in the admin.",
            id="kbcentre.E001",
        )
    ]
