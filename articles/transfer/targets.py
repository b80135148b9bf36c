"""What an export is written to: a new folder, or a new zip archive."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

from .problems import SourceError


class FolderTarget:
    """A folder that is not there yet, or is empty: an export never overwrites anything."""

    def __init__(self, folder: Path) -> None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SourceError(_("%(path)s exists and is not an empty folder. Choose another.") % {"path": folder})
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, path: str, data: bytes) -> None:
        """Add a file; `path` has "/" between its parts and was made by us."""
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as stream:
            stream.write(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class ZipTarget:
    """A zip archive that is not there yet; one that could not be finished is taken away again."""

    def __init__(self, file: Path) -> None:
        if file.exists():
            raise SourceError(_("%(path)s exists. Choose another name.") % {"path": file})
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self._archive = zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED)

    def write(self, path: str, data: bytes) -> None:
        """Add a file."""
        self._archive.writestr(path, data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.close()
        if error is not None:
            self._file.unlink(missing_ok=True)


Target = FolderTarget | ZipTarget


def open_target(path: Path) -> Target:
    """A folder, or an archive when the name ends with ".zip". Raises SourceError when something is there already."""
    return ZipTarget(path) if path.suffix.lower() == ".zip" else FolderTarget(path)
