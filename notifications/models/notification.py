"""What one person was told, and what they have seen already without being told."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Category, User


class Reason(models.TextChoices):
    """Why somebody is told: the first that holds, in this order."""

    MENTION = "mention", _("You were mentioned.")
    CONCERNED = "concerned", _("It is about you, or about what you did.")
    ASSIGNED = "assigned", _("It is for you to do.")
    OWNER = "owner", _("You answer for it.")
    TAKES_PART = "takes-part", _("You take part in it.")
    FOLLOW = "follow", _("You follow it.")
    TEAM = "team", _("It is one of your topics.")
    NOTICE = "notice", _("It is announced to you and others.")


class Notification(models.Model):
    """One thing told to one person. `event` is the seq of the first event that it tells of, `newest` of the last.

    It holds no title and no text: what it says is made when it is shown or sent, with the rights that hold then.
    `event` is no foreign key, because the log forgets sooner; `data` keeps what the event said that titles do not.
    """

    recipient = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    event = models.PositiveBigIntegerField()
    newest = models.PositiveBigIntegerField()
    count = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=40)
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="+")
    category = models.ForeignKey(Category, models.CASCADE, null=True, related_name="+")
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    needs = models.CharField(max_length=10, default="view")  # the right at the article without which it is not shown
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    # When it shows in the inbox; null: the person wants this kind elsewhere only.
    shows_at = models.DateTimeField(null=True)
    # The batch (a cursor of the dispatcher) with which open pages were told; null: they were not told yet.
    batch = models.PositiveBigIntegerField(null=True)
    pops = models.BooleanField(default=False)  # open pages show it on the desktop at once
    read_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["recipient", "event"], name="told_once")]
        indexes = [
            models.Index(fields=["recipient", "-at", "-id"]),
            models.Index(
                fields=["recipient", "article"],
                condition=models.Q(read_at__isnull=True),
                name="unread_of_person",
            ),
            models.Index(fields=["batch", "recipient"]),
            models.Index(fields=["article", "kind", "-at"]),
            models.Index(fields=["shows_at"], condition=models.Q(batch__isnull=True), name="to_be_shown"),
            models.Index(fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.kind} {self.event}"

    @property
    def is_read(self) -> bool:
        return self.read_at is not None


class Seen(models.Model):
    """How much of an article a person has seen on an open page: of what happened up to `seq` they are not told."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "article"], name="seen_once")]
        indexes = [models.Index(fields=["article", "seq"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.user_id} saw {self.article_id} up to {self.seq}"
