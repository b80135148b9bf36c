"""What waits between a draft and its readers: contents that were frozen while the draft goes on.

A proposal waits for somebody with the right to publish, a plan waits for its hour. Both hold exactly what will be
published, so whoever decides decides about what they read.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .article import Article
from .version import Significance, Version


class Frozen(models.Model):
    """A title and a document as they stood at one update of a draft, and what is to be said of them as a version."""

    title = models.CharField(max_length=200)
    document = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    significance = models.CharField(max_length=10, choices=Significance.choices, default=Significance.NORMAL)
    # Whom it asks when it is a must-read: {"roles", "categories", "days"}, as `articles.actions.asking` reads it.
    asks = models.JSONField(default=dict)
    draft_seq = models.PositiveBigIntegerField()
    draft_state = models.BinaryField(default=b"")  # the Yjs state vector there: what is beyond it is not in here
    # What readers saw when it was frozen; another version now means that the difference is another one too.
    base = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")
    author = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    # Whoever decided: approved, returned, withdrew, cancelled. Null while it waits, and where nobody had to.
    answered_by = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")  # what was published of it

    class Meta:
        abstract = True


class ProposalState(models.TextChoices):
    OPEN = "open", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REPLACED = "replaced", _("Replaced by a newer proposal")


class Proposal(Frozen):
    """An editor's wish to publish, for those who may. An article has at most one that is open."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="proposals")
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["state", "-created_at", "-id"]),
            models.Index(fields=["author", "-created_at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["article"], condition=models.Q(state="open"), name="one_open_proposal")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state == ProposalState.OPEN

    def get_absolute_url(self) -> str:
        return f"/proposals/{self.pk}/"


class PlannedAction(models.TextChoices):
    PUBLISH = "publish", _("Publish")
    ARCHIVE = "archive", _("Archive")


class PlanState(models.TextChoices):
    WAITING = "waiting", _("Planned")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Not carried out")


class PlanProblem(models.TextChoices):
    """Why a plan could not be carried out when its hour came."""

    NEWER = "newer", _("A newer version was published after this was planned.")
    ARCHIVED = "archived", _("The article was archived before.")
    RIGHTS = "rights", _("Whoever planned it may not do so here any more.")
    REFUSED = "refused", _("What was planned cannot be published as it is.")


class Plan(Frozen):
    """Something that is to happen to an article at a certain time. For archiving, title and document are empty."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="plans")
    action = models.CharField(max_length=10, choices=PlannedAction.choices)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.WAITING)
    problem = models.CharField(max_length=10, choices=PlanProblem.choices, blank=True)
    settles = models.JSONField(default=list)  # ids of the flags that are resolved with it

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["state", "at"]), models.Index(fields=["author", "-created_at", "-id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "action"], condition=models.Q(state="waiting"), name="one_plan_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.title} at {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_waiting(self) -> bool:
        return self.state == PlanState.WAITING

    @property
    def is_overtaken(self) -> bool:
        """Whether readers see another version than when this was planned; needs `article` loaded."""
        return self.action == PlannedAction.PUBLISH and self.base_id != self.article.version_id

    @property
    def holds_live_publishing(self) -> bool:
        """Whether a draft that would publish itself waits for its hour; needs `article` loaded."""
        return self.is_waiting and self.action == PlannedAction.PUBLISH and not self.is_overtaken

    def get_absolute_url(self) -> str:
        return f"/plans/{self.pk}/"


class LiveWriting(models.Model):
    """A draft of a live category with changes that readers do not see yet: kept by the worker that publishes them."""

    draft = models.OneToOneField("Draft", models.CASCADE, related_name="live_writing", primary_key=True)
    since = models.DateTimeField()  # when the worker first saw them
    refused_seq = models.PositiveBigIntegerField(default=0)  # could not be published at this update: not tried again
    # Somebody decides about publishing what it says at this update: until then it does not publish itself.
    held_seq = models.PositiveBigIntegerField(default=0)
    held_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.draft_id)


class SuggestionState(models.TextChoices):
    OPEN = "open", _("Waits for an answer")
    MERGED = "merged", _("Taken over")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Suggestion(models.Model):
    """A change proposed by somebody who may read an article, to what they saw of it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="suggestions")
    base = models.ForeignKey(Version, models.PROTECT, related_name="+")
    seen_roles = models.JSONField(default=list)  # the passage roles with which the author saw `base`
    document = models.JSONField()
    title = models.CharField(max_length=200, blank=True)  # empty: that of `base`
    reason = models.CharField(max_length=500)
    author = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SuggestionState.choices, default=SuggestionState.OPEN)
    answered_by = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    draft_seq = models.PositiveBigIntegerField(null=True)  # the update of the draft that took it over

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["state", "-created_at", "-id"]),
            models.Index(fields=["author", "-created_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.reason}"

    @property
    def is_open(self) -> bool:
        return self.state == SuggestionState.OPEN

    @property
    def full_title(self) -> str:
        """The title that its author suggests, changed or not; needs `base` loaded."""
        return self.title or self.base.title

    @property
    def seen(self) -> frozenset[str]:
        """`seen_roles` as `documents.for_audience` takes them."""
        roles: list[Any] = self.seen_roles
        return frozenset(roles)

    def get_absolute_url(self) -> str:
        return f"/suggestions/{self.pk}/"
