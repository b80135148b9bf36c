"""DOCX and ODT to HTML, by pandoc: in a process of its own, with bounds on time and memory, without the network."""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypandoc
from django.utils.translation import gettext as _

from .problems import FileFailed

SECONDS = 45  # less than what a worker may be silent (actions.importing.STALE)
_HEAP = "-M768m"
_MOST_UNPACKED = 200 * 1024 * 1024
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
            _pandoc(), "+RTS", _HEAP, "-RTS", "--from", kind[1:], "--to", "html5", "--standalone", "--wrap=none",
            "--extract-media=.", "--metadata=lang:", "--output=out.html", "in",
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
            for file in sorted((folder / "media").rglob("*"))
            if file.is_file() and not file.is_symlink()
        }
    return Office(html, images)


def _check(data: bytes) -> None:
    """Refuse what would fill memory or disk before pandoc sees it: both formats are zip archives."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileFailed(_("This is not a file of its kind: it cannot be unpacked.")) from None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise FileFailed(_("Unpacked it is too large."))


@cache
def _pandoc() -> str:
    return str(pypandoc.get_pandoc_path())
