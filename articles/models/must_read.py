"""Whom a must-read version asks. Who has confirmed it is kept by those who tell people (`notifications`)."""

from __future__ import annotations

from typing import Any

from django.db import models

from .article import Article
from .version import Version


class MustRead(models.Model):
    """The question of one version: have you read this? Newer versions that are not must-read do not undo it.

    With neither roles nor categories it asks the audience of the article. Both are kept as they were chosen, not as
    foreign keys: a role that is no more asks nobody, where a row that vanished would ask everybody.
    """

    version = models.OneToOneField(Version, models.PROTECT, related_name="must_read", primary_key=True)
    article = models.ForeignKey(Article, models.PROTECT, related_name="must_reads")
    roles = models.JSONField(default=list)  # slugs
    categories = models.JSONField(default=list)  # ids: their readers are asked
    due = models.DateField(null=True)
    asked_at = models.DateTimeField()
    # Of several of an article the newest counts, until somebody stops asking.
    is_current = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    # What was told, so that it is told once: a reminder by hand; up to which day people's deadlines (each has their
    # own) were looked at; and when managers were told last that somebody's is over.
    reminded_at = models.DateTimeField(null=True)
    looked_on = models.DateField(null=True)
    overdue_told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-version"]
        indexes = [models.Index(fields=["is_current", "-asked_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["article"], condition=models.Q(is_current=True), name="one_current_must_read"
            )
        ]

    def __str__(self) -> str:
        return str(self.version)

    @property
    def asks(self) -> dict[str, Any]:
        """What was chosen, as a `Frozen` keeps it."""
        return {"roles": self.roles, "categories": self.categories}
