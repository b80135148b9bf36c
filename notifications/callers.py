"""Who is at the other end of a socket or stream: the session of a browser, or the token of a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from articles.actions.people import session_digest
from articles.models import ApiToken, User

Headers = Iterable[tuple[bytes, bytes]]
_CHUNK = 500  # SQLite takes at most 999 parameters in old versions


@dataclass(frozen=True)
class Caller:
    """A signed-in person and by what: the key of a session, or the digest of a token."""

    user_id: int
    name: str
    session_key: str = ""
    token_digest: str = ""

    @property
    def credential(self) -> str:
        """What stands for the caller: the session key or the token digest. Two tabs of a browser share it."""
        return self.session_key or self.token_digest

    @property
    def session(self) -> str:
        """The digest by which the event log names the session; "" for programs."""
        return session_digest(self.session_key) if self.session_key else ""


def header(headers: Headers, name: bytes) -> str:
    """The value of a header (lower-case name), "" when it is absent; of several the last."""
    value = b""
    for key, found in headers:
        if key.lower() == name:
            value = found
    return value.decode("latin-1")


def identify(headers: Headers) -> Caller | None:
    """The caller with these headers, or None. Up to two queries. A token, where there is one, goes first."""
    scheme, _, secret = header(headers, b"authorization").partition(" ")
    if scheme.lower() == "bearer":
        digest = ApiToken.digest_of(secret.strip())
        row = ApiToken.objects.select_related("user").filter(digest=digest, user__is_active=True).first()
        return Caller(row.user_id, row.user.get_full_name(), token_digest=digest) if row else None
    key = parse_cookie(header(headers, b"cookie")).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    content = SessionStore(key).load()
    user = _user_of(content)
    return Caller(user.pk, user.get_full_name(), session_key=key) if user else None


def still_valid(callers: Iterable[Caller]) -> set[str]:
    """The credentials of these callers that still hold: not deleted, run out, or of before a change of password."""
    keys: dict[str, int] = {}
    digests: list[str] = []
    for caller in callers:
        if caller.session_key:
            keys[caller.session_key] = caller.user_id
        else:
            digests.append(caller.token_digest)
    valid: set[str] = set()
    for some in _chunks(digests):
        found = ApiToken.objects.filter(digest__in=some, user__is_active=True)
        valid.update(found.values_list("digest", flat=True))
    users: dict[int, User] = {}
    for ids in _chunks(list(set(keys.values()))):
        users |= {user.pk: user for user in User.objects.filter(pk__in=ids, is_active=True)}
    for some in _chunks(list(keys)):
        for session in Session.objects.filter(session_key__in=some, expire_date__gt=timezone.now()):
            user, content = users.get(keys[session.session_key]), session.get_decoded()
            if user and str(content.get(SESSION_KEY)) == str(user.pk) and _same_password(user, content):
                valid.add(session.session_key)
    return valid


def _user_of(content: dict[str, Any]) -> User | None:
    """The active person of a session, as `django.contrib.auth.get_user` finds it."""
    try:
        pk = int(content[SESSION_KEY])
    except (KeyError, ValueError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and _same_password(user, content) else None


def _same_password(user: User, content: dict[str, Any]) -> bool:
    """Whether the session was made with the password of now; also under a SECRET_KEY that was rotated out."""
    digest = str(content.get(HASH_SESSION_KEY, ""))
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(digest, one) for one in hashes)


def _chunks(values: list[Any]) -> Iterable[list[Any]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
