"""HTTP to addresses that others have chosen, without letting them reach what only this machine can (SSRF).

A name is looked up once, every address that it has must be a public one, and the connection goes to just that address:
a name that answers differently the second time gains nothing. Redirects are not followed. What a centre runs itself
(a chat server in its own network) is named in OUTGOING_PRIVATE_HOSTS; only there plain HTTP is taken.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

TIMEOUT_SECONDS = 10
LONGEST_ANSWER = 4_096


class NotAllowed(ValueError):
    """The address is none that we send to; the message says why."""


@dataclass(frozen=True)
class Answer:
    """What the other side said; of a body only the beginning."""

    status: int
    body: str
    retry_after: str = ""

    def must_be_good(self) -> None:
        """Raises http.client.HTTPException for everything but success: a redirect is not followed."""
        if not 200 <= self.status < 300:
            raise http.client.HTTPException(f"{self.status}: {self.body[:200]}")


def check(url: str) -> SplitResult:
    """The parts of an address that we may send to, as far as the address itself tells. Raises NotAllowed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed(_("This is not an address.")) from None
    host = (parts.hostname or "").lower()
    if not host or parts.username or parts.password or parts.fragment:
        raise NotAllowed(_("An address is https://, a name and a path, without a user or a password."))
    own = host in settings.OUTGOING_PRIVATE_HOSTS
    if parts.scheme != "https" and not (own and parts.scheme == "http"):
        raise NotAllowed(_("Only addresses that begin with https:// are sent to."))
    if not own and port not in (None, 443, 8443):
        raise NotAllowed(_("Only the ports 443 and 8443 are sent to."))
    if not own and _is_number(host) and not _is_public(host):
        raise NotAllowed(_("The address is in a private network."))
    return parts


def resolve(parts: SplitResult) -> tuple[str, int]:
    """The address and port to connect to. Raises NotAllowed when a name leads into a private network, OSError."""
    host = (parts.hostname or "").lower()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host not in settings.OUTGOING_PRIVATE_HOSTS and not all(_is_public(address) for address in found):
        raise NotAllowed(_("The name leads into a private network."))
    return found[0], port


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send to an address that somebody else has chosen. Raises NotAllowed, OSError, http.client.HTTPException."""
    parts = check(url)
    address, port = resolve(parts)
    connection = http.client.HTTPConnection(parts.hostname or "", port, timeout=TIMEOUT_SECONDS)
    sock = socket.create_connection((address, port), TIMEOUT_SECONDS)
    try:
        if parts.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=parts.hostname)
        connection.sock = sock
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {**headers, "Host": parts.netloc, "User-Agent": "kbcentre"})
        response = connection.getresponse()
        said = response.read(LONGEST_ANSWER).decode("utf-8", "replace")
        return Answer(response.status, said, response.headers.get("Retry-After", ""))
    finally:
        connection.close()
        sock.close()


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (mapped is None or mapped.is_global)
