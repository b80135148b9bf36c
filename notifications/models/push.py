"""Browsers that want to be told with their tabs closed (Web Push, RFC 8030)."""

from __future__ import annotations

from django.db import models

from articles.models import User


class PushKey(models.Model):
    """One row: the key with which this installation signs what it pushes (VAPID, RFC 8292). Made at first use."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    private_pem = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(name="one_push_key", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return "push key"


class PushSubscription(models.Model):
    """One browser of one person. `digest` is that of the endpoint, which is too long for an index.

    It is pushed to while the session lasts in which it was subscribed. After that it is silent (no `session`) until the
    same person signs in there again: what somebody allowed once they need not allow anew, and nobody else inherits it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    browser = models.CharField(max_length=120, blank=True)
    session = models.CharField(max_length=64, blank=True)  # its digest; "" while they are not signed in there
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.browser}"
