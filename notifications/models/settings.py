"""What each person has chosen: only where it differs from what the table of kinds says."""

from __future__ import annotations

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import User

from .delivery import Channel

EVERY_DAY = "1234567"


class Timing(models.TextChoices):
    OFF = "off", _("Off")
    NOW = "now", _("At once")
    HOURLY = "hourly", _("Hourly")
    DAILY = "daily", _("Daily")


class Preference(models.Model):
    """One cell of somebody's matrix."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    timing = models.CharField(max_length=6, choices=Timing.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="preference_once")]
        indexes = [models.Index(fields=["kind", "channel"])]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.channel} {self.timing}"


class NotificationSettings(models.Model):
    """The rest of somebody's settings; without a row these defaults hold."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="notification_settings")
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("until"), null=True, blank=True)
    # ISO numbers of the days on which they want to be disturbed: "12345" is Monday to Friday.
    working_days = models.CharField(_("working days"), max_length=7, default=EVERY_DAY)
    daily_at = models.TimeField(_("the daily digest comes at"), default=time(8))
    most_mails = models.PositiveSmallIntegerField(
        _("at most so many mails a day at once"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    on_call_until = models.DateTimeField(null=True, blank=True)
    # Whether they hear of what they own and of the topics of their teams without following them.
    follows_own = models.BooleanField(_("what I answer for"), default=True)
    follows_team = models.BooleanField(_("the topics of my teams"), default=True)

    def __str__(self) -> str:
        return str(self.user_id)
