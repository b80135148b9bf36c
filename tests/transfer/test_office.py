"""DOCX and ODT, made by pandoc as Word and LibreOffice would."""

from __future__ import annotations

import hashlib
import http.server
import io
import re
import subprocess
import threading
import zipfile
from pathlib import Path

import pypandoc
import pytest

from articles.transfer import office
from articles.transfer.problems import FileFailed

from .conftest import Import, article_of, html_of, png, row, zip_bytes

TEXT = """---
title: Parkeringstillstånd
---

# Vem kan få tillstånd

Det här är *viktigt* för den som söker.

1. Fyll i blanketten
2. Skicka in den

| Avgift | Kronor |
|--------|--------|
| Ny     | 745    |

![En karta](karta.png)

En mening.[^1] Se [nedan](#vem-kan-få-tillstånd).

[^1]: En not.
"""


@pytest.fixture(scope="module", params=[".docx", ".odt"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    folder = tmp_path_factory.mktemp("office")
    (folder / "in.md").write_text(TEXT)
    (folder / "karta.png").write_bytes(png("blue", (40, 30)))
    name = f"out{request.param}"
    subprocess.run([pypandoc.get_pandoc_path(), "in.md", "-o", name], cwd=folder, check=True)
    return request.param, (folder / name).read_bytes()


@pytest.mark.django_db
def test_a_document_of_an_office_program_becomes_an_article(made: tuple[str, bytes], import_files: Import) -> None:
    kind, data = made
    path = f"tillstand{kind}"
    report = import_files({path: data}, publish=True)
    assert row(report, path).outcome == "imported", row(report, path).error
    article = article_of(path)
    assert (article.title, article.language) == ("Parkeringstillstånd", "sv")
    html = html_of(path)
    assert "<em>viktigt</em>" in html
    assert "<ol" in html
    assert "<td>745</td>" in html.replace(' data-align="left"', "").replace("<td><p>745</p></td>", "<td>745</td>")
    image = article.images.get()
    assert f'src="{image.get_absolute_url()}"' in html
    assert "En not.</" in html
    assert set(row(report, path).losses) <= {"A caption became a paragraph."}
    assert import_files({}, publish=True).counts == {"unchanged": 1}


@pytest.mark.parametrize("kind", [".docx", ".odt"])
@pytest.mark.parametrize(
    "data", [b"", b"no archive", zip_bytes({"a.xml": "<a/>"}), zip_bytes({"word/document.xml": "<"})]
)
def test_what_is_no_document_fails_with_a_reason(kind: str, data: bytes) -> None:
    with pytest.raises(FileFailed):
        office.to_html(data, kind)


def test_a_document_that_unpacks_to_gigabytes_is_refused_unread() -> None:
    with pytest.raises(FileFailed, match="too large"):
        office.to_html(zip_bytes({"word/document.xml": b"0" * (office.MOST_UNPACKED + 1)}), ".docx")


def test_a_document_cannot_make_pandoc_read_or_write_files_here(tmp_path: Path) -> None:
    (tmp_path / "in.md").write_text("![x](file:///etc/passwd)\n\n![y](/etc/passwd)\n\nText")
    done = subprocess.run([pypandoc.get_pandoc_path(), "in.md", "-t", "html", "-o", "x.html"], cwd=tmp_path, check=True)
    assert done.returncode == 0
    stream = io.BytesIO()
    docx = _docx(tmp_path)
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in docx.items():
            archive.writestr(name, content.replace(b"media/image1.png", b"../../../../etc/passwd"))
    made = office.to_html(stream.getvalue(), ".docx")
    assert not any(b"root:" in data for data in made.images.values())
    assert "root:" not in made.html


@pytest.mark.parametrize("kind", [".docx", ".odt"])
def test_a_document_makes_nobody_fetch_what_it_names(tmp_path: Path, kind: str) -> None:
    """Pandoc reads addresses of pictures that are not in the file, unless it is kept from that."""
    (tmp_path / "secret.txt").write_text("the key of the centre")
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        (tmp_path / "p.png").write_bytes(png())
        (tmp_path / "p.md").write_text("![x](p.png)")
        subprocess.run([pypandoc.get_pandoc_path(), "p.md", "-o", f"p{kind}"], cwd=tmp_path, check=True)
        for address in (f"http://127.0.0.1:{server.server_port}/x.png", (tmp_path / "secret.txt").as_uri()):
            made = office.to_html(_naming(tmp_path / f"p{kind}", address.encode()), kind)
            assert b"the key of the centre" not in b"".join(made.images.values())
            assert hashlib.sha1(b"the key of the centre").hexdigest() not in made.html
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


def _naming(file: Path, address: bytes) -> bytes:
    """The file, with the address in the place of its picture."""
    stream = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = re.sub(rb'(href|Target)="(?:Pictures|media)/[^"]*"', rb'\1="' + address + b'"', old.read(name))
            new.writestr(name, content)
    return stream.getvalue()


def _docx(folder: Path) -> dict[str, bytes]:
    (folder / "p.png").write_bytes(png())
    (folder / "p.md").write_text("![x](p.png)")
    subprocess.run([pypandoc.get_pandoc_path(), "p.md", "-o", "p.docx"], cwd=folder, check=True)
    with zipfile.ZipFile(folder / "p.docx") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_conversion_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, made: tuple[str, bytes]) -> None:
    monkeypatch.setattr(office, "SECONDS", 0.001)
    with pytest.raises(FileFailed, match="longer than"):
        office.to_html(made[1], made[0])
