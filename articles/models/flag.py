"""Something in an article is wrong or missing, and somebody answers for it until whoever said so has an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .anchor import Anchor
from .article import Article
from .version import Version


class FlagKind(models.TextChoices):
    INCORRECT = "incorrect", _("Incorrect")
    OUTDATED = "outdated", _("Outdated")
    UNCLEAR = "unclear", _("Unclear")
    MISSING = "missing", _("Missing")
    OTHER = "other", _("Other")


class Severity(models.TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    URGENT = "urgent", _("Urgent")


class FlagState(models.TextChoices):
    NEW = "new", _("New")
    ASSIGNED = "assigned", _("Assigned")
    REOPENED = "reopened", _("Reopened")
    RESOLVED = "resolved", pgettext_lazy("flag", "Resolved")
    DECLINED = "declined", pgettext_lazy("flag", "Declined")


OPEN = (FlagState.NEW, FlagState.ASSIGNED, FlagState.REOPENED)
CLOSED = (FlagState.RESOLVED, FlagState.DECLINED)


class Flag(models.Model):
    """A report, worked until it is answered. `revision` counts its changes: whoever decides has seen the newest."""

    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="flags")  # null: one that is missing
    kind = models.CharField(max_length=10, choices=FlagKind.choices)
    severity = models.CharField(max_length=10, choices=Severity.choices, default=Severity.NORMAL)
    body = models.TextField()
    anchor = models.ForeignKey(Anchor, models.PROTECT, null=True, related_name="flags")  # the passage it is about
    query = models.CharField(max_length=300, blank=True)  # what was searched for when it was raised
    reporter = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=FlagState.choices, default=FlagState.NEW)
    revision = models.PositiveIntegerField(default=1)
    # The person whose turn it is, and the role that answers for the article: see articles/routing.py.
    assignee = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")
    team = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+")
    due = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)  # null: reminded, or nothing to be reminded of
    overdue_at = models.DateTimeField(null=True)  # when the worker saw that it was
    escalated_to = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")
    first_answer_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # resolved or declined
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")  # the one that fixed it
    accepted_at = models.DateTimeField(null=True)
    reopenings = models.PositiveIntegerField(default=0)
    # What readers of the article are told while an urgent flag is open: the words of a manager, or lifted.
    warning = models.CharField(max_length=300, blank=True)
    warning_lifted = models.BooleanField(default=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["status", "due"]),
            models.Index(fields=["article", "status"]),
            models.Index(fields=["assignee", "status"]),
            models.Index(fields=["reporter", "-created_at", "-id"]),
            models.Index(fields=["-created_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="closed_flags_are_answered",
                condition=~models.Q(status__in=["resolved", "declined"])
                | (~models.Q(answer="") & models.Q(closed_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.body[:60]}"

    @property
    def quote(self) -> str:
        """The passage it is about, as it was selected; empty where it is about none."""
        return self.anchor.quote if self.anchor else ""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_overdue_at(timezone.now())

    def is_overdue_at(self, now: datetime) -> bool:
        """Whether it should have been answered before."""
        return self.is_open and self.due <= now

    @property
    def warns(self) -> bool:
        """Whether readers of its article are warned."""
        return self.is_open and self.severity == Severity.URGENT and not self.warning_lifted

    def get_absolute_url(self) -> str:
        return f"/flags/{self.pk}/"


class Step(models.TextChoices):
    """What can happen to a flag, in the words of its history."""

    RAISED = "raised", _("reported it")
    JOINED = "joined", _("met it too")
    ROUTED = "routed", _("It went to")
    ASSIGNED = "assigned", _("gave it to")
    HANDED_OVER = "handed_over", _("It was handed over to")
    RETURNED = "returned", _("put it back")
    ANSWERED = "answered", _("answered")
    RESOLVED = "resolved", _("resolved it")
    DECLINED = "declined", _("declined it")
    REOPENED = "reopened", _("reopened it")
    ACCEPTED = "accepted", _("accepted the answer")
    NOT_ACCEPTED = "not_accepted", _("took back that the answer does")
    CHANGED = "changed", _("changed it to")
    WARNED = "warned", _("worded the warning")
    LIFTED = "lifted", _("lifted the warning")
    WARNED_AGAIN = "warned_again", _("shows the warning again")
    REMINDED = "reminded", _("A reminder went to")
    OVERDUE = "overdue", _("It became overdue, and went up to")
    WENT_UP = "went_up", _("It went up to")


class FlagStep(models.Model):
    """One line of the history of a flag; never changed. No actor: the product did it by itself."""

    flag = models.ForeignKey(Flag, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    actor = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=12, choices=Step.choices)
    to = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.flag_id} {self.action}"


class FlagJoin(models.Model):
    """Somebody else who met the same."""

    flag = models.ForeignKey(Flag, models.CASCADE, related_name="joins")
    user = models.ForeignKey("articles.User", models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flag", "user"], name="joined_once")]

    def __str__(self) -> str:
        return f"{self.user_id} joins {self.flag_id}"


class CentreHours(models.Model):
    """One row: when the centre works, and how many minutes of work a flag may wait. See articles/working_hours.py."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    # Seven days from Monday, each a list of ["08:00", "17:00"].
    week: Any = models.JSONField()
    targets: Any = models.JSONField()  # severity → minutes
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("articles.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="one_row_of_centre_hours", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return "centre hours"


class Holiday(models.Model):
    """A day with other hours than its weekday; none: the centre is closed."""

    day = models.DateField(primary_key=True)
    name = models.CharField(max_length=80)
    hours: Any = models.JSONField(default=list)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
