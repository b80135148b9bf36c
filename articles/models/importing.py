"""An import through the web page: a row that the worker works on and the page looks at."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .category import Category


class ImportJob(models.Model):
    """One uploaded archive. `report` is a list of {path, outcome, article, title, losses: [str], error}; `notes` are
    sentences about the import as a whole."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Importing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    user = models.ForeignKey("User", models.CASCADE, related_name="import_jobs")
    category = models.ForeignKey(Category, models.CASCADE, related_name="+")
    publish = models.BooleanField(default=False)
    name = models.CharField(max_length=200)
    archive = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    heartbeat = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
