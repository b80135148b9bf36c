"""The passage that something was said about: where it stands in what readers see, and what it said then."""

from __future__ import annotations

from django.db import models

from .article import Article


class Anchor(models.Model):
    """A passage of an article, found again in every version. See `articles.anchors`, which alone writes it.

    What is said about a passage must not be known to readers who do not get the passage: `audience` is who they are.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="anchors")
    quote = models.TextField()  # as it was selected
    # What stood around it, without white space: tells one of two equal passages from the other.
    before = models.CharField(max_length=64, blank=True)
    after = models.CharField(max_length=64, blank=True)
    # The Yjs ids of its characters in the draft: [[client, clock, length], …]; empty where the draft did not have it.
    ids = models.JSONField(default=list)
    # Where it stands in the version that readers see (`anchors.Stream`); null: it is not there any more.
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    born_for = models.JSONField(default=list)  # the roles that the passage was marked for when it was selected
    # Those and the ones that it was marked for last, as `anchors.audience_key` writes them; empty for all readers.
    audience = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["article", "audience"]),
            models.Index(fields=["audience"], condition=~models.Q(audience=""), name="marked_passages"),
        ]

    def __str__(self) -> str:
        return self.quote

    @property
    def is_placed(self) -> bool:
        """Whether the passage is still there."""
        return self.start is not None
