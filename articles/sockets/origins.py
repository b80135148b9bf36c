"""Where a browser's socket comes from. Cookies go along with sockets from any page of the world, so this is their
CSRF protection; unlike channels' validator it looks at scheme and port too."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from .callers import Headers, header

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_ours(headers: Headers) -> bool:
    """Whether a socket may be opened: from our own address, a trusted one, or by a program (which sends no Origin)."""
    host = header(headers, b"host")
    name, port = _split(host)
    if not name or not validate_host(f"[{name}]" if ":" in name else name, settings.ALLOWED_HOSTS):
        return False
    origin = header(headers, b"origin")
    if not origin:
        return True
    parts = urlsplit(origin)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return False  # "null" of a sandboxed frame, chrome-extension:, …
    scheme = "https" if _is_secure(headers) else "http"
    default = _DEFAULT_PORTS[parts.scheme]
    try:
        theirs = (parts.scheme, parts.hostname, parts.port or default)
    except ValueError:
        return False
    return theirs == (scheme, name, port or _DEFAULT_PORTS[scheme]) or _is_trusted(parts.scheme, parts.netloc.lower())


def _is_secure(headers: Headers) -> bool:
    """Whether the browser speaks TLS: with the proxy before us, which the settings name and nobody else can imitate."""
    configured: tuple[str, str] | None = settings.SECURE_PROXY_SSL_HEADER
    if not configured:
        return False
    name, value = configured
    sent = header(headers, name.removeprefix("HTTP_").replace("_", "-").lower().encode())
    return sent.split(",")[0].strip() == value


def _is_trusted(scheme: str, netloc: str) -> bool:
    """CSRF_TRUSTED_ORIGINS, with Django's wildcard for subdomains: https://*.example.org."""
    for trusted in settings.CSRF_TRUSTED_ORIGINS:
        allowed = urlsplit(trusted)
        if allowed.scheme != scheme:
            continue
        if allowed.netloc == netloc or (
            allowed.netloc.startswith("*.") and netloc.endswith(allowed.netloc.removeprefix("*").lower())
        ):
            return True
    return False


def _split(host: str) -> tuple[str, int | None]:
    """("name", port or None) of a Host header; ("", None) when it is not one."""
    try:
        parts = urlsplit(f"//{host}")
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return "", None
    return ("", None) if parts.path or parts.query or parts.username else (name, port)
