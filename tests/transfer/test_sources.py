"""Reading a folder or an archive that somebody may have made with bad intentions."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from articles.transfer.problems import FileFailed, SourceError
from articles.transfer.sources import Limits, open_source

from .conftest import Folder, as_bytes, zip_bytes


def archive(tmp_path: Path, data: bytes) -> Path:
    file = tmp_path / "handbook.zip"
    file.write_bytes(data)
    return file


def test_a_folder_gives_its_files_by_path(folder: Folder) -> None:
    with open_source(folder({"b/c.md": "C", "a.md": "A"})) as source:
        assert source.paths == ["a.md", "b/c.md"]
        assert source.read("b/c.md") == b"C"


def test_what_file_managers_leave_behind_is_not_there(folder: Folder) -> None:
    noise = {".git/config": "x", ".DS_Store": "x", "__MACOSX/a.md": "x", "b/Thumbs.db": "x", "._a.md": "x"}
    with open_source(folder({"a.md": "A", **noise})) as source:
        assert source.paths == ["a.md"]
        assert source.refused == {}


def test_links_in_a_folder_are_not_followed(folder: Folder, tmp_path: Path) -> None:
    root = folder({"a.md": "A"})
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "passwords.md").write_text("secret")
    (root / "file.md").symlink_to(secret / "passwords.md")
    (root / "dir").symlink_to(secret)
    with open_source(root) as source:
        assert source.paths == ["a.md"]
        assert set(source.refused) == {"file.md", "dir"}


def test_a_file_that_becomes_a_link_after_it_was_listed_is_not_read(folder: Folder, tmp_path: Path) -> None:
    root = folder({"a.md": "A"})
    (tmp_path / "secret").write_text("secret")
    with open_source(root) as source:
        (root / "a.md").unlink()
        (root / "a.md").symlink_to(tmp_path / "secret")
        with pytest.raises(FileFailed):
            source.read("a.md")


def test_devices_and_pipes_in_a_folder_are_passed_by(folder: Folder) -> None:
    root = folder({"a.md": "A"})
    os.mkfifo(root / "b.md")
    with open_source(root) as source:
        assert source.paths == ["a.md"]


@pytest.mark.parametrize("name", ["../up.md", "a/../../up.md", "/etc/passwd.md", "C:/windows.md", "a\\..\\..\\up.md"])
def test_a_path_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    data = zip_bytes({name: "out", "good.md": "in"})
    with open_source(archive(tmp_path, data)) as source:
        assert source.paths == ["good.md"]
        assert list(source.refused.values()) == ["Its path leads out of the source."]


def test_control_characters_in_names_are_refused_and_not_shown(tmp_path: Path) -> None:
    data = zip_bytes({"a\nb\x1b[2J.md": "x", "good.md": "x"})
    with open_source(archive(tmp_path, data)) as source:
        assert source.paths == ["good.md"]
        assert all(path.isprintable() for path in source.refused)


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(link, "/etc/passwd")
        made.writestr("good.md", "x")
    with open_source(file) as source:
        assert source.paths == ["good.md"]
        assert "link" in source.refused["link.md"]


def test_a_file_that_unpacks_to_hundreds_of_times_its_size_is_refused(tmp_path: Path) -> None:
    data = zip_bytes({"bomb.md": b"0" * 20_000_000, "good.md": "x"})
    with open_source(archive(tmp_path, data)) as source:
        assert source.paths == ["good.md"]
        assert "times its size" in source.refused["bomb.md"]


def test_an_archive_that_is_too_large_unpacked_is_refused_as_a_whole(tmp_path: Path) -> None:
    data = zip_bytes({f"{n}.md": os.urandom(1000) for n in range(20)})
    with pytest.raises(SourceError, match="larger"):
        open_source(archive(tmp_path, data), Limits(total_bytes=10_000))


def test_too_many_files_are_refused_as_a_whole(tmp_path: Path) -> None:
    data = zip_bytes({f"{n}.md": "x" for n in range(20)})
    with pytest.raises(SourceError, match="more than 10 files"):
        open_source(archive(tmp_path, data), Limits(files=10))


def test_a_table_of_contents_of_millions_of_entries_is_not_read(tmp_path: Path) -> None:
    data = zip_bytes({f"{n:050}.md": "x" for n in range(500)})
    with pytest.raises(SourceError, match="too many files"):
        open_source(archive(tmp_path, data), Limits(directory_bytes=10_000))


def test_one_file_over_the_limit_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    data = zip_bytes({"large.md": os.urandom(2000), "good.md": "x"})
    with open_source(archive(tmp_path, data), Limits(file_bytes=1000)) as source:
        assert source.paths == ["good.md"]
        assert "large.md" in source.refused


def test_a_size_that_the_archive_lies_about_gives_no_more_bytes_than_it_said(tmp_path: Path) -> None:
    data = bytearray(zip_bytes({"a.md": b"x" * 5000}, zipfile.ZIP_STORED))
    local, central = 0, data.index(b"PK\x01\x02")
    for offset in (local + 22, central + 24):  # the unpacked size
        struct.pack_into("<I", data, offset, 10)
    with open_source(archive(tmp_path, bytes(data))) as source, pytest.raises(FileFailed):
        source.read("a.md")


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    data = bytearray(zip_bytes({"a.md": "x", "good.md": "y"}))
    for offset in (6, data.index(b"PK\x01\x02") + 8):
        data[offset] |= 1
    with open_source(archive(tmp_path, bytes(data))) as source:
        assert source.paths == ["good.md"]
        assert "encrypted" in source.refused["a.md"]


def test_broken_bytes_inside_fail_that_file_alone(tmp_path: Path) -> None:
    data = bytearray(zip_bytes({"a.md": os.urandom(500), "good.md": "y"}))
    data[100:110] = bytes(byte ^ 0xFF for byte in data[100:110])
    with open_source(archive(tmp_path, bytes(data))) as source:
        with pytest.raises(FileFailed):
            source.read("a.md")
        assert source.read("good.md") == b"y"


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive_is_refused_with_a_reason(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(SourceError):
        open_source(archive(tmp_path, data))


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        open_source(archive(tmp_path, zip_bytes({"a.md": "x" * 1000})[:-30]))


def test_one_folder_around_everything_is_taken_off_also_twice(tmp_path: Path) -> None:
    data = zip_bytes({"handbook/handbook/a.md": "x", "handbook/handbook/permits/b.md": "y"})
    with open_source(archive(tmp_path, data)) as source:
        assert source.paths == ["a.md", "permits/b.md"]
        assert source.read("permits/b.md") == b"y"


def test_noise_beside_the_one_folder_does_not_keep_it(tmp_path: Path) -> None:
    data = zip_bytes({"handbook/a.md": "x", "__MACOSX/handbook/._a.md": "x", ".DS_Store": "x"})
    with open_source(archive(tmp_path, data)) as source:
        assert source.paths == ["a.md"]


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("räksmörgås.md".encode(), "räksmörgås.md"),  # macOS: UTF-8 without saying so
        ("räksmörgås.md".encode("cp437"), "räksmörgås.md"),  # Windows
    ],
)
def test_names_without_the_unicode_flag_are_read_as_their_maker_meant(
    tmp_path: Path, stored: bytes, meant: str
) -> None:
    placeholder = "x" * len(stored)
    data = zip_bytes({placeholder: "x"}).replace(placeholder.encode(), stored)
    with open_source(archive(tmp_path, data)) as source:
        assert source.paths == [meant]


def test_decomposed_names_of_macos_are_composed(folder: Folder) -> None:
    with open_source(folder({"a\u030aret.md": "x"})) as source:
        assert source.paths == ["året.md"]
        assert source.read("året.md") == as_bytes("x")


def test_of_two_files_with_one_name_the_first_is_taken_and_the_other_told(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a.md", "first")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("a.md", "second")
    with open_source(file) as source:
        assert source.read("a.md") == b"first"
        assert "two files" in source.refused["a.md"]


def test_a_path_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no folder"):
        open_source(tmp_path / "absent")
