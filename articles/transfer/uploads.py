"""What people upload to import waits as a zip archive under DATA_DIR/imports until the worker comes to it."""

from __future__ import annotations

import os
import secrets
import shutil
import time
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import ImportJob

from .pages import is_article
from .problems import SourceError
from .sources import ZipSource, open_source

ORPHANED_AFTER = 24 * 3600  # seconds; such an archive was left by a process that died while storing it


def archive_folder() -> Path:
    """Where uploaded archives wait."""
    folder = Path(settings.DATA_DIR) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def store(files: Sequence[UploadedFile]) -> tuple[str, str]:
    """Keep what was uploaded: one zip archive, or files of which an archive is made.

    Gives the name of the archive in `archive_folder`, and a name for people. Raises SourceError, with nothing kept,
    when it is too large, cannot be read, or holds nothing that could become an article.
    """
    _delete_orphans()
    if not files:
        raise SourceError(_("Choose a zip archive, or one or several files."))
    if sum(file.size or 0 for file in files) > settings.IMPORT_MAX_BYTES:
        raise SourceError(too_large())
    archive = archive_folder() / f"{secrets.token_hex(16)}.zip"
    try:
        with archive.open("xb") as stream:
            if len(files) == 1 and _is_zip(files[0]):
                files[0].seek(0)
                shutil.copyfileobj(files[0], stream)
            else:
                _pack(files, stream)
            stream.flush()
            os.fsync(stream.fileno())
        _check(archive)
    except BaseException:
        archive.unlink(missing_ok=True)
        raise
    return archive.name, _name_of(files)


def too_large() -> str:
    """What is said of an upload over the limit."""
    limit = settings.IMPORT_MAX_BYTES // (1024 * 1024)
    return _("That is more than %(limit)d MB. Split it, or let an administrator import the folder by command.") % {
        "limit": limit
    }


def delete_archive(name: str) -> None:
    """Delete an archive that is not needed any more."""
    (archive_folder() / Path(name).name).unlink(missing_ok=True)


def _delete_orphans() -> None:
    open_states = [ImportJob.State.QUEUED, ImportJob.State.RUNNING]
    waiting = set(ImportJob.objects.filter(state__in=open_states).values_list("archive", flat=True))
    for file in archive_folder().iterdir():
        if file.name not in waiting and time.time() - file.stat().st_mtime > ORPHANED_AFTER:
            file.unlink(missing_ok=True)


def _is_zip(file: UploadedFile) -> bool:
    """DOCX and ODT are zip archives too, but are named otherwise."""
    return not is_article(file.name or "")


def _pack(files: Sequence[UploadedFile], stream: object) -> None:
    """An archive of single files, by their base names; of two with one name both are kept."""
    names: set[str] = set()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for file in files:
            path = PurePosixPath(unicodedata.normalize("NFC", (file.name or "file").replace("\\", "/")))
            name, number = path.name, 2
            while name in names:
                name, number = f"{path.stem}-{number}{path.suffix}", number + 1
            names.add(name)
            file.seek(0)
            with archive.open(name, "w") as member:
                shutil.copyfileobj(file, member)


def _check(archive: Path) -> None:
    """Tell at once what the worker would only tell later."""
    with open_source(archive) as source:
        assert isinstance(source, ZipSource)
        if not any(is_article(path) for path in source.paths) and not source.refused:
            raise SourceError(_("There is no Markdown, HTML, DOCX or ODT file in it."))


def _name_of(files: Sequence[UploadedFile]) -> str:
    first = PurePosixPath((files[0].name or "").replace("\\", "/")).name or _("upload")
    if len(files) == 1:
        return first
    more = len(files) - 1
    return ngettext("%(first)s and %(more)d more file", "%(first)s and %(more)d more files", more) % {
        "first": first,
        "more": more,
    }
