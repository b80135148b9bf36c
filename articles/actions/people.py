"""People and their roles. Every change of what somebody may do is an event, so open pages follow at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, time, timedelta

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from .. import access, events
from ..centre_time import moment_of
from ..models import ApiToken, User
from . import reviewing
from .problems import Invalid

LONGEST_ABSENCE = timedelta(days=2 * 366)
ONE_DAY, MORNING = timedelta(days=1), time(8)


def create_user(
    actor: User | None,
    username: str,
    *,
    password: str | None = None,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    language: str = "",
    roles: Iterable[str] = (),
    superuser: bool = False,
) -> User:
    """A new person. Without a password they cannot sign in until one is set (reset by e-mail, or in the admin).

    `actor` is None for the command line, which stands above the rights. Raises access.Forbidden, Invalid.
    """
    if actor is not None:
        access.require(actor, "manage_people")
    user = User(
        username=username, first_name=first_name, last_name=last_name, email=email, language=language,
        is_superuser=superuser, is_staff=superuser,
    )  # fmt: skip
    user.set_password(password)
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as problem:
        raise Invalid(**{name: " ".join(texts) for name, texts in problem.message_dict.items()}) from None
    with transaction.atomic():
        user.save()
        user.groups.set(_groups(roles))
        events.record(actor, events.UserAccessChanged(user))
    return user


def set_user_roles(actor: User | None, user_id: int, roles: Iterable[str]) -> User:
    """Make the roles of a person exactly these (slugs; `everyone` is held by all and need not be named).

    Raises access.NotFound/Forbidden, Invalid for a role that does not exist.
    """
    if actor is not None:
        access.require(actor, "manage_people")
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
        if user is None:
            raise access.NotFound
        before = access.read_view(user.pk)
        user.groups.set(_groups(roles))
        reviewing.tell_successors(user, before)
        events.record(actor, events.UserAccessChanged(user))
    return user


def set_active(actor: User | None, user_id: int, active: bool) -> User:
    """Close an account, or open it again. Raises access.NotFound/Forbidden."""
    if actor is not None:
        access.require(actor, "manage_people")
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
        if user is None:
            raise access.NotFound
        before = access.read_view(user.pk)
        user.is_active = active
        user.save(update_fields=["is_active"])
        reviewing.tell_successors(user, before)
        events.record(actor, events.UserAccessChanged(user))
    return user


def set_absence(actor: User, user_id: int, until: date | None) -> User:
    """Somebody is away up to and with a day, or back (None): said by themselves, or by a manager.

    What was must-read meanwhile is asked on their return: now, or in the morning after that day.
    Raises access.NotFound/Forbidden, Invalid.
    """
    if actor.pk != user_id:
        access.require(actor, "manage_people")
    today = timezone.localdate()
    if until is not None and not today <= until <= today + LONGEST_ABSENCE:
        raise Invalid(absent_until=_("Choose a day from today on, within two years."))
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
        if user is None:
            raise access.NotFound
        if until is None:
            if user.back_from is None and not user.is_absent(today):
                return user
            # They were away until yesterday: deadlines count from then.
            user.absent_until, user.back_from = today - ONE_DAY, timezone.now()
        elif until == user.absent_until:
            return user
        else:
            user.absent_until, user.back_from = until, moment_of(until + ONE_DAY, MORNING)
        user.save(update_fields=["absent_until", "back_from"])
        events.record(actor, events.AbsenceChanged(user, until.isoformat() if until else None))
    return user


def tell_access_changed(actor: User | None, user: User | None) -> None:
    """Record that a person's rights changed by other means (the admin's own form); None: everybody's may have."""
    with transaction.atomic():
        events.record(actor, events.UserAccessChanged(user))


def session_digest(session_key: str) -> str:
    """What the log holds of a session: SHA-256, so that reading the log takes over nobody's session."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def tell_signed_out(user: User, session_key: str) -> None:
    """Record that a session ended, so that its sockets in other tabs are closed."""
    with transaction.atomic():
        events.record(user, events.UserAccessChanged(user, session_digest(session_key)))


def create_role(actor: User | None, name: str) -> Group:
    """A new role; its name is its slug. Raises access.Forbidden, Invalid."""
    if actor is not None:
        access.require(actor, "manage_people")
    slug = slugify(name)[:60]
    if not slug:
        raise Invalid(name=_("Give the role a name with letters or digits."))
    with transaction.atomic():
        group, created = Group.objects.get_or_create(name=slug)
        if not created:
            raise Invalid(name=_("There is a role of that name already."))
        events.record(actor, events.UserAccessChanged(None))
    return group


def create_api_token(user: User, name: str = "") -> str:
    """A new token for a person; the secret is returned this once and cannot be read again."""
    secret = ApiToken.new_secret()
    with transaction.atomic():
        ApiToken.objects.create(user=user, name=name[:100], digest=ApiToken.digest_of(secret))
    return secret


def change_preferences(
    user: User,
    *,
    language: str | None = None,
    theme: str | None = None,
    single_keys: bool | None = None,
    tour_done: bool | None = None,
) -> User:
    """A person's own choices of language ("", en, sv), theme (models.person.Theme), single-key shortcuts, and whether
    the tour is no longer offered to them. Raises Invalid.
    """
    named = {"language": language, "theme": theme, "single_keys": single_keys, "tour_done": tour_done}
    changed = [name for name, value in named.items() if value is not None]
    with transaction.atomic():
        for name in changed:
            setattr(user, name, named[name])
        try:
            user.clean_fields(exclude=[f.name for f in User._meta.fields if f.name not in changed])
        except ValidationError as problem:
            raise Invalid(**{name: " ".join(texts) for name, texts in problem.message_dict.items()}) from None
        if changed:
            user.save(update_fields=changed)
    return user


def _groups(roles: Iterable[str]) -> list[Group]:
    names = {str(role) for role in roles} - {access.EVERYONE}
    found = list(Group.objects.filter(name__in=names))
    if missing := sorted(names - {group.name for group in found}):
        raise Invalid(roles=_("There is no role named %(name)s.") % {"name": ", ".join(missing)})
    return found
