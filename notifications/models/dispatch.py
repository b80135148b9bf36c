"""How far the log has been told on, and what could not be."""

from __future__ import annotations

from django.db import models


class Dispatched(models.Model):
    """One row: the seq of the newest event of which it has been decided who is told.

    It moves in the transaction that writes the notifications, so none is lost and none is written twice. It is not a
    row of EventReader, which is forgotten when a machine is not seen for a week.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="one_dispatcher", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self.seq)


class Stuck(models.Model):
    """An event of which it could not be decided who is told: tried again later, and after some tries parked."""

    event = models.PositiveBigIntegerField(unique=True)
    kind = models.CharField(max_length=40)
    attempts = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField()
    parked = models.BooleanField(default=False)
    problem = models.TextField()

    class Meta:
        ordering = ["event"]

    def __str__(self) -> str:
        return f"{self.event} {self.kind}"
