"""Which addresses a link or an image may have, and what they mean to us."""

from __future__ import annotations

import re

from .characters import clean_value

LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel", "sms"})
IMAGE_SCHEMES = frozenset({"http", "https"})
MAX_ADDRESS = 4_000  # characters; longer than any browser or mail program is sure to follow

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_NOT_PRINTED = re.compile(r"[\x00-\x20\x7f]+")
_ARTICLE = re.compile(r"/articles/(\d{1,18})(?:/(?!images/)|[?#]|\Z)")
_IMAGE = re.compile(r"/articles/\d{1,18}/images/(\d{1,18})(?:/|[?#]|\Z)")


def clean_link(address: str) -> str | None:
    """The address as a link may carry it, or None when it must not be followed (javascript:, data:, file: …).

    Browsers ignore white space around an address and line ends inside it (https://url.spec.whatwg.org/#url-parsing),
    so they are taken out before the scheme is looked at; a space inside is written %20.
    """
    return _clean(address, LINK_SCHEMES)


def clean_image(address: str) -> str | None:
    """The same for the source of an image: a path, or a web address."""
    return _clean(address, IMAGE_SCHEMES)


def _clean(address: str, schemes: frozenset[str]) -> str | None:
    address = address.strip("".join(map(chr, range(0x21))))
    for ignored in "\t\n\r":
        address = address.replace(ignored, "")
    address = clean_value(address).replace(" ", "%20")
    if not address or len(address) > MAX_ADDRESS or _NOT_PRINTED.search(address):
        return None
    scheme = _SCHEME.match(address)
    return None if scheme and scheme[1].lower() not in schemes else address


def is_external(address: str) -> bool:
    """Whether the address leaves this installation: browsers read a backslash as a slash."""
    start = address[:8].replace("\\", "/").lower()
    return start.startswith(("//", "http:", "https:"))


def article_of(address: str) -> int | None:
    """The article that an address inside this installation leads to."""
    found = _ARTICLE.match(address)
    return int(found[1]) if found else None


def image_of(address: str) -> int | None:
    """The stored image that an address inside this installation names."""
    found = _IMAGE.match(address)
    return int(found[1]) if found else None
