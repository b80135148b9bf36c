"""Bytes to text, whatever program wrote them."""

from __future__ import annotations

import pytest

from articles.transfer.problems import FileFailed
from articles.transfer.text_files import MAX_TEXT_BYTES, decode

SWEDISH = "Återvinning på Öland – så går det till"


@pytest.mark.parametrize(
    "data",
    [
        SWEDISH.encode(),
        b"\xef\xbb\xbf" + SWEDISH.encode(),
        b"\xff\xfe" + SWEDISH.encode("utf-16-le"),
        b"\xfe\xff" + SWEDISH.encode("utf-16-be"),
    ],
)
def test_unicode_is_read_with_and_without_a_byte_order_mark(data: bytes) -> None:
    assert decode(data) == (SWEDISH, [])


def test_windows_1252_is_read_and_told() -> None:
    text, losses = decode(SWEDISH.encode("cp1252"))
    assert text == SWEDISH
    assert "Windows-1252" in losses[0]


def test_html_says_its_own_encoding() -> None:
    html = f'<meta charset="iso-8859-1"><p>{SWEDISH.replace("–", "-")}</p>'
    assert decode(html.encode("iso-8859-1"), html=True) == (html, [])


@pytest.mark.parametrize("name", ["unicode_escape", "rot13", "base64", "undefined", "x" * 50])
def test_html_cannot_choose_a_codec_that_is_no_encoding(name: str) -> None:
    html = f'<meta charset="{name}"><p>{SWEDISH}</p>'
    text, losses = decode(html.encode("cp1252"), html=True)
    assert SWEDISH in text
    assert losses


def test_line_ends_of_windows_and_old_macs_become_ours() -> None:
    assert decode(b"a\r\nb\rc\n")[0] == "a\nb\nc\n"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"\x01\x02\x03\x04text", bytes(range(1, 32)) * 9])
def test_binary_data_is_no_text(data: bytes) -> None:
    with pytest.raises(FileFailed, match="binary"):
        decode(data)


def test_a_text_over_the_limit_is_refused() -> None:
    with pytest.raises(FileFailed, match="larger than 32 MB"):
        decode(b"x" * (MAX_TEXT_BYTES + 1))
