"""What a person wants to hear of, and what not."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Category, Tag, User


class Target(models.TextChoices):
    ARTICLE = "article", _("An article")
    CATEGORY = "category", _("A topic, with what is under it")
    TAG = "tag", _("A tag")
    SEARCH = "search", _("A search")
    ALL = "all", _("Everything")


class Follow(models.Model):
    """One thing that one person follows, or has muted: then it is quiet about it, whatever else they follow.

    What people hear of without a row here (what they own, the topics of their teams) is in `recipients.py`.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="follows")
    target = models.CharField(max_length=10, choices=Target.choices)
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="+")
    category = models.ForeignKey(Category, models.CASCADE, null=True, related_name="+")
    tag = models.ForeignKey(Tag, models.CASCADE, null=True, related_name="+")
    query = models.CharField(max_length=300, blank=True)
    muted = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["target", "user"])]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "article"], condition=models.Q(target="article"), name="follow_article_once"
            ),
            models.UniqueConstraint(
                fields=["user", "category"], condition=models.Q(target="category"), name="follow_category_once"
            ),
            models.UniqueConstraint(fields=["user", "tag"], condition=models.Q(target="tag"), name="follow_tag_once"),
            models.UniqueConstraint(
                fields=["user", "query"], condition=models.Q(target="search"), name="follow_search_once"
            ),
            models.UniqueConstraint(fields=["user"], condition=models.Q(target="all"), name="follow_all_once"),
        ]

    def __str__(self) -> str:
        what = f" {self.thing_id}" if self.thing_id else ""  # not for which words: administrators see this
        return f"{self.user_id} {'mutes' if self.muted else 'follows'} {self.target}{what}"

    @property
    def thing_id(self) -> int | None:
        """The id of what is followed; None for a search and for everything."""
        return self.article_id or self.category_id or self.tag_id

    @property
    def thing(self) -> Any:
        """The article, category or tag; None for a search and for everything."""
        return self.article or self.category or self.tag
