"""Somebody looked at an article and said that it still holds."""

from __future__ import annotations

from django.db import models

from .article import Article
from .version import Version


class Review(models.Model):
    """One confirmation: of which version, by whom, when; which date it answered, and which comes next."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="reviews")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    by = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    was_due = models.DateField(null=True)
    next_date = models.DateField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["article", "-at", "-id"])]

    def __str__(self) -> str:
        return f"{self.version} still correct, {self.at:%Y-%m-%d}"
