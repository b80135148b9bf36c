"""Pictures are what they are by their content, not by their name."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image as Picture

from articles import access
from articles.actions.image import add_image
from articles.actions.problems import Invalid
from articles.models import Article, Image, User


def picture(kind: str = "PNG", size: tuple[int, int] = (20, 10)) -> bytes:
    stream = io.BytesIO()
    Picture.new("RGB", size, "navy").save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "content_type", "ending"),
    [
        ("PNG", "image/png", "png"),
        ("JPEG", "image/jpeg", "jpg"),
        ("GIF", "image/gif", "gif"),
        ("WEBP", "image/webp", "webp"),
    ],
)
def test_a_picture_is_stored_by_its_content(
    alice: User, article: Article, kind: str, content_type: str, ending: str
) -> None:
    image = add_image(alice, article.pk, "../../Evil name.exe", picture(kind))
    assert (image.content_type, image.name, image.width, image.height) == (content_type, f"evil-name.{ending}", 20, 10)
    assert image.file.read_bytes() == picture(kind)
    assert Path(settings.MEDIA_ROOT) in image.file.parents


def test_the_same_bytes_twice_are_one_image(alice: User, article: Article) -> None:
    first = add_image(alice, article.pk, "a.png", picture())
    assert add_image(alice, article.pk, "b.png", picture()) == first
    assert Image.objects.count() == 1


def bomb() -> bytes:
    """A PNG header that promises 30,000 × 30,000 pixels in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = (30_000).to_bytes(4, "big")
    header = chunk(b"IHDR", size + size + b"\x08\x02\x00\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\x00" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<html><script>alert(1)</script></html>",
        picture()[:40],
        bomb(),
    ],
    ids=["empty", "text", "svg", "html", "cut off", "too many pixels"],
)
def test_what_is_not_a_safe_picture_is_refused_and_leaves_nothing(alice: User, article: Article, data: bytes) -> None:
    with pytest.raises(Invalid):
        add_image(alice, article.pk, "photo.png", data)
    assert not Image.objects.exists()


def test_too_large_a_picture_says_what_the_limit_is(alice: User, article: Article, settings: object) -> None:
    settings.IMAGE_MAX_BYTES = 50  # type: ignore[attr-defined]
    with pytest.raises(Invalid, match="Make it smaller"):
        add_image(alice, article.pk, "photo.png", picture())


def test_readers_add_no_pictures(bob: User, charlie: User, article: Article) -> None:
    with pytest.raises(access.Forbidden):
        add_image(bob, article.pk, "a.png", picture())
    with pytest.raises(access.NotFound):
        add_image(charlie, article.pk, "a.png", picture())
