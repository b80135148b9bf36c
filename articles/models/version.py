"""What was published: numbered, and never rewritten."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .article import Article


class Significance(models.TextChoices):
    MINOR = "minor", _("Minor")
    NORMAL = "normal", _("Normal")
    MUST_READ = "must-read", _("Must-read")


class ImmutableQuerySet(models.QuerySet["Version"]):
    def update(self, **kwargs: Any) -> int:
        raise TypeError("A version is immutable: publish a new one.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A version is immutable: archive its article.")


class Version(models.Model):
    """One published state of an article: title and ProseMirror document, who, when, why."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    document = models.JSONField()
    schema = models.PositiveIntegerField()
    # The roles that passages of this document are marked for: [] means one rendering for all readers.
    passage_roles = models.JSONField(default=list)
    author = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    # Where it was proposed by `author`: who read and approved it.
    approved_by = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    significance = models.CharField(max_length=10, choices=Significance.choices, default=Significance.NORMAL)
    restored_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(db_index=True)

    objects = ImmutableQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A version is immutable: publish a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A version is immutable: archive its article.")


class Rendering(models.Model):
    """The HTML and text of a version as readers without any passage role see it, made once, at publication.

    Readers who see marked passages get theirs from `articles.rendering`, made on demand and kept in memory.
    """

    version = models.OneToOneField(Version, models.CASCADE, related_name="rendering", primary_key=True)
    renderer = models.PositiveIntegerField()
    html = models.TextField()
    text = models.TextField()
    headings = models.JSONField(default=list)  # [[level, id, text], …]

    def __str__(self) -> str:
        return str(self.version)
