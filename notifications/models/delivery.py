"""What is on its way to one person outside of the inbox."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .notification import Notification


class Channel(models.TextChoices):
    INBOX = "inbox", _("Inbox")
    DESKTOP = "desktop", _("Desktop")
    EMAIL = "email", _("E-mail")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waits")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", _("Not needed any more")
    PARKED = "parked", _("Given up")


class Delivery(models.Model):
    """One notification on one channel. Several that are due go out as one message."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    # Copies, so that what is due for whom is one indexed question.
    recipient = models.ForeignKey("articles.User", models.CASCADE, related_name="+")
    article = models.ForeignKey("articles.Article", models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    at_once = models.BooleanField(default=True)  # counts for the daily cap; a digest does not
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)  # a sender has it; when it dies, another takes it after this
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notification", "channel"], name="delivered_once")]
        indexes = [
            models.Index(fields=["channel", "state", "due_at"]),
            models.Index(fields=["recipient", "channel", "sent_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} by {self.channel}: {self.state}"
