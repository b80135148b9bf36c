"""What people say about an article where it stands: comments in threads, and thanks for them."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models

from .anchor import Anchor
from .article import Article


class Comment(models.Model):
    """The beginning of a thread (`thread` is null) or a reply in one.

    What was deleted leaves a trace without its words. Replies have the anchor of their thread, so that one question
    decides who may know of either.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="comments")
    thread = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    anchor = models.ForeignKey(Anchor, models.PROTECT, null=True, related_name="comments")
    author = models.ForeignKey("User", models.SET_NULL, null=True, related_name="comments")
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")
    # Of the beginning of a thread: whether it needs nobody any more.
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey("User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["article", "-id"], condition=models.Q(thread__isnull=True), name="threads_of_article"),
            models.Index(fields=["article", "id"]),
            models.Index(fields=["author", "-created_at"]),
        ]

    def __str__(self) -> str:
        return self.body[:80]

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None

    @property
    def thread_pk(self) -> int:
        """The id of the comment that begins the thread."""
        return self.thread_id or self.pk

    def get_absolute_url(self) -> str:
        return f"/articles/{self.article_id}/comments/?thread={self.thread_pk}#comment-{self.pk}"


class CommentMention(models.Model):
    """Somebody, or everybody of a role, who is named in a comment and may know of it."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    user = models.ForeignKey("User", models.CASCADE, null=True, related_name="+")
    role = models.ForeignKey(Group, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "user"], name="mentioned_once"),
            models.UniqueConstraint(fields=["comment", "role"], name="role_mentioned_once"),
            models.CheckConstraint(
                name="mention_of_one", condition=models.Q(user__isnull=True) ^ models.Q(role__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.user_id or self.role_id}"


class Thanks(models.Model):
    """One person's thank-you for a comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="thanks")
    user = models.ForeignKey("User", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="thanked_once")]

    def __str__(self) -> str:
        return f"{self.user_id} thanks for {self.comment_id}"
