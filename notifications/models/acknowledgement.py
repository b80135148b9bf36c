"""A must-read confirmed: who, which version, when. Rows are added, never changed or taken back."""

from __future__ import annotations

from django.db import models

from articles.models import Article, User


class Acknowledgement(models.Model):
    """One person has read one version of an article. It answers for must-reads of that version and of older ones."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()  # of the version that they had before them
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["person", "-at", "-id"]),
            models.Index(fields=["article", "-at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "article", "number"], name="version_acknowledged_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} has read version {self.number} of {self.article_id}"
