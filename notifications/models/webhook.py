"""Addresses of chat systems and other programs that are told, and what is on its way to them."""

from __future__ import annotations

import base64
import secrets

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from .delivery import DeliveryState


def new_secret() -> str:
    """A key for signatures, as Standard Webhooks writes it: 192 random bits."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


class Webhook(models.Model):
    """An address that gets what people of one role may know of: whoever reads that channel should hold the role."""

    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=500)
    secret = models.CharField(_("key of the signature"), max_length=80, default=new_secret, editable=False)
    role = models.ForeignKey(
        Group,
        models.CASCADE,
        related_name="+",
        verbose_name=_("role"),
        help_text=_("It is told what people with this role may see, and nothing else."),
    )
    kinds = models.JSONField(_("kinds of events"), default=list, blank=True)  # [] is all of them
    active = models.BooleanField(_("active"), default=True)
    from_seq = models.PositiveBigIntegerField(default=0, editable=False)  # nothing from before it was made
    created_by = models.ForeignKey(
        "articles.User", models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One event for one webhook."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "event"], name="hooked_once")]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.webhook_id}: {self.event}"
