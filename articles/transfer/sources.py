"""What is imported from: a folder, or a zip archive that somebody may have made with bad intentions.

A source gives the files that may be read, by their path inside it ("permits/fees.md", always with "/", in Unicode's
composed form), and the files that must not be, with the reason. Nothing is ever unpacked to the disk.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from django.utils.translation import gettext as _

from .problems import FileFailed, SourceError

MAX_PATH = 500  # characters; what ImportSource.path holds
_NEVER_ASKED_FOR = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini", "node_modules"})


@dataclass(frozen=True)
class Limits:
    """How much a source may hold: what an honest handbook never reaches, and a small machine survives."""

    files: int = 20_000
    file_bytes: int = 64 * 1024 * 1024
    total_bytes: int = 2 * 1024 * 1024 * 1024
    ratio: int = 100  # of unpacked to packed bytes, for files over a megabyte; text reaches 10
    directory_bytes: int = 8 * 1024 * 1024  # of the table of contents of an archive, which is read at once


class Source:
    """Files by path. `refused` maps the paths that must not be read to the reason, a sentence."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.refused: dict[str, str] = {}
        self._sizes: dict[str, int] = {}
        self._total = 0

    @property
    def paths(self) -> list[str]:
        """The paths of all files that may be read, sorted."""
        return sorted(self._sizes)

    def __contains__(self, path: str) -> bool:
        return path in self._sizes

    def size(self, path: str) -> int:
        """Bytes of a file, unpacked. Raises KeyError when there is none of that path."""
        return self._sizes[path]

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises FileFailed when they cannot be read, KeyError when there is no such file."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self, path: str, size: int) -> None:
        """Note a readable file. Raises SourceError when the source as a whole becomes too large."""
        if size > self.limits.file_bytes:
            megabytes = self.limits.file_bytes // (1024 * 1024)
            self.refused[path] = _("It is larger than %(limit)d MB.") % {"limit": megabytes}
            return
        self._sizes[path] = size
        self._total += size
        if len(self._sizes) > self.limits.files:
            raise SourceError(
                _("It holds more than %(limit)d files. Import it in parts.") % {"limit": self.limits.files}
            )
        if self._total > self.limits.total_bytes:
            raise SourceError(_("Unpacked it is larger than %(limit)d MB. Import it in parts.")
                              % {"limit": self.limits.total_bytes // (1024 * 1024)})  # fmt: skip


def open_source(path: Path, limits: Limits | None = None) -> Source:
    """The folder or zip archive at `path`. Raises SourceError when it is neither, or too large, or hostile."""
    limits = limits or Limits()
    if path.is_dir():
        return FolderSource(path, limits)
    if not path.is_file():
        raise SourceError(_("There is no folder and no archive at %(path)s.") % {"path": path})
    return ZipSource(path, limits)


class FolderSource(Source):
    """A folder on this machine. Links in it are not followed: they could lead anywhere."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        super().__init__(folder.resolve().name, limits)
        self._real: dict[str, Path] = {}
        for above, folders, files in os.walk(folder):
            folders[:] = sorted(name for name in folders if not _is_noise(name))
            for name in [*files, *(one for one in folders if Path(above, one).is_symlink())]:
                if not _is_noise(name):
                    self._look_at(Path(above, name), folder)

    def _look_at(self, real: Path, folder: Path) -> None:
        path = unicodedata.normalize("NFC", real.relative_to(folder).as_posix())
        if problem := _path_problem(path):
            self.refused[printable(path)] = problem
            return
        about = real.lstat()
        if stat.S_ISLNK(about.st_mode):
            self.refused[path] = _("It is a link to another place; links are not followed.")
        elif stat.S_ISREG(about.st_mode):
            self._real[path] = real
            self._accept(path, about.st_size)

    def read(self, path: str) -> bytes:
        real, expected = self._real[path], self.size(path)
        try:
            # Looked at again while opening: somebody may have put a link there since.
            with os.fdopen(os.open(real, os.O_RDONLY | os.O_NOFOLLOW), "rb") as stream:
                data = stream.read(self.limits.file_bytes + 1)
        except OSError as problem:
            raise FileFailed(_("It cannot be read: %(problem)s.") % {"problem": problem.strerror}) from None
        if len(data) > max(expected, self.limits.file_bytes):
            raise FileFailed(_("It grew while it was read."))
        return data


class ZipSource(Source):
    """A zip archive. Only what it says about itself is believed that can be checked while reading."""

    def __init__(self, file: Path, limits: Limits) -> None:
        super().__init__(file.stem, limits)
        self._stream = _BoundedReads(file.open("rb"), limits.directory_bytes)
        try:
            self._zip = zipfile.ZipFile(self._stream)
            self._members: dict[str, zipfile.ZipInfo] = {}
            for member in self._zip.infolist():
                self._look_at(member)
            self._strip_wrapping_folder()
        except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, EOFError) as problem:
            self._stream.close()
            raise SourceError(_("This is not a zip archive that can be read (%(problem)s). Pack it again.")
                              % {"problem": problem}) from None  # fmt: skip
        except BaseException:
            self._stream.close()
            raise

    def _look_at(self, member: zipfile.ZipInfo) -> None:
        path = _member_name(member)
        if member.is_dir() or any(_is_noise(part) for part in path.split("/")):
            return
        if problem := _path_problem(path) or self._member_problem(member):
            self.refused[printable(path)] = problem
        elif path in self._members:
            self.refused[path] = _("The archive holds two files of this name; the first was taken.")
        else:
            self._members[path] = member
            self._accept(path, member.file_size)

    def _member_problem(self, member: zipfile.ZipInfo) -> str:
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind == stat.S_IFLNK:
            return _("It is a link to another place; links are not followed.")
        if kind not in (0, stat.S_IFREG):
            return _("It is not a file.")
        if member.flag_bits & 0x1:
            return _("It is encrypted. Pack it without a password.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return _("It is packed in a way that is not read. Pack it as an ordinary zip archive.")
        if member.file_size > 1024 * 1024 and member.file_size > self.limits.ratio * max(member.compress_size, 1):
            return _("It would unpack to more than %(ratio)d times its size.") % {"ratio": self.limits.ratio}
        return ""

    def _strip_wrapping_folder(self) -> None:
        """Archives are mostly made of one folder whose name says nothing; some unpackers wrap it twice."""
        before = ""
        while self._sizes and all("/" in path for path in self._sizes):
            tops = {path.split("/", 1)[0] for path in self._sizes}
            if len(tops) > 1 or before not in ("", *tops):
                return
            before = tops.pop()
            self._sizes = {path.split("/", 1)[1]: size for path, size in self._sizes.items()}
            self._members = {path.split("/", 1)[1]: m for path, m in self._members.items() if "/" in path}

    def read(self, path: str) -> bytes:
        member = self._members[path]
        try:
            with self._zip.open(member) as stream:
                return stream.read(self.limits.file_bytes + 1)  # it never gives more than file_size, which was checked
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as problem:
            raise FileFailed(_("It cannot be unpacked: %(problem)s.") % {"problem": problem}) from None
        except Exception as problem:  # zlib.error has no common base with the others
            raise FileFailed(_("It cannot be unpacked: %(problem)s.") % {"problem": problem}) from None

    def close(self) -> None:
        self._zip.close()
        self._stream.close()


class _BoundedReads(io.RawIOBase):
    """A file that refuses to be read in one piece larger than `limit` bytes.

    `zipfile` reads the whole table of contents at once, as large as the archive says it is: millions of entries of
    a hostile archive would become millions of Python objects.
    """

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self._file = file
        self._limit = limit

    def read(self, size: int = -1) -> bytes:
        if size > self._limit:
            raise SourceError(_("The archive holds too many files. Import it in parts."))
        return self._file.read(size if size >= 0 else self._limit)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()


def printable(path: str) -> str:
    """A path for people: characters that cannot be shown become "�"."""
    return "".join(character if character.isprintable() else "�" for character in path)


def _member_name(member: zipfile.ZipInfo) -> str:
    """The name as its maker meant it. Without the UTF-8 flag zipfile reads the bytes as code page 437, but macOS
    writes UTF-8 there; å, ä and ö of code page 850 (Windows in Sweden) are the same bytes in 437."""
    name: Any = member.filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _is_noise(name: str) -> bool:
    """What file managers and tools leave behind: nobody asks for it, so nobody is told that it was left out."""
    return (name.startswith(".") and name not in (".", "..")) or name in _NEVER_ASKED_FOR


def _path_problem(path: str) -> str:
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or "." in parts or (len(path) > 1 and path[1] == ":"):
        return _("Its path leads out of the source.")
    if not path.isprintable() or "" in parts:
        return _("Its name holds characters that cannot be shown. Rename it.")
    if len(path) > MAX_PATH:
        return _("Its path is longer than %(limit)d characters.") % {"limit": MAX_PATH}
    return ""
