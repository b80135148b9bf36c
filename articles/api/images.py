"""Pictures for articles."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.utils.translation import gettext as _
from ninja import File, Router, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile

from ..actions import image as actions
from ..signed_in import SignedInRequest

router = Router(tags=["images"])


@router.post("articles/{int:article_id}/images", response={201: Any})
def add(request: SignedInRequest, article_id: int, file: Annotated[UploadedFile, File()]) -> Status[dict[str, Any]]:
    """Store a PNG, JPEG, GIF or WebP picture; put `url` into the text."""
    if (file.size or 0) > settings.IMAGE_MAX_BYTES:
        limit = settings.IMAGE_MAX_BYTES // (1024 * 1024)
        raise HttpError(413, _("The picture is larger than %(limit)d MB. Make it smaller.") % {"limit": limit})
    image = actions.add_image(request.user, article_id, file.name or "image", file.read())
    return Status(201, {"id": image.pk, "url": image.get_absolute_url(), "width": image.width, "height": image.height})
