"""Pictures for articles."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from ninja import File, Router, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile

from ..actions import image as actions
from ..models import Image
from ..signed_in import SignedInRequest

router = Router(tags=["images"])


@router.post("articles/{int:article_id}/images", response={201: Any})
def add(request: SignedInRequest, article_id: int, file: Annotated[UploadedFile, File()]) -> Status[dict[str, Any]]:
    """Store a PNG, JPEG, GIF or WebP picture; put `url` into the text."""
    image = actions.add_image(request.user, article_id, file.name or "image", _bytes_of(file))
    return Status(201, _sent(image, image.get_absolute_url()))


@router.post("articles/{int:article_id}/suggestions/images", response={201: Any})
def add_to_suggestion(
    request: SignedInRequest, article_id: int, file: Annotated[UploadedFile, File()]
) -> Status[dict[str, Any]]:
    """Store a picture for a suggestion that you are going to make; put `url` into its text. 429 for too many."""
    return Status(
        201, _sent(*actions.add_suggested_image(request.user, article_id, file.name or "image", _bytes_of(file)))
    )


def _bytes_of(file: UploadedFile) -> bytes:
    if (file.size or 0) > settings.IMAGE_MAX_BYTES:
        raise HttpError(413, actions.too_large())
    return bytes(file.read())


def _sent(image: Image, url: str) -> dict[str, Any]:
    return {"id": image.pk, "url": url, "width": image.width, "height": image.height}
