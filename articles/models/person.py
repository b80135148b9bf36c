"""People who sign in, and the tokens with which programs act for them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    AUTO = "auto", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")
    CONTRAST_LIGHT = "contrast-light", _("High contrast, light")
    CONTRAST_DARK = "contrast-dark", _("High contrast, dark")


class Show(models.TextChoices):
    MINE = "mine", _("My topics first")
    ALL = "all", _("Everything")


class User(AbstractUser):
    """A person. The roles of a person are their groups, and `everyone`, which every active user has unwritten."""

    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(
        _("language"), max_length=5, blank=True, choices=[("en", "English"), ("sv", "Svenska")], default=""
    )
    theme = models.CharField(_("theme"), max_length=20, choices=Theme.choices, default=Theme.AUTO)
    single_keys = models.BooleanField(
        _("single-key shortcuts"), default=True, help_text=_("WCAG 2.1.4: they can be switched off.")
    )
    # What they see first: {"categories": [ids], "tags": [ids], "language": [codes], "show": "mine"|"all"}; see
    # articles.scope. Here, and not in a table of its own, because every page asks for it and has this row anyway; what
    # it names and is not there any more, or not for this person, counts for nothing.
    scope = models.JSONField(null=True, default=None, editable=False)

    # The tour is offered until it was begun or refused; the help page keeps it for later.
    tour_done = models.BooleanField(_("knows the tour"), default=False)

    # Up to and with this day nobody expects anything of them. It stays when they are back: deadlines count from then.
    absent_until = models.DateField(_("absent until"), null=True, blank=True)
    # While they are away: the morning after, when they are told what waited. Null: they are here, and were told.
    back_from = models.DateTimeField(null=True, editable=False, db_index=True)

    # Moves on with each change of their favourites: every page asks for these, has this row anyway, and so need not.
    stars = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def get_full_name(self) -> str:
        """First and last name, or the sign-in name where neither is given: never empty."""
        return super().get_full_name() or self.username

    def is_absent(self, today: date) -> bool:
        """Whether they are away on this day."""
        return self.absent_until is not None and self.absent_until >= today

    @property
    def initials(self) -> str:
        """One or two capital letters for a small round mark."""
        words = self.get_full_name().split()
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])).upper()


class ApiToken(models.Model):
    """A key for a program. Only its SHA-256 is stored, so a stolen table opens nothing."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=100, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("token of a program")
        verbose_name_plural = _("tokens of programs")

    def __str__(self) -> str:
        return f"{self.user.username}: {self.name or self.pk}"

    @staticmethod
    def new_secret() -> str:
        """A new secret, 43 URL-safe characters of 256 random bits."""
        return secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(secret: str) -> str:
        """What is stored of a secret: 64 hexadecimal characters."""
        return hashlib.sha256(secret.encode()).hexdigest()
