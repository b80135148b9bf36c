"""The log of what happened, in commit order, and the cursors of those who read it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .article import Article
from .category import Category


class Event(models.Model):
    """One line of the log. Who may know of it is asked of its article or category at delivery, never stored."""

    seq = models.PositiveBigIntegerField(_("number"), primary_key=True)
    kind = models.CharField(_("kind"), max_length=40)
    article = models.ForeignKey(Article, models.SET_NULL, null=True, related_name="events", verbose_name=_("article"))
    category = models.ForeignKey(Category, models.SET_NULL, null=True, related_name="+", verbose_name=_("category"))
    # The person whom it concerns alone (a change of their access); null for everything else.
    person = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+", verbose_name=_("whom it concerns"))
    actor = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+", verbose_name=_("who did it"))
    at = models.DateTimeField(_("when"), db_index=True)
    data = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["seq"]
        indexes = [models.Index(fields=["article", "seq"]), models.Index(fields=["kind", "seq"])]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class EventCounter(models.Model):
    """One row. Its lock is taken as the last step before commit, so the order of seq is the order of commits.

    `access_seq` is the newest event that changed who may do what, `listing_seq` the newest that changed
    what lists, trees and counts show: caches are keyed with them.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.PositiveBigIntegerField(default=0)
    access_seq = models.PositiveBigIntegerField(default=0)
    listing_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="one_event_counter", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self.seq)


class EventReader(models.Model):
    """How far a reader of the log has come, and how it is: shown on the status page."""

    name = models.CharField(max_length=80, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    seen_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.seq}"
