"""Words that the public and the municipality use for the same thing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SynonymGroup(models.Model):
    """A comma-separated group of words that find each other: "dagis, förskola"."""

    language = models.CharField(_("language"), max_length=5, choices=[("en", _("English")), ("sv", _("Swedish"))])
    words = models.CharField(_("words"), max_length=500, help_text=_("Separated by commas."))

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["language", "words"]

    def __str__(self) -> str:
        return self.words

    @property
    def terms(self) -> tuple[str, ...]:
        """The words, trimmed, in lower case, without empty ones."""
        return tuple(word.strip().lower() for word in self.words.split(",") if word.strip())
