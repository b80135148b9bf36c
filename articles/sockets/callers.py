"""Who is at the other end of a socket or stream: the session of a browser, or the token of a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from ..actions.people import session_digest
from ..models import ApiToken, User

Headers = Iterable[tuple[bytes, bytes]]
_CHUNK = 500  # SQLite takes at most 999 parameters in old versions


@dataclass(frozen=True)
class Caller:
    """A signed-in person and by what: the key of a session, or the digest of a token."""

    user_id: int
    name: str
    session_key: str = ""
    token_digest: str = ""
    language: str = ""  # that the person chose; "" for the installation's

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


def identify(many: Iterable[Headers]) -> list[Caller | None]:
    """The callers with these headers, None for who is not signed in. A token, where there is one, goes first.

    At most three queries for each 500.
    """
    credentials = [_credential(headers) for headers in many]
    tokens = {digest: "" for kind, digest in credentials if kind == "token"}
    sessions = {key: "" for kind, key in credentials if kind == "session"}
    by_token: dict[str, User] = {}
    for some in _chunks(list(tokens)):
        rows = ApiToken.objects.filter(digest__in=some, user__is_active=True).select_related("user")
        by_token |= {row.digest: row.user for row in rows}
    by_session = users_of_sessions(list(sessions))

    def caller(kind: str, credential: str) -> Caller | None:
        user = (by_token if kind == "token" else by_session).get(credential)
        if user is None:
            return None
        name = user.get_full_name()
        if kind == "token":
            return Caller(user.pk, name, token_digest=credential, language=user.language)
        return Caller(user.pk, name, session_key=credential, language=user.language)

    return [caller(kind, credential) for kind, credential in credentials]


def still_valid(callers: Iterable[Caller]) -> set[str]:
    """The credentials of these callers that still hold: not deleted, run out, or of before a change of password."""
    valid: set[str] = set()
    owners = {caller.session_key: caller.user_id for caller in callers if caller.session_key}
    for digests in _chunks([caller.token_digest for caller in callers if caller.token_digest]):
        found = ApiToken.objects.filter(digest__in=digests, user__is_active=True)
        valid.update(found.values_list("digest", flat=True))
    valid.update(key for key, user in users_of_sessions(list(owners)).items() if user.pk == owners[key])
    return valid


def _credential(headers: Headers) -> tuple[str, str]:
    """("token", digest) or ("session", key); the key may be empty."""
    scheme, _, secret = header(headers, b"authorization").partition(" ")
    if scheme.lower() == "bearer":
        return "token", ApiToken.digest_of(secret.strip())
    return "session", parse_cookie(header(headers, b"cookie")).get(settings.SESSION_COOKIE_NAME) or ""


def users_of_sessions(keys: list[str]) -> dict[str, User]:
    """Session key → active person, for the sessions that hold. As `django.contrib.auth.get_user` finds it for one."""
    contents: dict[str, dict[str, Any]] = {}
    for some in _chunks([key for key in keys if key]):
        rows = Session.objects.filter(session_key__in=some, expire_date__gt=timezone.now())
        contents |= {row.session_key: row.get_decoded() for row in rows}
    ids = {key: str(content.get(SESSION_KEY, "")) for key, content in contents.items()}
    users: dict[str, User] = {}
    for some in _chunks(list({pk for pk in ids.values() if pk.isdecimal()})):
        users |= {str(user.pk): user for user in User.objects.filter(pk__in=some, is_active=True)}
    return {key: users[pk] for key, pk in ids.items() if pk in users and _same_password(users[pk], contents[key])}


def _same_password(user: User, content: dict[str, Any]) -> bool:
    """Whether the session was made with the password of now; also under a SECRET_KEY that was rotated out."""
    digest = str(content.get(HASH_SESSION_KEY, ""))
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(digest, one) for one in hashes)


def _chunks(values: list[Any]) -> Iterable[list[Any]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
