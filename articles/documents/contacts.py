"""Telephone numbers, mail and web addresses in contact fields: what a reader can press."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PHONE = re.compile(r"(?<![\w+])\+?\(?[0-9](?:[ \u00a0().\-–/]{0,3}[0-9]){4,17}(?![\w])")
_MAIL = re.compile(r"(?<![\w.+\-])[A-Za-z0-9_.+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}(?![\w@])")
_WEB = re.compile(r"(?:https?://|www\.)[^\s<>\"']{3,500}[^\s<>\"'.,;:!?)]", re.IGNORECASE)
_DOMESTIC_ZERO = re.compile(r"\(0\)")
_NOT_DIALLED = re.compile(r"[^0-9+]")


def linked_parts(kind: str, text: str) -> Iterator[tuple[str, str | None]]:
    """The text of a contact field in pieces, each with the address that it leads to or None.

    `kind` is the kind of the field; only phone, email and web lead anywhere.
    """
    pattern = {"phone": _PHONE, "email": _MAIL, "web": _WEB}.get(kind)
    position = 0
    for found in pattern.finditer(text) if pattern else ():
        if found.start() > position:
            yield text[position : found.start()], None
        yield found[0], _address(kind, found[0])
        position = found.end()
    if position < len(text):
        yield text[position:], None


def _address(kind: str, text: str) -> str:
    if kind == "email":
        return f"mailto:{text}"
    if kind == "web":
        return text if text.lower().startswith("http") else f"https://{text}"
    number = _DOMESTIC_ZERO.sub("", text) if text.startswith("+") else text  # +46 (0)19 is dialled +4619
    return f"tel:{_NOT_DIALLED.sub('', number)}"
