"""What was asked of the knowledge base, and whether it answered: calls with their outcome, and words searched for."""

from __future__ import annotations

from django.db import models

from .article import Article


class CallOutcome(models.Model):
    """The end of a call: did the customer get what they needed, and did the article do its job?

    `query` is what was asked, `words` its normal form (articles.search.words_of), by which what speaks for an answer
    is found.
    """

    user = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="calls")
    at = models.DateTimeField()
    customer_helped = models.BooleanField()
    article_helped = models.BooleanField()
    query = models.CharField(max_length=300, blank=True)
    words = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["article", "at"]),
            models.Index(fields=["at"]),
            models.Index(fields=["words", "article", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.customer_helped}, {self.article_helped}"


class SearchedWords(models.Model):
    """How often some words were searched for on a day, by anybody: never by whom, and never at which hour."""

    day = models.DateField()
    words = models.CharField(max_length=120)
    searches = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0)  # of these, how many found nothing
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "words"]
        constraints = [models.UniqueConstraint(fields=["day", "words"], name="words_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.words}"
