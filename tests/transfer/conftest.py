"""Sources to import, written by the tests themselves."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from PIL import Image as Picture

from articles.models import Article, Category, ImportSource, User
from articles.transfer.importer import Importer
from articles.transfer.report import Report, Row
from articles.transfer.sources import open_source

Files = Mapping[str, str | bytes]
Folder = Callable[[Files], Path]
Import = Callable[..., Report]


def as_bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def write_files(folder: Path, files: Files) -> Path:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(as_bytes(content))
    return folder


def zip_bytes(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for path, content in files.items():
            archive.writestr(path, as_bytes(content))
    return stream.getvalue()


def png(colour: str = "red", size: tuple[int, int] = (8, 6)) -> bytes:
    """A small picture; another colour is another picture."""
    stream = io.BytesIO()
    Picture.new("RGB", size, colour).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """`folder({"a.md": "# A"})` writes the files and gives their folder; called again it adds to the same one."""
    return lambda files: write_files(tmp_path / "source", files)


@pytest.fixture
def import_files(folder: Folder, alice: User, category: Category) -> Import:
    """`import_files({"a.md": "# A"}, publish=True)`: Alice imports them into the shared category."""

    def run(
        files: Files,
        *,
        by: User = alice,
        into: Category | None = category,
        publish: bool = False,
        dry_run: bool = False,
    ) -> Report:
        with open_source(folder(files)) as source:
            return Importer(by, source, into, publish=publish, dry_run=dry_run).run()

    return run


def row(report: Report, path: str) -> Row:
    """The line of a file in a report."""
    return next(row for row in report.rows if row.path == path)


def article_of(path: str) -> Article:
    """The article that was imported from a file."""
    return ImportSource.objects.get(path=path).article


def html_of(path: str) -> str:
    """What readers get of it."""
    version = article_of(path).version
    assert version is not None
    return version.rendering.html


def handbook() -> Path | None:
    """The handbook that the import was made for, where there is one beside the repository."""
    shared = os.environ.get("KB_SHARED")
    root = Path(shared) if shared else Path(__file__).resolve().parents[3] / "shared"
    found = root / "corpus" / "handbook"
    return found if found.is_dir() else None
