"""Images written into a text as `data:` addresses: taken out, so that they can be stored as images."""

from __future__ import annotations

import base64
import binascii
import re

_DATA = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,([A-Za-z0-9+/\s]{16,}={0,2})(?=[\"')\s>])", re.IGNORECASE)


def take_out(text: str) -> tuple[str, dict[str, bytes]]:
    """The text with the name of a file in place of each image, and the images by that name."""
    images: dict[str, bytes] = {}

    def one(found: re.Match[str]) -> str:
        try:
            data = base64.b64decode("".join(found[2].split()), validate=True)
        except (binascii.Error, ValueError):
            return found[0]
        name = f"embedded-image-{len(images) + 1}.{found[1].lower()}"
        images[name] = data
        return name

    return (_DATA.sub(one, text), images) if "data:image/" in text else (text, images)
