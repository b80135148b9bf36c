"""Take in a picture: checked by its content, stored by its content, outside the web root."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image as Picture

from .. import access
from ..models import Article, Image, ImageSender, User
from .limits import refuse_too_many
from .problems import Conflict, Invalid

# What browsers show and cannot run anything. SVG can hold scripts and is refused.
TYPES = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "GIF": ("image/gif", "gif"),
    "WEBP": ("image/webp", "webp"),
}
TYPES_BY_CONTENT = dict(TYPES.values())
MAX_PIXELS = 50_000_000  # a small file can unpack to gigabytes
# What somebody may send who may not edit: a person with many photos does not reach it, a broken program does.
WINDOW, IN_WINDOW = timedelta(hours=1), 30


def add_image(user: User, article_id: int, name: str, data: bytes) -> Image:
    """Store a PNG, JPEG, GIF or WebP picture for an article; the same bytes twice give the same image.

    Raises access.NotFound/Forbidden, Invalid (not a picture, too large, broken).
    """
    article = access.fetch_article(user, "edit", article_id)
    kind = inspect(data)
    with transaction.atomic():
        return _add(user, article, clean_name(name), data, kind)


def add_suggested_image(user: User, article_id: int, name: str, data: bytes) -> tuple[Image, str]:
    """Store a picture that somebody who may read the article wants to suggest. Gives it, and its address for them.

    Nobody but them and those who may edit the article sees it before it is published. Raises access.NotFound, Invalid
    as add_image does, Conflict for what is not published, TooMany.
    """
    article = access.fetch_article(user, "suggest", article_id)
    if article.version is None or article.status != "published":
        raise Conflict(_("Only what is published can be improved by a suggestion."))
    named, kind = clean_name(name), inspect(data)
    with transaction.atomic():
        # The person's row: two requests of one person at one moment must not both come under the limit.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        refuse_too_many(
            ImageSender.objects.filter(user=user), "at", IN_WINDOW, WINDOW,
            _("You have sent many pictures within an hour. Send this one a little later."),
        )  # fmt: skip
        image = _add(user, article, named, data, kind)
        ImageSender.objects.update_or_create(image=image, user=user, defaults={"at": timezone.now()})
    # With the name that they gave: somebody else may have sent the same bytes under one that is not for them.
    return image, image.address(f"{named}.{TYPES_BY_CONTENT[image.content_type]}")


def clean_name(name: str) -> str:
    """The name of a file without its folders and its ending, as it stands in an address."""
    return slugify(PurePosixPath(name.replace("\\", "/")).stem)[:80] or "image"


def _add(user: User, article: Article, name: str, data: bytes, kind: Inspected) -> Image:
    image, _created = Image.objects.get_or_create(
        article=article,
        sha256=hashlib.sha256(data).hexdigest(),
        defaults={
            "name": f"{name}.{kind.extension}", "content_type": kind.content_type, "width": kind.width,
            "height": kind.height, "size": len(data), "uploaded_by": user,
        },
    )  # fmt: skip
    _store(image, data)
    return image


class Inspected(NamedTuple):
    """What a picture is, by its content; sizes in pixels."""

    content_type: str
    extension: str
    width: int
    height: int


def too_large() -> str:
    """What is said of a picture with more bytes than IMAGE_MAX_BYTES, wherever that is found out."""
    return _("The picture is larger than %(limit)d MB. Make it smaller.") % {
        "limit": settings.IMAGE_MAX_BYTES // (1024 * 1024)
    }


def inspect(data: bytes) -> Inspected:
    """What the bytes of a picture are. Raises Invalid where they are none that can be shown, or too many."""
    if len(data) > settings.IMAGE_MAX_BYTES:
        raise Invalid(image=too_large())
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
    return Inspected(content_type, extension, width, height)


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
