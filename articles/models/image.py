"""Pictures in articles. The bytes lie under MEDIA_ROOT, outside the web root."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models

from .article import Article
from .version import Version


class Image(models.Model):
    """One checked picture of one article; the same bytes are stored once per article."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="images")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "sha256"], name="image_once_per_article")]

    def __str__(self) -> str:
        return self.name

    @property
    def file(self) -> Path:
        """Where the bytes lie; named by content, so that files are never overwritten."""
        return Path(settings.MEDIA_ROOT) / "images" / self.sha256[:2] / self.sha256

    def get_absolute_url(self) -> str:
        return self.address(self.name)

    def address(self, name: str) -> str:
        """The address of the bytes with another name at its end: only the ids count."""
        return f"/articles/{self.article_id}/images/{self.pk}/{name}"


class ImageSender(models.Model):
    """Somebody sent this picture for a suggestion of theirs: they see it before a version shows it to them."""

    image = models.ForeignKey(Image, models.CASCADE, related_name="senders")
    user = models.ForeignKey("User", models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["image", "user"], name="image_sent_once")]
        indexes = [models.Index(fields=["user", "at"])]

    def __str__(self) -> str:
        return f"{self.image_id} of {self.user_id}"


class ImageUse(models.Model):
    """A version shows an image to readers. `roles` is empty for all readers, else the roles of its passage."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="image_uses")
    image = models.ForeignKey(Image, models.CASCADE, related_name="uses")
    roles = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["image"])]

    def __str__(self) -> str:
        return f"{self.image_id} in {self.version_id}"
