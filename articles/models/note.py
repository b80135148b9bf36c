"""What people keep beside an article for themselves or their team, and what a centre announces for a while."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from .anchor import Anchor
from .article import Article
from .category import Category


class Note(models.Model):
    """Some lines of one person: for themselves (`role` is null), or for a team that they are in."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="notes")
    anchor = models.ForeignKey(Anchor, models.PROTECT, null=True, related_name="notes")
    author = models.ForeignKey("User", models.CASCADE, related_name="notes")
    # Without the role what its members wrote is their own again: nobody reads more than before, and nothing is lost.
    role = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+")
    body = models.TextField()
    pinned = models.BooleanField(default=False)  # above the text, not beside it
    expires_at = models.DateTimeField(null=True)
    # Noticed that it has expired: from then on only its author finds it, and can let it hold again.
    expired = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["article", "id"]),
            models.Index(fields=["author", "-id"]),
            models.Index(fields=["expires_at"], condition=models.Q(expired=False), name="notes_to_expire"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"  # no words of it: the admin shows this of all that goes with a person

    def get_absolute_url(self) -> str:
        return f"/notes/{self.pk}/"


class NoticeTone(models.TextChoices):
    INFO = "info", _("Information")
    WARN = "warn", _("Something does not work as usual")
    DANGER = "danger", _("Urgent")


class NoticeState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    SHOWN = "shown", _("Shown now")
    OVER = "over", _("Over")


class Notice(models.Model):
    """A short message with a beginning and an end, for some roles or everybody, on the pages of some topics or all.

    A role or topic that is removed later takes its people or pages with it: it does not make the message one for all.
    """

    text = models.CharField(max_length=300)
    tone = models.CharField(max_length=6, choices=NoticeTone.choices, default=NoticeTone.INFO)
    for_everybody = models.BooleanField(default=True)
    roles = models.ManyToManyField(Group, blank=True, related_name="+")
    everywhere = models.BooleanField(default=True)
    categories = models.ManyToManyField(Category, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # As it was last told to open pages; what is shown goes by the clock (`articles.notices`).
    state = models.CharField(max_length=8, choices=NoticeState.choices, default=NoticeState.PLANNED)
    author = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["state", "starts_at"]), models.Index(fields=["state", "ends_at"])]
        constraints = [
            models.CheckConstraint(name="notice_ends_later", condition=models.Q(ends_at__gt=models.F("starts_at")))
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return f"/notices/{self.pk}/"
