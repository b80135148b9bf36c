"""DOCX and ODT to HTML, by pandoc: in a process of its own, with bounds on time and memory, without the network."""

from __future__ import annotations

import io
import os
import re
import subprocess
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import pypandoc
from django.utils.translation import gettext as _
from lxml import etree

from .problems import FileFailed

_OFFICE, _TEXT, _STYLE = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "text", "style")
)
# Footnotes stand in a list at the end; within an article nothing can lead to them and back.
_NOTE_BACK = re.compile(r'<a\s[^>]*class="footnote-back"[^>]*>.*?</a>', re.DOTALL)
_NOTE_MARK = re.compile(r'<a\s[^>]*class="footnote-ref"[^>]*>(.*?)</a>', re.DOTALL)
SECONDS = 45  # less than what a worker may be silent (actions.importing.STALE)
_HEAP = "-M768m"
MOST_UNPACKED = 200 * 1024 * 1024
_MOST_PARTS = 5_000


@dataclass(frozen=True)
class Office:
    """The HTML of an office file, and its images by the source that the HTML names."""

    html: str
    images: dict[str, bytes]


def to_html(data: bytes, kind: str) -> Office:
    """Convert the bytes of a file of `kind` ".docx" or ".odt". Raises FileFailed when it cannot be read."""
    _check(data)
    with tempfile.TemporaryDirectory(prefix="kb-office-") as name:
        folder = Path(name)
        (folder / "in").write_bytes(data)
        command = [
            _pandoc(), "+RTS", _HEAP, "-RTS", "--sandbox", "--from", kind[1:], "--to", "html5", "--standalone",
            "--wrap=none", "--extract-media=.", "--metadata=lang:", "--variable=pagetitle:", "--output=out.html", "in",
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, timeout=SECONDS, check=False,
                env={"PATH": os.environ.get("PATH", ""), "HOME": name, "LANG": "C.UTF-8"},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise FileFailed(_("Converting it took longer than %(seconds)d seconds.") % {"seconds": SECONDS}) from None
        if done.returncode:
            reason = done.stderr.decode("utf-8", "replace").strip().split("\n")[0][:200]
            raise FileFailed(_("It cannot be converted: %(reason)s.") % {"reason": reason.rstrip(".")})
        html = (folder / "out.html").read_text(encoding="utf-8")
        images = {
            f"./{file.relative_to(folder).as_posix()}": file.read_bytes()
            for file in sorted(folder.glob("*/**/*"))  # what pandoc took out lies in folders of its own
            if file.is_file() and not file.is_symlink()
        }
    title = _odt_title(data) if kind == ".odt" else ""
    if title:
        html = html.replace(f"<p>{escape(title, quote=False)}</p>", f"<h1>{escape(title)}</h1>", 1)
    return Office(_NOTE_MARK.sub(r"\1", _NOTE_BACK.sub("", html)), images)


def _odt_title(data: bytes) -> str:
    """The first paragraph of an ODT file when its style is "Title"; pandoc makes a plain paragraph of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = etree.fromstring(archive.read("content.xml"), etree.XMLParser(resolve_entities=False))
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error):
        return ""
    first = root.find(f".//{_OFFICE}text/{_TEXT}p")
    if first is None:
        return ""
    style = first.get(f"{_TEXT}style-name", "")
    for named in root.iterfind(f".//{_STYLE}style"):
        if named.get(f"{_STYLE}name") == style:
            style = named.get(f"{_STYLE}parent-style-name", style)
    return "".join(str(part) for part in first.itertext()) if style == "Title" else ""


def _check(data: bytes) -> None:
    """Refuse what would fill memory or disk before pandoc sees it: both formats are zip archives."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileFailed(_("This is not a file of its kind: it cannot be unpacked.")) from None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileFailed(_("Unpacked it is too large."))


@cache
def _pandoc() -> str:
    return str(pypandoc.get_pandoc_path())
