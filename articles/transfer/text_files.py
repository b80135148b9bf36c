"""Bytes of a text file to text, whatever wrote it."""

from __future__ import annotations

import codecs
import re

from django.utils.translation import gettext as _

from .problems import FileFailed

MAX_TEXT_BYTES = 32 * 1024 * 1024  # a document holds 2 MB; the rest can be images that are written into the text
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_META_CHARSET = re.compile(
    rb"""<meta[^>]+charset\s*=\s*["']?\s*((?:utf|iso|windows|cp|mac|us)[A-Za-z0-9_\-]{2,20})""", re.IGNORECASE
)


def decode(data: bytes, *, html: bool = False, most: int = MAX_TEXT_BYTES) -> tuple[str, list[str]]:
    """Text with "\\n" line ends, and what was lost in reading it.

    UTF-8, or what a byte order mark (or in HTML a meta element) says, else Windows-1252, the Western European of old
    programs. Raises FileFailed for what is no text, or larger than `most` bytes.
    """
    if len(data) > most:
        limit = most // (1024 * 1024)
        raise FileFailed(_("The text is larger than %(limit)d MB. Split it into several files.") % {"limit": limit})
    text, losses = _decoded(data, html)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(_CONTROL.findall(text)) > len(text) // 100:
        raise FileFailed(_("This is not a text file: it holds binary data."))
    return text, losses


def _decoded(data: bytes, html: bool) -> tuple[str, list[str]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), []
    if b"\x00" in data:
        raise FileFailed(_("This is not a text file: it holds binary data."))
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    if html and (named := _META_CHARSET.search(data[:4096])):
        try:
            return data.decode(named[1].decode("ascii")), []
        except (LookupError, UnicodeDecodeError):
            pass
    losses = [_("The file is not UTF-8; it was read as Windows-1252. Look at its accented letters.")]
    return data.decode("cp1252", "replace"), losses
