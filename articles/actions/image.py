"""Take in a picture: checked by its content, stored by its content, outside the web root."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image as Picture

from .. import access
from ..models import Image, User
from .problems import Invalid

# What browsers show and cannot run anything. SVG can hold scripts and is refused.
TYPES = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "GIF": ("image/gif", "gif"),
    "WEBP": ("image/webp", "webp"),
}
MAX_PIXELS = 50_000_000  # a small file can unpack to gigabytes


def add_image(user: User, article_id: int, name: str, data: bytes) -> Image:
    """Store a PNG, JPEG, GIF or WebP picture for an article; the same bytes twice give the same image.

    Raises access.NotFound/Forbidden, Invalid (not a picture, too large, broken).
    """
    article = access.fetch_article(user, "edit", article_id)
    content_type, extension, width, height = inspect(data)
    stem = slugify(PurePosixPath(name.replace("\\", "/")).stem)[:80] or "image"
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        image, _created = Image.objects.get_or_create(
            article=article,
            sha256=digest,
            defaults={
                "name": f"{stem}.{extension}", "content_type": content_type, "width": width, "height": height,
                "size": len(data), "uploaded_by": user,
            },
        )  # fmt: skip
        _store(image, data)
    return image


def inspect(data: bytes) -> tuple[str, str, int, int]:
    """Content type, file extension, width and height (pixels) of a picture, by its content. Raises Invalid."""
    if len(data) > settings.IMAGE_MAX_BYTES:
        limit = settings.IMAGE_MAX_BYTES // (1024 * 1024)
        raise Invalid(image=_("The picture is larger than %(limit)d MB. Make it smaller.") % {"limit": limit})
    try:
        with Picture.open(io.BytesIO(data), formats=list(TYPES)) as picture:
            content_type, extension = TYPES[str(picture.format)]
            width, height = picture.size
            if width * height <= MAX_PIXELS:
                picture.verify()
    except Exception:  # Pillow raises a dozen kinds for broken files; to the sender they are one
        raise Invalid(image=_("This is not a picture that can be shown: PNG, JPEG, GIF and WebP are.")) from None
    if width * height > MAX_PIXELS:
        raise Invalid(image=_("The picture has too many pixels. Make it smaller."))
    return content_type, extension, width, height


def _store(image: Image, data: bytes) -> None:
    """Write beside and rename, so that a file is whole or not there; before commit, so that no row lacks its file."""
    if image.file.exists():
        return
    image.file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=image.file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(image.file)
    except BaseException:
        Path(temporary).unlink()
        raise
