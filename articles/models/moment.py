"""The history inside a draft: what it said at certain moments, and what each person wrote between them."""

from __future__ import annotations

import json
import zlib
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .draft import Draft
from .version import Version


class Reason(models.TextChoices):
    WRITING = "writing", _("Writing")
    PUBLISHED = "published", _("Published")
    BEFORE = "before", _("Before going back")
    RETURNED = "returned", _("Went back")


class DraftMoment(models.Model):
    """What a draft said after its update number `seq`. Needs none of the updates: they are merged in time."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="moments")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=10, choices=Reason.choices, default=Reason.WRITING)
    # Who brought it about, where it was one person at one time: who published, who went back.
    user = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)  # as in the draft: empty is the article's
    packed = models.BinaryField()  # empty: the text is that of the version
    # What was published at this moment, or gone back to at it.
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")
    returned_to = models.DateTimeField(null=True)
    # {id of a person, as text: [characters written, characters deleted]} since the moment before.
    writers = models.JSONField(default=dict)

    class Meta:
        ordering = ["-seq"]
        constraints = [models.UniqueConstraint(fields=["draft", "seq"], name="draft_moment_once")]

    def __str__(self) -> str:
        return f"{self.draft_id} at {self.seq}"

    @property
    def document(self) -> dict[str, Any]:
        """The text, as ProseMirror JSON."""
        if self.version and not self.packed:
            return self.version.document
        return json.loads(zlib.decompress(self.packed))

    @staticmethod
    def pack(document: dict[str, Any]) -> bytes:
        """How a document is stored: equal documents give equal bytes. Some 4 kB for a thousand words."""
        return zlib.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), 6)


class DraftTally(models.Model):
    """How much each person wrote in a draft since its newest moment, counted up to the update number `seq`."""

    draft = models.OneToOneField(Draft, models.CASCADE, related_name="tally", primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    moment_seq = models.PositiveBigIntegerField(default=0)
    # When the first update that is in no moment yet was written; null when all are.
    began_at = models.DateTimeField(null=True)
    writers = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.draft_id} up to {self.seq}"


class DraftRemoval(models.Model):
    """What one edit of the server took out of a draft, for as long as somebody may still be writing in it unawares."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="removals")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    # [client, from this clock, to before that one], also of what was written into it since.
    removed = models.JSONField()
    # The roles of each passage that the draft had before: the words may have stood in one of them.
    passages = models.JSONField(default=list)
    checked_seq = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["draft", "seq"], name="draft_removal_once")]

    def __str__(self) -> str:
        return f"{self.draft_id} by {self.seq}"
