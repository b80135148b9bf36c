"""Who may see a picture of an article: it is no more public than the passages that show it."""

from __future__ import annotations

from collections.abc import Collection

from . import access
from .models import Article, Image, ImageSender, ImageUse, User


def shown_images(user: User, article: Article, image_ids: Collection[int]) -> set[int]:
    """Those of the images that belong to the article and that somebody who may read it sees; three queries at most.

    They see what a version shows to their roles, what they sent for a suggestion of theirs, and all of it where they
    may edit the article.
    """
    view = access.view_of(user)
    there = set(Image.objects.filter(article=article, pk__in=list(image_ids)).values_list("pk", flat=True))
    if not there or access.view_can(view, "edit", article):
        return there
    uses = ImageUse.objects.filter(image__in=there).values_list("image_id", "roles")
    shown = {image_id for image_id, roles in uses if not roles or view.roles.intersection(roles)}
    sent = ImageSender.objects.filter(image__in=there - shown, user=user)
    return shown | set(sent.values_list("image_id", flat=True))
