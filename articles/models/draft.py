"""The live document of an article: an append-only log of Yjs updates, and a snapshot of its beginning."""

from __future__ import annotations

from django.db import models

from .article import Article


class Draft(models.Model):
    """One per article. `seq` numbers its updates under this row's lock, so that seq order is commit order."""

    article = models.OneToOneField(Article, models.CASCADE, related_name="draft", primary_key=True)
    schema = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField(default=0)
    published_seq = models.PositiveBigIntegerField(default=0)
    # Encoded Yjs state vector at `published_seq`: what is beyond it was written since. Empty: everything was.
    published_state = models.BinaryField(default=b"")
    changed_by = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft of {self.article_id}"

    @property
    def has_unpublished_changes(self) -> bool:
        return self.seq > self.published_seq


class DraftUpdate(models.Model):
    """One update exactly as its client sent it (Yjs v1); re-encoding would drop what is still pending."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="updates")
    seq = models.PositiveBigIntegerField()
    data = models.BinaryField()
    author = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    typed = models.BooleanField(default=True)  # in an editor; else made by the server, which compared two texts

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["draft", "seq"], name="draft_seq_once")]

    def __str__(self) -> str:
        return f"{self.draft_id}/{self.seq}"


class DraftSnapshot(models.Model):
    """Everything up to `seq`, merged; the rows it holds are deleted in the same transaction."""

    draft = models.OneToOneField(Draft, models.CASCADE, related_name="snapshot", primary_key=True)
    seq = models.PositiveBigIntegerField()
    data = models.BinaryField()
    # Since when something in it waits for an update that has not come: so long nothing that was deleted is forgotten.
    waits_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.draft_id}≤{self.seq}"


class DraftClient(models.Model):
    """Who a Yjs client is, from a clock of its own on: the one whose update first brought what it wrote."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="clients")
    client = models.PositiveBigIntegerField()
    first_clock = models.PositiveBigIntegerField()
    first_seq = models.PositiveBigIntegerField()
    user = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["client", "first_clock"]
        constraints = [models.UniqueConstraint(fields=["draft", "client", "first_clock"], name="draft_client_once")]

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.client} from {self.first_clock}"
