"""What belongs to one person alone: favourites, what they opened, when they last looked at home."""

from __future__ import annotations

from django.db import models

from .article import Article


class Favourite(models.Model):
    """A star that a person put on an article. Shown as long as they may see the article."""

    user = models.ForeignKey("User", models.CASCADE, related_name="favourites")
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "article"], name="favourite_once")]

    def __str__(self) -> str:
        return f"{self.user_id} ★ {self.article_id}"


class Opening(models.Model):
    """When a person last opened an article: one row for both, so that it is no diary of what somebody reads."""

    user = models.ForeignKey("User", models.CASCADE, related_name="openings")
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "article"], name="opening_once")]
        indexes = [models.Index(fields=["user", "-at"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.article_id}"


class Visit(models.Model):
    """`seen_at`: when a person last had home before them; `since`: from when on what changed is news to them, None
    for somebody who had never been here before."""

    user = models.OneToOneField("User", models.CASCADE, primary_key=True, related_name="visit")
    since = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} since {self.since}"
