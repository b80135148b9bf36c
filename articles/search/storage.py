"""Where the index lies on disk, who may write it, and how its files are read.

    index/CURRENT          JSON: the folder that is searched; replaced (never rewritten) at every commit
    index/writer.lock      held by the one writing process; the kernel lets go of it when that process dies
    index/broken           somebody met unreadable data: the writer builds the index anew
    index/<build>/         one Whoosh index; a rebuild makes another beside it

Readers look at the inode and time of CURRENT, one `stat` per search, to learn of a commit by another process.
Segments are mapped into memory once and read without a file position, so that all threads may read at the same time;
Whoosh's own storage copies whole files into memory. A mapping is closed when the last search that uses it has ended.
"""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import pickle
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

from .engine import IndexBusy

Stamp = tuple[int, int]


class IndexFolder:
    """The folder of the index of this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pointer = path / "CURRENT"
        self._broken = path / "broken"
        self._thread_lock = threading.RLock()
        self._depth = 0
        self._lock_file: BinaryIO | None = None

    def stamp(self) -> Stamp | None:
        """Changes whenever something was committed; None when there is no index."""
        try:
            found = self._pointer.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def current(self) -> Path | None:
        """The build that is to be searched; None when there is none, or the pointer is unreadable."""
        try:
            build = self.path / json.loads(self._pointer.read_text())["build"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return build if build.is_dir() and build.parent == self.path else None

    def announce(self, build: Path) -> None:
        """Let every process search what this build holds now. Atomic."""
        draft = self.path / f"CURRENT.{os.getpid()}"
        with draft.open("w") as file:
            json.dump({"build": build.name}, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._pointer)

    def new_build(self) -> Path:
        """An empty folder for a rebuild."""
        build = self.path / f"build-{secrets.token_hex(6)}"
        build.mkdir(parents=True)
        return build

    def remove_leftovers(self) -> None:
        """Delete builds that are not current, and what killed writers left. Only for the writer."""
        current = self.current()
        for other in self.path.glob("build-*"):
            if other != current:
                shutil.rmtree(other, ignore_errors=True)
        for draft in self.path.glob("CURRENT.*"):
            draft.unlink(missing_ok=True)
        if current:
            for leftover in (*current.glob("*.tmp"), *current.glob("*.toc.*")):
                if leftover.is_dir():
                    shutil.rmtree(leftover, ignore_errors=True)
                else:
                    leftover.unlink(missing_ok=True)

    @property
    def broken(self) -> bool:
        """Whether somebody met unreadable data."""
        return self._broken.exists()

    def report_broken(self) -> None:
        """Ask the writer, in whatever process it is, for a rebuild."""
        with suppress(OSError):
            self._broken.touch()

    def forget_broken(self) -> None:
        """The index is whole again."""
        self._broken.unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer; may be nested within one thread. Raises IndexBusy at once when somebody else is.

        An flock, because the kernel releases it when its process dies: a killed writer blocks nobody.
        """
        if not self._thread_lock.acquire(blocking=False):
            raise IndexBusy
        try:
            if self._depth == 0:
                self._lock()
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._lock_file:
                    self._lock_file.close()
                    self._lock_file = None
        finally:
            self._thread_lock.release()

    def _lock(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        file = (self.path / "writer.lock").open("wb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise IndexBusy from None
        self._lock_file = file


class DurableStorage(FileStorage):
    """Whoosh's folder of files, flushed to disk before the table of contents that names them."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))

    def temp_storage(self, name: str | None = None) -> FileStorage:
        """A folder inside for what is not finished. (Whoosh's own way there leaves an exception in a cycle with all
        frames below it, and so keeps segments open that nobody reads any more.)"""
        path = Path(self.folder, name or f"{secrets.token_hex(8)}.tmp")
        path.mkdir(exist_ok=True)
        return FileStorage(str(path))

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        if newname.endswith(".toc"):
            for path in Path(self.folder).glob("*.seg"):
                _flush(path)
            _flush(Path(self.folder, oldname))
        super().rename_file(oldname, newname, safe=safe)
        _flush(Path(self.folder))


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class SegmentFiles:
    """The files inside one segment (a Whoosh compound file), mapped into memory: one descriptor, nothing copied."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._bytes = memoryview(mapped)
        start = int.from_bytes(self._bytes[:8], "big")
        self._places: dict[str, dict[str, int]] = pickle.loads(self._bytes[start:])  # noqa: S301  (our own file)

    def open_file(self, name: str, *args: Any, **kwargs: Any) -> MappedFile:
        """A file of the segment. Raises KeyError when there is none of that name."""
        return MappedFile(self.view(name), name)

    def view(self, name: str) -> memoryview:
        """The bytes of a file of the segment."""
        place = self._places[name]
        return self._bytes[place["offset"] : place["offset"] + place["length"]]

    def file_exists(self, name: str) -> bool:
        return name in self._places

    def file_length(self, name: str) -> int:
        return self._places[name]["length"]


class MappedFile(BufferFile):
    """A Whoosh file on mapped memory. `get` has no position, so threads do not disturb each other."""

    def __init__(self, view: memoryview, name: str) -> None:
        self._buf = view
        self._name = name
        self.file = _Cursor(view)
        self.onclose = None
        self.is_real = False
        self.is_closed = False


class _Cursor:
    """What Whoosh needs of a file object while it opens a reader."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._position = 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: len(self._view)}[whence]
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int = -1) -> bytes:
        end = len(self._view) if size < 0 else self._position + size
        found = bytes(self._view[self._position : end])
        self._position += len(found)
        return found

    def readline(self) -> bytes:
        rest = self.read()
        line = rest[: rest.find(b"\n") + 1] or rest
        self._position -= len(rest) - len(line)
        return line

    def close(self) -> None:
        """The mapping stays for the others."""
