"""Which article answers which words: pinned by an editor, or chosen by those who asked."""

from __future__ import annotations

from django.db import models

from .article import Article


class PinnedAnswer(models.Model):
    """The best answer to a query, by the word of somebody who may edit the article. `words` is the query's normal form
    (articles.search.words_of), `query` as it was asked."""

    words = models.CharField(max_length=200)
    query = models.CharField(max_length=300)
    article = models.ForeignKey(Article, models.CASCADE, related_name="pinned_for")
    pinned_by = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["words", "article"], name="pinned_once")]

    def __str__(self) -> str:
        return f"{self.query} → {self.article_id}"


class ChosenAnswer(models.Model):
    """How often an article was opened from what was found for some words on a day, by anybody: never by whom."""

    words = models.CharField(max_length=200)
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    day = models.DateField()
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["words", "article", "day"], name="chosen_once_a_day")]
        indexes = [models.Index(fields=["article", "day"]), models.Index(fields=["day"])]

    def __str__(self) -> str:
        return f"{self.words} → {self.article_id}: {self.clicks}"
